using System.Buffers;
using System.Globalization;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>
/// The rule for text from an agent: it shows what it is. Refused are control characters but LF and TAB, everything that
/// reorders or hides text, lone surrogates and non-characters.
/// </summary>
internal static class TextHygiene
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "\t\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>The place of the first lone surrogate, or -1: text that holds one has no UTF-8 form and so no hash.</summary>
    public static int IndexOfLoneSurrogate(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        while (at >= 0 && at < text.Length)
        {
            if (!char.IsSurrogate(text[at]))
            {
                at++;
            }
            else if (Rune.TryGetRuneAt(text, at, out _))
            {
                at += 2;
            }
            else
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>What is wrong with a text, or null.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isContent">Whether it is content (a file's text), which may hold anything that is Unicode.</param>
    public static string? Fault(string text, bool isContent)
    {
        var at = text.AsSpan().IndexOfAnyExcept(Plain);
        if (at < 0)
        {
            return null;
        }

        while (at < text.Length)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return "holds half of a surrogate pair, which is not Unicode text; remove it";
            }

            at += rune.Utf16SequenceLength;
            if (!isContent && Kind(rune) is { } kind)
            {
                return string.Create(CultureInfo.InvariantCulture, $"holds U+{rune.Value:X4}, {kind}; remove it");
            }
        }

        return null;
    }

    private static string? Kind(Rune rune)
    {
        if (rune.Value is '\t' or '\n' || (rune.Value is >= ' ' and < 0x7f))
        {
            return null;
        }

        if ((rune.Value & 0xfffe) == 0xfffe || rune.Value is >= 0xfdd0 and <= 0xfdef)
        {
            return "a non-character";
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control => "a control character",
            UnicodeCategory.Format => "a character that reorders or hides text",
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => "a line separator other than LF",
            _ => Visible.IsFiller(rune) ? "a character that does not show" : null,
        };
    }
}
