using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Adapters.Declarations;

/// <summary>What a parameter holds.</summary>
internal enum ParameterType
{
    /// <summary>No type: nothing is accepted.</summary>
    Unknown = 0,
    Text,
    Integer,
    Number,
    Truth,

    /// <summary>A list of texts, each of which obeys the pattern or the list of values.</summary>
    Texts,
}

/// <summary>One typed parameter of an action or a probe.</summary>
internal sealed record Parameter
{
    private static readonly FrozenDictionary<ParameterType, (string Schema, string Wanted)> Words =
        new Dictionary<ParameterType, (string, string)>
        {
            [ParameterType.Text] = ("string", "text"),
            [ParameterType.Integer] = ("integer", "an integer"),
            [ParameterType.Number] = ("number", "a number"),
            [ParameterType.Truth] = ("boolean", "true or false"),
            [ParameterType.Texts] = ("array", "a list of texts"),
        }.ToFrozenDictionary();

    public required string Name { get; init; }

    public required ParameterType Type { get; init; }

    public string? Description { get; init; }

    /// <summary>The pattern as it was declared; the whole value must match it.</summary>
    public string? Pattern { get; init; }

    /// <summary>The pattern, held at both ends, in the dialect in which agents are told it.</summary>
    public TextPattern? Anchored { get; init; }

    public ImmutableArray<string> Values { get; init; } = [];

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    /// <summary>The longest text in UTF-16 units.</summary>
    public int MaxLength { get; init; }

    public int MaxItems { get; init; } = 100;

    public bool Required { get; init; } = true;

    public JsonValue? Default { get; init; }

    /// <summary>Whether it is the text of a file or a request: line feeds and all. Never an argument, a path or a URL.</summary>
    public bool Content { get; init; }

    /// <summary>Whether characters outside ASCII may stand in it. A digit or a letter of another script is easily misread.</summary>
    public bool Unicode { get; init; }

    /// <summary>Why a value is refused, or null where it is accepted.</summary>
    public string? Objection(JsonValue value) => (Type, value) switch
    {
        (ParameterType.Text, JsonString text) => TextObjection(text.Value),
        (ParameterType.Integer, JsonNumber number) => number.Value != Math.Truncate(number.Value)
            || Math.Abs(number.Value) > JsonNumber.MaxSafeInteger ? "is not an integer" : RangeObjection(number.Value),
        (ParameterType.Number, JsonNumber number) => RangeObjection(number.Value),
        (ParameterType.Truth, JsonBoolean) => null,
        (ParameterType.Texts, JsonArray list) => ListObjection(list),
        _ => $"has another type; give {Words[Type].Wanted}",
    };

    /// <summary>The parameter's JSON Schema.</summary>
    public JsonObject Schema()
    {
        var one = Type is ParameterType.Text or ParameterType.Texts ? TextSchema() : JsonObject.Of(
            ("type", Words[Type].Schema),
            ("maximum", Maximum is { } most ? new JsonNumber(most) : null),
            ("minimum", Minimum is { } least ? new JsonNumber(least) : null));
        var schema = Type == ParameterType.Texts
            ? JsonObject.Of(
                ("type", "array"), ("items", one), ("minItems", 1), ("maxItems", MaxItems), ("uniqueItems", true))
            : one;
        schema = Description is null ? schema : schema.With("description", Description);
        return Default is null ? schema : schema.With("default", Default);
    }

    private JsonObject TextSchema()
    {
        if (Content)
        {
            return JsonObject.Of(("type", "string"), ("maxLength", MaxLength));
        }

        // the same rule in the schema and in the code: what an agent can check before it proposes is what Describe checks
        var characters = Unicode ? "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$" : "^[ -~]*$";
        return JsonObject.Of(
            ("type", "string"),
            ("maxLength", MaxLength),
            ("allOf", new JsonArray([JsonObject.Of(("pattern", characters))])),
            ("enum", Values.IsEmpty ? null : new JsonArray(Values.Select(value => (JsonValue)value))),
            ("pattern", Optional.Text(Pattern is null ? null : TextPattern.Whole(Pattern))));
    }

    private string? TextObjection(string text)
    {
        if (text.Length > MaxLength)
        {
            return $"is longer than {MaxLength} characters; make it shorter";
        }

        if (Content)
        {
            return text.Contains('\0', StringComparison.Ordinal) ? "holds a NUL character; leave it out" : null;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune))
            {
                return $"holds the control or invisible character U+{rune.Value:X4}; leave it out";
            }

            if (!Unicode && !rune.IsAscii)
            {
                return $"holds U+{rune.Value:X4}, which is not ASCII; use ASCII";
            }
        }

        if (!Values.IsEmpty)
        {
            return Values.Contains(text, StringComparer.Ordinal) ? null : $"is none of {string.Join(", ", Values.Select(value => $"`{value}`"))}";
        }

        return Anchored is null || Anchored.IsMatch(text) == true ? null : $"does not match `{Pattern}` as a whole";
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned;

    private string? RangeObjection(double value) =>
        value < Minimum ? $"is smaller than {new JsonNumber(Minimum.Value)}"
        : value > Maximum ? $"is larger than {new JsonNumber(Maximum.Value)}"
        : null;

    private string? ListObjection(JsonArray list)
    {
        if (list.Items.IsEmpty || list.Items.Length > MaxItems)
        {
            return $"holds {list.Items.Length} items; give 1 to {MaxItems}";
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (list.Items[i] is not JsonString text)
            {
                return $"holds something other than text at {i}; give a list of texts";
            }

            if (TextObjection(text.Value) is { } objection)
            {
                return $"has an item at {i} that {objection}";
            }

            if (!seen.Add(text.Value))
            {
                return $"holds `{text.Value}` twice; name each once";
            }
        }

        return null;
    }
}
