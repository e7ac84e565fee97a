using System.Buffers;
using System.Globalization;
using System.Text;

namespace Interlock.Canonical;

/// <content>Strings: the grammar of RFC 8259 section 7, and only well-formed Unicode.</content>
internal ref partial struct JsonParser
{
    /// <summary>What ends the plain part of a string: a control character, a quotation mark, a backslash.</summary>
    private static readonly SearchValues<byte> PlainEnd = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(unit => (byte)unit), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private string? ParseString()
    {
        var start = ++at;
        var end = text[at..].IndexOfAny(PlainEnd);
        if (end >= 0 && text[at + end] == (byte)'"')
        {
            at += end + 1;
            var raw = text[start..(at - 1)];
            return IsValid(raw, start) ? Encoding.UTF8.GetString(raw) : null;
        }

        unescaped ??= new ArrayBufferWriter<char>();
        unescaped.ResetWrittenCount();
        while (TakePlain(unescaped))
        {
            if (text[at] == (byte)'"')
            {
                at++;
                return new string(unescaped.WrittenSpan);
            }

            if (text[at] != (byte)'\\')
            {
                Fail(at, "a control character inside a string; write it as an escape");
                return null;
            }

            if (!TakeEscape(unescaped))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Moves on to the next byte of a string that needs a closer look.</summary>
    private bool TakePlain(ArrayBufferWriter<char> output)
    {
        var length = text[at..].IndexOfAny(PlainEnd);
        var raw = length < 0 ? text[at..] : text.Slice(at, length);
        if (!IsValid(raw, at))
        {
            return false;
        }

        if (length < 0)
        {
            Fail(text.Length, EndsEarly);
            return false;
        }

        // UTF-8 never has fewer bytes than UTF-16 has units
        output.Advance(Encoding.UTF8.GetChars(raw, output.GetSpan(raw.Length + 1)));
        at += length;
        return true;
    }

    private bool IsValid(ReadOnlySpan<byte> raw, int start)
    {
        if (validUtf8 || FirstInvalid(raw) is not (>= 0 and var invalid))
        {
            return true;
        }

        Fail(start + invalid, "not valid UTF-8; encode the document again");
        return false;
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

    private bool TakeEscape(ArrayBufferWriter<char> output)
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
            output.Write([unit]);
            return true;
        }

        if (text[at - 1] != (byte)'u')
        {
            Fail(escapeAt, "no such escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX");
            return false;
        }

        return TakeUnicodeEscape(escapeAt, output);
    }

    private bool TakeUnicodeEscape(int escapeAt, ArrayBufferWriter<char> output)
    {
        if (!TryHex4(out var first))
        {
            Fail(escapeAt, "\\u takes four hexadecimal digits");
            return false;
        }

        if (!char.IsSurrogate(first))
        {
            output.Write([first]);
            return true;
        }

        if (char.IsHighSurrogate(first) && text[at..].StartsWith("\\u"u8))
        {
            at += 2;
            if (TryHex4(out var second) && char.IsLowSurrogate(second))
            {
                output.Write([first, second]);
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
}
