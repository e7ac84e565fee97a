using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Interlock.Canonical;

/// <summary>One pass over one document. A method that returns null has set the failure, and every caller passes it on.</summary>
internal ref struct JsonParser
{
    private const string EndsEarly = "the document ends in the middle of a value; was it cut off?";

    /// <summary>Printable ASCII but the quotation mark and the backslash: what a string may hold without a closer look.</summary>
    private static readonly SearchValues<byte> PlainString = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0xe0).Select(unit => (byte)unit).Where(unit => unit is not ((byte)'"' or (byte)'\\'))]);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private readonly ReadOnlySpan<byte> text;
    private readonly bool limitIntegers;
    private readonly bool validUtf8;
    private int depthLeft;
    private int at;
    private int failedAt;
    private string? failure;
    private List<string>? path;

    public JsonParser(ReadOnlySpan<byte> text, int maxDepth, bool limitIntegers)
    {
        this.text = text;
        this.limitIntegers = limitIntegers;
        depthLeft = maxDepth;

        // one vectorised pass; only a document that fails it pays for finding the string at fault
        validUtf8 = Utf8.IsValid(text);
    }

    /// <summary>The whole document, or null: then <see cref="Error"/> says why.</summary>
    public JsonValue? ParseDocument()
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            return Fail(0, "the document starts with a byte order mark; remove it");
        }

        SkipWhiteSpace();
        var value = ParseValue();
        if (value is null)
        {
            return null;
        }

        SkipWhiteSpace();
        return at == text.Length ? value : Fail(at, "text after the end of the document; send one document only");
    }

    public readonly JsonError Error()
    {
        var where = path is null ? JsonError.Root : string.Join('/', Enumerable.Reverse(path));
        return TextPosition.Error(text, failedAt, where, failure ?? throw new InvalidOperationException("nothing failed"));
    }

    private JsonValue? ParseValue()
    {
        if (at == text.Length)
        {
            return Fail(at, at == 0 ? "the document is empty; send a JSON value" : EndsEarly);
        }

        return text[at] switch
        {
            (byte)'{' => ParseObject(),
            (byte)'[' => ParseArray(),
            (byte)'"' => ParseString() is { } value ? new JsonString(value) : null,
            (byte)'t' => ParseLiteral("true"u8, JsonBoolean.True),
            (byte)'f' => ParseLiteral("false"u8, JsonBoolean.False),
            (byte)'n' => ParseLiteral("null"u8, JsonNull.Instance),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => ParseNumber(),
            _ => Fail(at, "not a JSON value; expected an object, an array, a string, a number, true, false or null"),
        };
    }

    private JsonValue? ParseLiteral(ReadOnlySpan<byte> literal, JsonValue value)
    {
        if (!text[at..].StartsWith(literal))
        {
            return Fail(at, "not a JSON literal; only true, false and null are");
        }

        at += literal.Length;
        return value;
    }

    private JsonArray? ParseArray()
    {
        if (!Descend())
        {
            return null;
        }

        var items = ImmutableArray.CreateBuilder<JsonValue>();
        SkipWhiteSpace();
        var more = !Take((byte)']');
        while (more)
        {
            var item = ParseValue();
            if (item is null)
            {
                return FailInside<JsonArray>(items.Count.ToString(CultureInfo.InvariantCulture));
            }

            items.Add(item);
            SkipWhiteSpace();
            more = Take((byte)',');
            SkipWhiteSpace();
            if (!more && !Take((byte)']'))
            {
                Fail(at, at == text.Length ? EndsEarly : "expected `,` or `]` after an item");
                return null;
            }
        }

        depthLeft++;
        return new JsonArray(items.DrainToImmutable());
    }

    private JsonObject? ParseObject()
    {
        if (!Descend())
        {
            return null;
        }

        var start = at;
        var members = new List<JsonMember>();
        SkipWhiteSpace();
        var more = !Take((byte)'}');
        while (more)
        {
            if (!ParseMember(members))
            {
                return null;
            }

            SkipWhiteSpace();
            more = Take((byte)',');
            SkipWhiteSpace();
            if (!more && !Take((byte)'}'))
            {
                Fail(at, at == text.Length ? EndsEarly : "expected `,` or `}` after a member");
                return null;
            }
        }

        depthLeft++;
        JsonMember[] sorted = [.. members];
        if (JsonObject.TrySort(sorted, out var duplicate))
        {
            return JsonObject.FromSorted(sorted);
        }

        Fail(FindDuplicate(start, duplicate), "the name stands twice in one object; keep one of the two");
        return FailInside<JsonObject>(duplicate);
    }

    private bool ParseMember(List<JsonMember> members)
    {
        if (at == text.Length || text[at] != (byte)'"')
        {
            Fail(at, at == text.Length ? EndsEarly : "expected a member's name in double quotes");
            return false;
        }

        var name = ParseString();
        if (name is null)
        {
            return false;
        }

        SkipWhiteSpace();
        if (!Take((byte)':'))
        {
            Fail(at, at == text.Length ? EndsEarly : "expected `:` after a member's name");
            return false;
        }

        SkipWhiteSpace();
        var value = ParseValue();
        if (value is null)
        {
            FailInside<JsonObject>(name);
            return false;
        }

        members.Add(new JsonMember(name, value));
        return true;
    }

    /// <summary>Where the second of two equal names stands: the object is read again, which only a refusal pays for.</summary>
    private readonly int FindDuplicate(int start, string duplicate)
    {
        var again = new JsonParser(text, 512, limitIntegers: false) { at = start };
        var seen = false;
        while (true)
        {
            again.SkipWhiteSpace();
            var nameAt = again.at;
            var name = again.ParseString();
            if (name == duplicate && seen)
            {
                return nameAt;
            }

            seen |= name == duplicate;
            again.SkipWhiteSpace();
            again.at++;
            again.SkipWhiteSpace();
            again.ParseValue();
            again.SkipWhiteSpace();
            again.at++;
        }
    }

    private string? ParseString()
    {
        var start = ++at;
        var end = text[at..].IndexOfAnyExcept(PlainString);
        if (end >= 0 && text[at + end] == (byte)'"')
        {
            at += end + 1;
            return Decode(text[start..(at - 1)], start);
        }

        var builder = new StringBuilder();
        while (true)
        {
            end = text[at..].IndexOfAnyExcept(PlainString);
            if (end < 0)
            {
                Fail(text.Length, EndsEarly);
                return null;
            }

            if (Decode(text.Slice(at, end), at) is not { } plain)
            {
                return null;
            }

            builder.Append(plain);
            at += end;
            if (text[at] == (byte)'"')
            {
                at++;
                return builder.ToString();
            }

            if (text[at] != (byte)'\\')
            {
                Fail(at, "a control character inside a string; write it as an escape");
                return null;
            }

            if (!ParseEscape(builder))
            {
                return null;
            }
        }
    }

    private string? Decode(ReadOnlySpan<byte> raw, int start)
    {
        if (!validUtf8 && FirstInvalid(raw) is >= 0 and var invalid)
        {
            Fail(start + invalid, "not valid UTF-8; encode the document again");
            return null;
        }

        return Encoding.UTF8.GetString(raw);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> raw)
    {
        for (var i = 0; i < raw.Length;)
        {
            if (Rune.DecodeFromUtf8(raw[i..], out _, out var consumed) != OperationStatus.Done)
            {
                return i;
            }

            i += consumed;
        }

        return -1;
    }

    private bool ParseEscape(StringBuilder builder)
    {
        var escapeAt = at++;
        if (at == text.Length)
        {
            Fail(at, EndsEarly);
            return false;
        }

        char? simple = text[at++] switch
        {
            (byte)'"' => '"',
            (byte)'\\' => '\\',
            (byte)'/' => '/',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            _ => null,
        };
        if (simple is { } unit)
        {
            builder.Append(unit);
            return true;
        }

        if (text[at - 1] != (byte)'u')
        {
            Fail(escapeAt, "no such escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX");
            return false;
        }

        return ParseUnicodeEscape(escapeAt, builder);
    }

    private bool ParseUnicodeEscape(int escapeAt, StringBuilder builder)
    {
        if (!TryHex4(out var first))
        {
            Fail(escapeAt, "\\u takes four hexadecimal digits");
            return false;
        }

        if (!char.IsSurrogate(first))
        {
            builder.Append(first);
            return true;
        }

        if (char.IsHighSurrogate(first) && text[at..].StartsWith("\\u"u8))
        {
            at += 2;
            if (TryHex4(out var second) && char.IsLowSurrogate(second))
            {
                builder.Append(first).Append(second);
                return true;
            }
        }

        Fail(escapeAt, "a surrogate without its other half; no Unicode text holds one");
        return false;
    }

    private bool TryHex4(out char unit)
    {
        unit = default;
        if (text.Length - at < 4
            || text.Slice(at, 4).ContainsAnyExcept(HexDigits)
            || !ushort.TryParse(text.Slice(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        at += 4;
        unit = (char)value;
        return true;
    }

    private JsonNumber? ParseNumber()
    {
        var start = at;
        Take((byte)'-');
        var integerAt = at;
        var digits = TakeDigits();
        if (digits == 0 || (digits > 1 && text[integerAt] == (byte)'0'))
        {
            return FailNumber(start, digits == 0 ? "a number needs a digit here" : "a number has no leading zero; remove it");
        }

        var isInteger = true;
        if (Take((byte)'.'))
        {
            isInteger = false;
            if (TakeDigits() == 0)
            {
                return FailNumber(at, "a number needs a digit after its point");
            }
        }

        if (Take((byte)'e') || Take((byte)'E'))
        {
            isInteger = false;
            _ = Take((byte)'+') || Take((byte)'-');
            if (TakeDigits() == 0)
            {
                return FailNumber(at, "a number needs a digit in its exponent");
            }
        }

        var literal = text[start..at];
        if (isInteger && digits <= 15)
        {
            return new JsonNumber(long.Parse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        if (isInteger && limitIntegers && !IsSafe(literal))
        {
            return FailNumber(start, "an integer beyond 2^53-1 loses digits in other readers; send it as a string");
        }

        var value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? new JsonNumber(value)
            : FailNumber(start, "a number too large for an IEEE 754 double; send it as a string");
    }

    private static bool IsSafe(ReadOnlySpan<byte> literal) =>
        long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value is >= -JsonNumber.MaxSafeInteger and <= JsonNumber.MaxSafeInteger;

    private int TakeDigits()
    {
        var count = text[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        count = count < 0 ? text.Length - at : count;
        at += count;
        return count;
    }

    private bool Descend()
    {
        if (depthLeft == 0)
        {
            Fail(at, "nested too deeply; flatten the document");
            return false;
        }

        depthLeft--;
        at++;
        return true;
    }

    private bool Take(byte unit)
    {
        if (at < text.Length && text[at] == unit)
        {
            at++;
            return true;
        }

        return false;
    }

    private void SkipWhiteSpace()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
    }

    private JsonNumber? FailNumber(int offset, string message)
    {
        Fail(offset, message);
        return null;
    }

    private JsonValue? Fail(int offset, string message)
    {
        failure = message;
        failedAt = offset;
        return null;
    }

    /// <summary>Notes one step of the path on the way out of a failure, so that success pays nothing for it.</summary>
    private T? FailInside<T>(string step)
        where T : class
    {
        const int Shown = 64;
        path ??= [];
        path.Add(step.Length > Shown ? string.Concat(step.AsSpan(0, Shown), "…") : step);
        return null;
    }
}
