using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>type</c> (Validation section 6.1.1). A number is an integer when its fraction is zero: <c>1.0</c> is one.</summary>
/// <param name="kinds">The kinds that are allowed.</param>
/// <param name="integers">Whether whole numbers are.</param>
/// <param name="expected">Both in words.</param>
/// <param name="example">The first of the schema's own <c>examples</c>, to be shown as a form to write; or null.</param>
internal sealed class TypeKeyword(JsonKinds kinds, bool integers, string expected, JsonValue? example)
    : AssertionKeyword("type", JsonKinds.All)
{
    private const int LongestExample = 160;

    public override string Explain(JsonValue instance) =>
        $"expected {expected} but found {(integers && instance is JsonNumber ? "a number with a fraction" : Describe(JsonKindOf.Value(instance)))}; "
        + Mend(instance);

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

    /// <summary>How to write it right: what was written is not repeated, since it may be a secret.</summary>
    private string Mend(JsonValue instance)
    {
        var form = example is null ? "" : SafeText.Escape(example.ToString(), LongestExample);
        if (instance is JsonNumber or JsonBoolean && Allows(JsonKinds.String))
        {
            return form.Length == 0 ? "put quotation marks around it" : $"put quotation marks around it, as in `{form}`";
        }

        if (form.Length > 0)
        {
            return $"write it in the form `{form}`";
        }

        return instance switch
        {
            JsonNumber when integers => "write a whole number",
            JsonString when integers || Allows(JsonKinds.Number) => "write digits without quotation marks",
            JsonString when Allows(JsonKinds.Boolean) => "write `true` or `false` without quotation marks",
            JsonString when Allows(JsonKinds.Object) => "write the object itself, `{...}`, without quotation marks",
            JsonString when Allows(JsonKinds.Array) => "write a list, `[...]`, also of one",
            JsonObject when Allows(JsonKinds.Array) => "put `[` and `]` around it",
            _ => $"write {expected}, or leave it out where nothing requires it",
        };
    }

    private bool Allows(JsonKinds kind) => (kinds & kind) != 0;

    protected override bool Holds(JsonValue instance, Evaluation run) =>
        (kinds & (JsonKinds)(1 << (int)JsonKindOf.Value(instance))) != 0
        || (integers && instance is JsonNumber { Value: var value } && Math.Truncate(value).Equals(value));
}
