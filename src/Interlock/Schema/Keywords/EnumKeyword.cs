using System.Collections.Frozen;
using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>enum</c> and <c>const</c> (Validation sections 6.1.2 and 6.1.3).</summary>
internal sealed class EnumKeyword : AssertionKeyword
{
    /// <summary>How many of a schema's words are compared with what was written.</summary>
    private const int MostMeant = 1_000;

    private readonly JsonValue[] others;
    private readonly FrozenSet<string> strings;
    private readonly string[] quoted;

    public EnumKeyword(string name, IReadOnlyCollection<JsonValue> values)
        : base(name, JsonKinds.All)
    {
        strings = values.OfType<JsonString>().Select(static text => text.Value).ToFrozenSet(StringComparer.Ordinal);
        others = [.. values.Where(static value => value is not JsonString)];
        quoted = [.. values.Select(SafeText.Quote)];
    }

    public override string Explain(JsonValue instance) => quoted.Length switch
    {
        0 => "no value is allowed here; remove it",
        1 => $"must be {quoted[0]}",
        _ => $"must be one of {SafeText.List(quoted)}{Question(instance)}",
    };

    /// <summary>The nearest of the words. Only the schema's own words are told, never what was written.</summary>
    private string Question(JsonValue instance) =>
        instance is JsonString text && Spelling.Nearest(text.Value, strings.Take(MostMeant)) is { } near
            ? $"; did you mean {SafeText.Quote(new JsonString(near))}?"
            : strings.Count > 0 && instance is JsonNumber or JsonBoolean ? "; a word stands in quotation marks" : "";

    protected override bool Holds(JsonValue instance, Evaluation run)
    {
        if (instance is JsonString text)
        {
            return strings.Contains(text.Value);
        }

        foreach (var value in others)
        {
            if (JsonEquality.Equal(value, instance, run))
            {
                return true;
            }
        }

        return false;
    }
}
