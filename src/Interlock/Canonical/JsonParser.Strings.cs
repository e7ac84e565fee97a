using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;

namespace Interlock.Canonical;

/// <content>Strings: the grammar of RFC 8259 section 7, and only well-formed Unicode.</content>
internal ref partial struct JsonParser
{
    /// <summary>What ends the plain part of a string: a control character, a quotation mark, a backslash.</summary>
    private static readonly SearchValues<byte> PlainEnd = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(unit => (byte)unit), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private bool ParseString()
    {
        var start = at++;
        var plain = true;
        escapesAsWritten = true;
        while (true)
        {
            var end = PlainEndAt(at);
            if (end == text.Length)
            {
                return IsValid(start, end) && Fail(end, EndsEarly);
            }

            if (text[end] == (byte)'"')
            {
                if (!IsValid(start, end))
                {
                    return false;
                }

                at = end + 1;
                Add(JsonKind.String, start, at - start, plain, escapesAsWritten);
                return true;
            }

            at = end;
            plain = false;
            if (text[end] != (byte)'\\')
            {
                return IsValid(start, end) && Fail(at, "a control character inside a string; write it as an escape");
            }

            if (!IsValid(start, end) || !TakeEscape())
            {
                return false;
            }
        }
    }

    /// <summary>Where the plain part of a string ends. Most strings are short, so the first bytes are looked at without a call.</summary>
    private readonly int PlainEndAt(int from)
    {
        if (Vector128.IsHardwareAccelerated && text.Length - from >= Vector128<byte>.Count)
        {
            var first = Vector128.Create(text.Slice(from, Vector128<byte>.Count));
            var ends = Vector128.Equals(first, Vector128.Create((byte)'"'))
                | Vector128.Equals(first, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(first, Vector128.Create((byte)0x20));
            if (ends != Vector128<byte>.Zero)
            {
                return from + BitOperations.TrailingZeroCount(ends.ExtractMostSignificantBits());
            }

            from += Vector128<byte>.Count;
        }

        var length = text[from..].IndexOfAny(PlainEnd);
        return length < 0 ? text.Length : from + length;
    }

    private bool IsValid(int start, int end)
    {
        if (validUtf8 || FirstInvalid(text[start..end]) is not (>= 0 and var invalid))
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

    private bool TakeEscape()
    {
        var escapeAt = at++;
        if (at == text.Length)
        {
            return Fail(at, EndsEarly);
        }

        return text[at++] switch
        {
            (byte)'/' => !(escapesAsWritten = false),
            (byte)'"' or (byte)'\\' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' => true,
            (byte)'u' => TakeUnicodeEscape(escapeAt),
            _ => Fail(escapeAt, "no such escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"),
        };
    }

    private bool TakeUnicodeEscape(int escapeAt)
    {
        if (!TryHex4(out var first))
        {
            return Fail(escapeAt, "\\u takes four hexadecimal digits");
        }

        escapesAsWritten = escapesAsWritten && IsAsWritten(first, text.Slice(escapeAt, 6));
        if (!char.IsSurrogate(first))
        {
            return true;
        }

        if (char.IsHighSurrogate(first) && text[at..].StartsWith("\\u"u8))
        {
            at += 2;
            if (TryHex4(out var second) && char.IsLowSurrogate(second))
            {
                return true;
            }
        }

        return Fail(escapeAt, "a surrogate without its other half; no Unicode text holds one");
    }

    /// <summary>Only a control character without a letter of its own is written as \u, and in lower case (RFC 8785 section 3.2.2.2).</summary>
    private static bool IsAsWritten(char unit, ReadOnlySpan<byte> escape) =>
        unit < 0x20 && unit is not ('\b' or '\t' or '\n' or '\f' or '\r') && !escape.ContainsAnyInRange((byte)'A', (byte)'F');

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
