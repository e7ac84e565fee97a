using System.Buffers;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Cli.Yaml;

/// <summary>
/// The core schema of YAML 1.2.2 section 10.3: which value a scalar's text stands for. Nothing of YAML 1.1 is left in it: no
/// <c>yes</c> and <c>on</c>, no <c>0644</c> in octal, no <c>1:30</c>, no <c>1_000</c>, no dates.
/// </summary>
internal static class CoreSchema
{
    private const string Prefix = "tag:yaml.org,2002:";

    private const string UnknownTag =
        "an unknown tag; only !!null, !!bool, !!int, !!float, !!str, !!seq and !!map are known: remove it";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");
    private static readonly SearchValues<char> OctalDigits = SearchValues.Create("01234567");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>The value of a plain scalar without a tag; null, with the reason, where JSON has no such value.</summary>
    public static JsonValue? Resolve(string text, out string? refusal)
    {
        refusal = null;
        JsonValue? value = Null(text);
        value ??= Boolean(text);
        value ??= Integer(text, out refusal);
        value ??= refusal is null ? Float(text, out refusal) : null;
        return value ?? (refusal is null ? new JsonString(text) : null);
    }

    /// <summary>
    /// The value of a scalar with a tag, however it is quoted. The bare <c>!</c> is refused with the unknown ones: YAML 1.2 makes
    /// text of <c>! true</c>, older readers a truth value.
    /// </summary>
    public static JsonValue? ResolveTagged(string tag, string text, out string? refusal)
    {
        refusal = null;
        JsonValue? value = null;
        switch (tag)
        {
            case Prefix + "str":
                value = new JsonString(text);
                break;
            case Prefix + "null":
                value = Null(text);
                break;
            case Prefix + "bool":
                value = Boolean(text);
                break;
            case Prefix + "int":
                value = Integer(text, out refusal);
                break;
            case Prefix + "float":
                // an integer is a float too, and must as such be one that a double holds
                value = IsDecimal(text) ? Integer(text, out refusal) : Float(text, out refusal);
                break;
            case Prefix + "seq" or Prefix + "map":
                refusal = "the tag says a collection and the value is none; remove the tag";
                break;
            default:
                refusal = UnknownTag;
                break;
        }

        refusal ??= value is null ? "the value is not of the kind that its tag says; remove the tag or mend the value" : null;
        return value;
    }

    /// <summary>Why a tag on a collection is refused; null where it is the tag that the collection has anyway.</summary>
    public static string? CollectionTagRefusal(string tag, bool isMapping)
    {
        if (tag == Prefix + (isMapping ? "map" : "seq"))
        {
            return null;
        }

        return tag is Prefix + "map" or Prefix + "seq" or Prefix + "str" or Prefix + "null"
            or Prefix + "bool" or Prefix + "int" or Prefix + "float"
            ? "the value is not of the kind that its tag says; remove the tag"
            : UnknownTag;
    }

    private static JsonNull? Null(string text) => text is "" or "~" or "null" or "Null" or "NULL" ? JsonNull.Instance : null;

    private static JsonBoolean? Boolean(string text) => text switch
    {
        "true" or "True" or "TRUE" => JsonBoolean.True,
        "false" or "False" or "FALSE" => JsonBoolean.False,
        _ => null,
    };

    private static bool IsDecimal(ReadOnlySpan<char> text)
    {
        var unsigned = WithoutSign(text);
        return !unsigned.IsEmpty && !unsigned.ContainsAnyExcept(Digits);
    }

    private static JsonNumber? Integer(ReadOnlySpan<char> text, out string? refusal)
    {
        refusal = null;
        long? value;
        if (IsDecimal(text))
        {
            value = Parse(WithoutSign(text), 10);
            value = text[0] == '-' ? -value : value;
        }
        else if (text.StartsWith("0o") && text.Length > 2 && !text[2..].ContainsAnyExcept(OctalDigits))
        {
            value = Parse(text[2..], 8);
        }
        else if (text.StartsWith("0x") && text.Length > 2 && !text[2..].ContainsAnyExcept(HexDigits))
        {
            value = Parse(text[2..], 16);
        }
        else
        {
            return null;
        }

        refusal = value is null ? "an integer beyond 2^53-1 loses digits in other readers; put it in quotes" : null;
        return value is { } integer ? JsonNumber.FromInteger(integer) : null;
    }

    /// <summary>The value of some digits, or null beyond 2^53-1.</summary>
    private static long? Parse(ReadOnlySpan<char> digits, int radix)
    {
        long value = 0;
        foreach (var digit in digits)
        {
            value = (value * radix) + Convert.ToInt32(char.ToString(digit), 16);
            if (value > JsonNumber.MaxSafeInteger)
            {
                return null;
            }
        }

        return value;
    }

    private static JsonNumber? Float(ReadOnlySpan<char> text, out string? refusal)
    {
        refusal = null;
        var unsigned = WithoutSign(text);
        if (unsigned is ".inf" or ".Inf" or ".INF" || text is ".nan" or ".NaN" or ".NAN")
        {
            refusal = "JSON has no infinity and no NaN; put it in quotes";
            return null;
        }

        if (!IsFloat(unsigned))
        {
            return null;
        }

        var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsFinite(value))
        {
            return new JsonNumber(value);
        }

        refusal = "a number too large for an IEEE 754 double; put it in quotes";
        return null;
    }

    /// <summary><c>( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?</c></summary>
    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        var before = TakeDigits(ref text);
        var after = 0;
        if (text is ['.', ..])
        {
            text = text[1..];
            after = TakeDigits(ref text);
        }

        if (before + after == 0)
        {
            return false;
        }

        if (text is ['e' or 'E', ..])
        {
            text = WithoutSign(text[1..]);
            return TakeDigits(ref text) > 0 && text.IsEmpty;
        }

        return text.IsEmpty;
    }

    private static int TakeDigits(ref ReadOnlySpan<char> text)
    {
        var count = text.IndexOfAnyExcept(Digits);
        count = count < 0 ? text.Length : count;
        text = text[count..];
        return count;
    }

    private static ReadOnlySpan<char> WithoutSign(ReadOnlySpan<char> text) => text is ['+' or '-', ..] ? text[1..] : text;
}
