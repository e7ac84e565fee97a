using System.Globalization;
using System.Text;

namespace Interlock.Schema.Patterns;

/// <summary>CharacterEscape of ECMA-262 section 22.2.1 with <c>u</c>.</summary>
internal static class EcmaEscape
{
    /// <summary>The code point of the escape at a backslash, or -1 where there is none; then the place is kept.</summary>
    public static int Read(string source, ref int at, bool insideClass)
    {
        var start = at;
        at = Math.Min(at + 2, source.Length);
        var codePoint = start + 1 < source.Length ? Read(source, source[start + 1], insideClass, ref at) : -1;
        at = codePoint < 0 ? start : at;
        return codePoint;
    }

    private static int Read(string source, char letter, bool insideClass, ref int at)
    {
        switch (letter)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'v':
                return '\v';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case 'b' when insideClass:
                return '\b';
            case '0':
                return at < source.Length && char.IsAsciiDigit(source[at]) ? -1 : 0;
            case 'c':
                return at < source.Length && char.IsAsciiLetter(source[at]) ? source[at++] % 32 : -1;
            case 'x':
                return TryReadHex(source, ref at, 2, out var value) ? value : -1;
            case 'u':
                return ReadUnicode(source, ref at);
            default:
                // punctuation other than the syntax characters needs no escape, but many patterns have it, and it means one thing
                return letter != '_' && (char.IsPunctuation(letter) || char.IsSymbol(letter)) && char.IsAscii(letter) ? letter : -1;
        }
    }

    private static int ReadUnicode(string source, ref int at)
    {
        if (at < source.Length && source[at] == '{')
        {
            var end = source.IndexOf('}', at);
            if (end < 0 || end - at > 9
                || !int.TryParse(source.AsSpan(at + 1, end - at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var braced)
                || !Rune.IsValid(braced))
            {
                return -1;
            }

            at = end + 1;
            return braced;
        }

        if (!TryReadHex(source, ref at, 4, out var unit))
        {
            return -1;
        }

        if (!char.IsSurrogate((char)unit))
        {
            return unit;
        }

        // a pair of escapes is one character
        if (!char.IsHighSurrogate((char)unit) || !source.AsSpan(at).StartsWith("\\u", StringComparison.Ordinal))
        {
            return -1;
        }

        at += 2;
        return TryReadHex(source, ref at, 4, out var low) && char.IsLowSurrogate((char)low)
            ? char.ConvertToUtf32((char)unit, (char)low)
            : -1;
    }

    private static bool TryReadHex(string source, ref int at, int digits, out int value)
    {
        value = 0;
        if (at + digits > source.Length
            || !int.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
        {
            return false;
        }

        at += digits;
        return true;
    }
}
