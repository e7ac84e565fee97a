using System.Text.Json;

namespace Interlock.Tests.Faults.Kills;

/// <summary>What a process said on its standard output: from then on it has to hold, whoever is killed.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Status">The status that it was said to have: <c>proposed</c>, <c>approved</c>, <c>executed</c> or <c>halted</c>.</param>
internal sealed record Acknowledged(string Plan, string Status)
{
    /// <summary>The status in a command's answer; null where it was cut off before its end.</summary>
    public static string? StatusIn(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            return json.RootElement.TryGetProperty("status", out var status) ? status.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
