using System.Text;
using Interlock.Canonical;

namespace Interlock;

/// <summary>Makes text from outside fit for an entry: bounded, well-formed, one line, nothing that steers a terminal.</summary>
internal static class ShortText
{
    /// <summary>Whether a text is the name of a person: 1 to 128 printable characters, no space at its ends.</summary>
    public static bool IsName(string text) => text.Length is >= 1 and <= 128 && text == Of(text) && text.Trim() == text;

    /// <summary>The text, cut to a number of code points; controls and ill-formed units become U+FFFD, line feeds spaces.</summary>
    public static string Of(string text, int max = 1_000)
    {
        if (text.Length <= max && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var result = new StringBuilder(Math.Min(text.Length, max));
        var left = max;
        foreach (var rune in text.EnumerateRunes())
        {
            if (left-- == 0)
            {
                return result.Append('…').ToString();
            }

            if (rune.Value is '\n' or '\r' or '\t')
            {
                result.Append(' ');
            }
            else
            {
                result.Append(Visible.Shows(rune) ? rune.ToString() : "\ufffd");
            }
        }

        return result.ToString();
    }
}
