using System.Globalization;
using Interlock.Canonical;
using Interlock.Schema.Patterns;

namespace Interlock.Schema.Keywords;

/// <summary><c>minLength</c> and <c>maxLength</c> (Validation section 6.3), counted in code points.</summary>
internal sealed class LengthKeyword(string name, int bound) : AssertionKeyword(name, JsonKinds.String)
{
    private readonly bool atMost = name == "maxLength";

    public override string Explain(JsonValue instance)
    {
        var actual = CodePoints(((JsonString)instance).Value);
        return (atMost, bound) switch
        {
            (false, 1) => "must not be empty; write at least one character",
            (false, _) => string.Create(CultureInfo.InvariantCulture, $"must have at least {bound} characters but has {actual}; write more"),
            (true, _) => string.Create(CultureInfo.InvariantCulture, $"must have at most {bound} characters but has {actual}; shorten it"),
        };
    }

    protected override bool Holds(JsonValue instance, Evaluation run)
    {
        var text = ((JsonString)instance).Value;

        // code points are at most the units and at least half of them: most texts need no count
        if (atMost)
        {
            return text.Length <= bound || (text.Length / 2 <= bound && run.Charge(text.Length >> 6) && CodePoints(text) <= bound);
        }

        return text.Length >= bound && (text.Length / 2 >= bound || (run.Charge(text.Length >> 6) && CodePoints(text) >= bound));
    }

    private static int CodePoints(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                count--;
                i++;
            }
        }

        return count;
    }
}

/// <summary><c>pattern</c> (Validation section 6.3.3): matches anywhere unless anchored.</summary>
internal sealed class PatternKeyword(EcmaPattern pattern) : AssertionKeyword("pattern", JsonKinds.String)
{
    private const int LongestPattern = 100;

    public override string Explain(JsonValue instance) => $"does not match the pattern {SafeText.Quote(pattern.Source, LongestPattern)}; write a text that does";

    protected override bool Holds(JsonValue instance, Evaluation run) => pattern.IsMatch(((JsonString)instance).Value, run);
}
