using System.Collections.Immutable;

namespace Interlock.Checks;

/// <summary>The words of the operators on the wire (<c>expect.op</c>).</summary>
public static class CheckOperators
{
    /// <summary>Every word, in the order in which the plan schema lists them.</summary>
    public static ImmutableArray<string> Words { get; } =
        ["equals", "not_equals", "at_least", "at_most", "contains", "equals_exact", "matches"];

    /// <summary>Reads a word exactly; anything else is <see cref="CheckOperator.Unknown"/>.</summary>
    /// <param name="word">The word.</param>
    public static CheckOperator Parse(string? word) => word switch
    {
        "equals" => CheckOperator.EqualTo,
        "not_equals" => CheckOperator.NotEqualTo,
        "at_least" => CheckOperator.AtLeast,
        "at_most" => CheckOperator.AtMost,
        "contains" => CheckOperator.Contains,
        "equals_exact" => CheckOperator.EqualsExact,
        "matches" => CheckOperator.Matches,
        _ => CheckOperator.Unknown,
    };

    /// <summary>The word of an operator; <c>unknown</c> for none.</summary>
    /// <param name="op">The operator.</param>
    public static string Word(CheckOperator op) => op switch
    {
        CheckOperator.Unknown => "unknown",
        CheckOperator.EqualTo => "equals",
        CheckOperator.NotEqualTo => "not_equals",
        CheckOperator.AtLeast => "at_least",
        CheckOperator.AtMost => "at_most",
        CheckOperator.Contains => "contains",
        CheckOperator.EqualsExact => "equals_exact",
        CheckOperator.Matches => "matches",
    };
}
