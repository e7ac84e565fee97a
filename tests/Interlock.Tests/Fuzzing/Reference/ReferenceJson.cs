using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Interlock.Tests.Fuzzing.Reference;

/// <summary>
/// Our rules for JSON (docs/spec/canonical.md) a second time: the runtime's own reader and straightforward code, sharing nothing
/// with the product. A value is null, bool, double, string, <see cref="List{T}"/> or <see cref="SortedDictionary{TKey, TValue}"/>.
/// </summary>
internal static class ReferenceJson
{
    /// <summary>Reads a text; false where the rules refuse it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value.</param>
    /// <param name="depth">The deepest nesting.</param>
    /// <param name="isOurs">Whether it is what we wrote ourselves: then large integers and like spellings are allowed.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out object? value, int depth = 32, bool isOurs = false)
    {
        value = null;
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 1000 });
            reader.Read();
            value = Value(ref reader, depth, isOurs);
            return !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // the runtime's reader finds bad UTF-8 and lone surrogates when it is asked for the text: an InvalidOperationException
            return false;
        }
    }

    /// <summary>Reads a text that is exactly what we write.</summary>
    public static bool TryReadCanonical(byte[] text, out object? value, int depth = 32) =>
        TryRead(text, out value, depth, isOurs: true) && Write(value).AsSpan().SequenceEqual(text);

    public static byte[] Write(object? value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text.ToString());
    }

    public static string Hash(object? value) => Convert.ToHexStringLower(SHA256.HashData(Write(value)));

    private static object? Value(ref Utf8JsonReader reader, int depth, bool isOurs) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number => Number(Encoding.ASCII.GetString(reader.ValueSpan), isOurs),
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.StartArray => Array(ref reader, depth - 1, isOurs),
        JsonTokenType.StartObject => Object(ref reader, depth - 1, isOurs),
        var other => throw new JsonException($"no value starts with {other}"),
    };

    private static double Number(string literal, bool isOurs)
    {
        var number = double.Parse(literal, CultureInfo.InvariantCulture);
        var isInteger = literal.All(unit => char.IsAsciiDigit(unit) || unit == '-');
        return double.IsFinite(number) && (isOurs || !isInteger || decimal.Abs(Whole(literal)) <= 9007199254740991m)
            ? number
            : throw new JsonException("refused by our rules");
    }

    /// <summary>An integer literal; what has too many digits for a decimal is far too large whatever it is.</summary>
    private static decimal Whole(string literal) => literal.Length > 25 ? decimal.MaxValue : decimal.Parse(literal, CultureInfo.InvariantCulture);

    private static List<object?> Array(ref Utf8JsonReader reader, int depth, bool isOurs)
    {
        var items = new List<object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(Value(ref reader, depth, isOurs));
        }

        return depth >= 0 ? items : throw new JsonException("refused by our rules");
    }

    private static SortedDictionary<string, object?> Object(ref Utf8JsonReader reader, int depth, bool isOurs)
    {
        var members = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        var spellings = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString() ?? throw new JsonException("a name is text");
            var isNew = isOurs || spellings.Add(Decomposed(Encoding.UTF8.GetString(reader.ValueSpan)));
            reader.Read();
            if (!members.TryAdd(name, Value(ref reader, depth, isOurs)) || !isNew)
            {
                throw new JsonException("refused by our rules");
            }
        }

        return depth >= 0 ? members : throw new JsonException("refused by our rules");
    }

    /// <summary>
    /// Canonical decomposition of the few characters that the fuzzer puts into names, marks in a fixed order. Not Unicode's
    /// whole table: that one is compared elsewhere with another implementation's answers.
    /// </summary>
    private static string Decomposed(string spelling)
    {
        if (Ascii.IsValid(spelling))
        {
            return spelling;
        }

        var split = spelling
            .Replace("\u00e9", "e\u0301").Replace("\u00c5", "A\u030a").Replace("\u212b", "A\u030a").Replace("\u212a", "K")
            .Replace("\uac00", "\u1100\u1161");
        var (result, marks) = (new StringBuilder(), new List<string>());
        foreach (var rune in split.EnumerateRunes().Append(new Rune('.')))
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned)
            {
                marks.Add(rune.ToString());
                continue;
            }

            marks.Sort(StringComparer.Ordinal);
            result.AppendJoin("", marks).Append(rune.ToString());
            marks.Clear();
        }

        return result.ToString(0, result.Length - 1);
    }

    private static void Write(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool truth:
                text.Append(truth ? "true" : "false");
                break;
            case double number:
                text.Append(ReferenceNumbers.Text(number));
                break;
            case string characters:
                Quote(characters, text);
                break;
            case List<object?> items:
                text.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    Write(items[i], text.Append(i == 0 ? "" : ","));
                }

                text.Append(']');
                break;
            case SortedDictionary<string, object?> members:
                text.Append('{');
                foreach (var (name, member) in members)
                {
                    Quote(name, text.Append(text[^1] == '{' ? "" : ","));
                    Write(member, text.Append(':'));
                }

                text.Append('}');
                break;
            default:
                throw new InvalidOperationException($"no JSON value is a {value.GetType().Name}");
        }
    }

    private static void Quote(string characters, StringBuilder text)
    {
        text.Append('"');
        foreach (var unit in characters)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => text.Append(unit),
            };
        }

        text.Append('"');
    }
}
