using System.Globalization;
using System.Text;

namespace Interlock.Cli.Terminal;

/// <summary>
/// The last guard of the screen: whatever comes from a plan, an effect, a probe, a file or the ledger passes through here.
/// What a terminal or an eye would act on (controls, reordering, invisible and unassigned characters, half surrogates) becomes
/// <c>\u{1b}</c>. Plain text, markup of other tools (<c>[red]</c>) included, stays as it is: nothing behind this interprets it.
/// </summary>
internal static class Escape
{
    /// <summary>The text on one line: a line feed becomes <c>\n</c>, a tab <c>\t</c>.</summary>
    public static string Line(string text) => Write(text, keepLines: false);

    /// <summary>The text with its line feeds; a tab becomes four spaces.</summary>
    public static string Lines(string text) => Write(text, keepLines: true);

    /// <summary>The text on one line and not longer than a number of UTF-16 units, with a mark where it was cut.</summary>
    public static string Line(string text, int longest) =>
        text.Length <= longest
            ? Line(text)
            : $"{Line(text[..longest])}… ({(text.Length - longest).ToString("N0", CultureInfo.InvariantCulture)} more characters)";

    /// <summary>Whether a character shows as itself and nothing more.</summary>
    public static bool IsPlain(Rune rune)
    {
        if (rune.Value is >= ' ' and < 0x7f)
        {
            return true;
        }

        return !IsInvisible(rune) && Rune.GetUnicodeCategory(rune) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
    }

    private static string Write(string text, bool keepLines)
    {
        var output = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                output.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)text[i]:x}}}");
                i++;
                continue;
            }

            i += rune.Utf16SequenceLength;
            switch (rune.Value)
            {
                case '\n':
                    output.Append(keepLines ? "\n" : "\\n");
                    break;
                case '\t':
                    output.Append(keepLines ? "    " : "\\t");
                    break;
                default:
                    _ = IsPlain(rune) ? output.Append(rune) : output.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
                    break;
            }
        }

        return output.ToString();
    }

    /// <summary>Fillers and selectors: letters and marks by category that show nothing, and every space but the usual one.</summary>
    private static bool IsInvisible(Rune rune) =>
        rune.Value is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x2800 or 0x3164 or 0xffa0
            or (>= 0x180b and <= 0x180f) or (>= 0xfe00 and <= 0xfe0d) or (>= 0xe0000 and <= 0xe0fff)
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator && rune.Value is not (' ' or 0x3000));
}
