namespace Interlock.Tests.Faults.Kills;

/// <summary>What a process said on its standard output: from then on it has to hold, whoever is killed.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Status">The status that it was said to have: <c>proposed</c>, <c>approved</c>, <c>executed</c> or <c>halted</c>.</param>
internal sealed record Acknowledged(string Plan, string Status);
