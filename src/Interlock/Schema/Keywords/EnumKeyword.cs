using System.Collections.Frozen;
using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>enum</c> and <c>const</c> (Validation sections 6.1.2 and 6.1.3).</summary>
internal sealed class EnumKeyword : AssertionKeyword
{
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
        0 => "no value is allowed here",
        1 => $"must be {quoted[0]}",
        _ => $"must be one of {SafeText.List(quoted)}",
    };

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
