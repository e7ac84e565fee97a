using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>type</c> (Validation section 6.1.1). A number is an integer when its fraction is zero: <c>1.0</c> is one.</summary>
internal sealed class TypeKeyword(JsonKinds kinds, bool integers, string expected) : AssertionKeyword("type", JsonKinds.All)
{
    public override string Explain(JsonValue instance) =>
        $"expected {expected} but found {(integers && instance is JsonNumber ? "a number with a fraction" : Describe(JsonKindOf.Value(instance)))}";

    /// <summary>A kind with its article.</summary>
    public static string Describe(JsonKind kind) => kind switch
    {
        JsonKind.Null => "null",
        JsonKind.Boolean => "a boolean",
        JsonKind.Number => "a number",
        JsonKind.String => "a string",
        JsonKind.Array => "an array",
        JsonKind.Object => "an object",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    protected override bool Holds(JsonValue instance, Evaluation run) =>
        (kinds & (JsonKinds)(1 << (int)JsonKindOf.Value(instance))) != 0
        || (integers && instance is JsonNumber { Value: var value } && Math.Truncate(value).Equals(value));
}
