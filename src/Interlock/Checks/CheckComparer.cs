using Interlock.Canonical;

namespace Interlock.Checks;

/// <summary>
/// Compares what a probe saw with what a plan expects, as docs/spec/plan.md describes. Pure and total: what cannot be
/// compared is <see cref="CheckVerdict.CannotDecide"/>, never a pass and never an exception.
/// </summary>
public static class CheckComparer
{
    /// <summary>Compares.</summary>
    /// <param name="observed">What was seen: a string, a number or a truth value. Anything else cannot be decided.</param>
    /// <param name="op">How to compare.</param>
    /// <param name="expected">What the plan expects.</param>
    public static CheckVerdict Compare(JsonValue observed, CheckOperator op, string expected)
    {
        var text = Text(observed);
        if (text is null || expected is null)
        {
            return CheckVerdict.CannotDecide;
        }

        return op switch
        {
            CheckOperator.Unknown => CheckVerdict.CannotDecide,
            CheckOperator.EqualTo => Of(FoldedText.Of(text) == FoldedText.Of(expected)),
            CheckOperator.NotEqualTo => Of(FoldedText.Of(text) != FoldedText.Of(expected)),
            CheckOperator.AtLeast => Numbers(observed, text, expected, static order => order >= 0),
            CheckOperator.AtMost => Numbers(observed, text, expected, static order => order <= 0),
            CheckOperator.Contains => Of(text.Contains(expected, StringComparison.Ordinal)),
            CheckOperator.EqualsExact => Of(text == expected),
            CheckOperator.Matches => TextPattern.TryCompileForCheck(expected, out var pattern, out _) && pattern.IsMatch(text) is { } matched ? Of(matched) : CheckVerdict.CannotDecide,
        };
    }

    /// <summary>The text of an observed value, as it is compared and shown; null for what is not a scalar.</summary>
    internal static string? Text(JsonValue observed) => observed switch
    {
        JsonString text => text.Value,
        JsonNumber number => number.ToString(),
        JsonBoolean boolean => boolean.Value ? "true" : "false",
        _ => null,
    };

    private static CheckVerdict Numbers(JsonValue observed, string text, string expected, Func<int, bool> holds) =>
        observed is not JsonBoolean
        && ExactDecimal.TryParse(text, out var left)
        && ExactDecimal.TryParse(expected, out var right)
            ? Of(holds(left.CompareTo(right)))
            : CheckVerdict.CannotDecide;

    private static CheckVerdict Of(bool holds) => holds ? CheckVerdict.True : CheckVerdict.False;
}
