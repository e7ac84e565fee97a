using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary>
/// <c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c> (Validation section 6.2). Both sides are
/// doubles, so the comparison is exact.
/// </summary>
internal sealed class BoundKeyword(string name, double bound) : AssertionKeyword(name, JsonKinds.Number)
{
    private readonly bool below = name is "maximum" or "exclusiveMaximum";
    private readonly bool inclusive = name is "minimum" or "maximum";

    public override string Explain(JsonValue instance)
    {
        var relation = (below, inclusive) switch
        {
            (true, true) => "at most",
            (true, false) => "less than",
            (false, true) => "at least",
            (false, false) => "more than",
        };
        return $"must be {relation} {new JsonNumber(bound)}";
    }

    protected override bool Holds(JsonValue instance, Evaluation run)
    {
        var value = ((JsonNumber)instance).Value;
        return (below ? value < bound : value > bound) || (inclusive && value.Equals(bound));
    }
}

/// <summary><c>multipleOf</c> (Validation section 6.2.1), on the decimal digits that the numbers are written with.</summary>
internal sealed class MultipleOfKeyword(double divisor) : AssertionKeyword("multipleOf", JsonKinds.Number)
{
    private readonly DecimalDigits divisorDigits = DecimalDigits.Of(divisor);
    private readonly bool integer = DecimalDigits.IsSafeInteger(divisor);

    public override string Explain(JsonValue instance) => $"must be a multiple of {new JsonNumber(divisor)}";

    protected override bool Holds(JsonValue instance, Evaluation run)
    {
        var value = ((JsonNumber)instance).Value;
        return integer && DecimalDigits.IsSafeInteger(value)
            ? (long)value % (long)divisor == 0
            : DecimalDigits.Of(value).IsMultipleOf(divisorDigits);
    }
}
