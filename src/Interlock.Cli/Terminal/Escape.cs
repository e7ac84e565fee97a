using System.Globalization;
using System.Text;
using Interlock.Canonical;

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
                    _ = Visible.Shows(rune) ? output.Append(rune) : output.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
                    break;
            }
        }

        return output.ToString();
    }
}
