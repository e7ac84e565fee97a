namespace Interlock.Checks;

/// <summary>
/// What a probe answers with, so that whoever writes a check knows what to put into <c>expect</c>. Words for people and models;
/// nothing is decided by it.
/// </summary>
/// <param name="Description">What the answer is, in words, for example <c>the exit code, a decimal number</c>.</param>
/// <param name="Example">An <c>expect.value</c> of the right shape.</param>
/// <param name="Operator">The operator that fits it.</param>
public sealed record ProbeAnswer(string Description, string Example, CheckOperator Operator = CheckOperator.EqualTo);
