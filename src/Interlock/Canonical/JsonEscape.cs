using System.Globalization;
using System.Text;

namespace Interlock.Canonical;

/// <summary>Escapes in strings that the parser has accepted (RFC 8259 section 7).</summary>
internal static class JsonEscape
{
    /// <summary>Decodes the escape at a backslash, both halves of a surrogate pair as one.</summary>
    /// <param name="raw">The string between its quotation marks.</param>
    /// <param name="at">Where the backslash stands; then, the place after the escape.</param>
    public static Rune Decode(ReadOnlySpan<byte> raw, ref int at)
    {
        at += 2;
        switch (raw[at - 1])
        {
            case (byte)'b':
                return new Rune('\b');
            case (byte)'f':
                return new Rune('\f');
            case (byte)'n':
                return new Rune('\n');
            case (byte)'r':
                return new Rune('\r');
            case (byte)'t':
                return new Rune('\t');
            case (byte)'u':
                var first = Hex4(raw.Slice(at, 4));
                at += 4;
                if (!char.IsHighSurrogate(first))
                {
                    return new Rune(first);
                }

                at += 6;
                return new Rune(first, Hex4(raw.Slice(at - 4, 4)));
            default:
                return new Rune(raw[at - 1]);
        }
    }

    /// <summary>The text of a string with escapes.</summary>
    /// <param name="raw">The string between its quotation marks.</param>
    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        // UTF-8 never has fewer bytes than UTF-16 has units, and an escape is longer than what it stands for
        using var units = new PooledList<char>(raw.Length);
        var output = units.Space(raw.Length);
        var length = 0;
        var at = 0;
        while (at < raw.Length)
        {
            var plain = raw[at..].IndexOf((byte)'\\');
            plain = plain < 0 ? raw.Length - at : plain;
            length += Encoding.UTF8.GetChars(raw.Slice(at, plain), output[length..]);
            at += plain;
            if (at < raw.Length)
            {
                length += Decode(raw, ref at).EncodeToUtf16(output[length..]);
            }
        }

        return new string(output[..length]);
    }

    private static char Hex4(ReadOnlySpan<byte> digits) =>
        (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
