using System.Globalization;
using System.Text;

namespace Interlock.Canonical;

/// <summary>Writes the path of an error so that a hostile name can neither flood nor steer whoever reads it.</summary>
internal static class ErrorPath
{
    /// <summary>The longest part that is shown, in UTF-16 code units.</summary>
    public const int MaxPart = 64;

    /// <summary>The most parts that are shown: the first and the last half of them.</summary>
    public const int MaxParts = 16;

    /// <summary>The parts, outermost first, joined by <c>/</c>; <see cref="JsonError.Root"/> where there are none.</summary>
    /// <param name="parts">Names as the document gives them, and indexes.</param>
    public static string Join(IReadOnlyList<string> parts)
    {
        if (parts.Count == 0)
        {
            return JsonError.Root;
        }

        var shown = parts.Count <= MaxParts
            ? parts.Select(Part)
            : [.. parts.Take(MaxParts / 2).Select(Part), "…", .. parts.Skip(parts.Count - (MaxParts / 2)).Select(Part)];
        return string.Join('/', shown);
    }

    /// <summary>One part: shortened, and whatever is invisible or steers a terminal written as an escape.</summary>
    private static string Part(string name)
    {
        if (name.Length == 0)
        {
            return "\"\"";
        }

        var part = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            var shown = IsPlain(rune)
                ? rune.ToString()
                : string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            if (part.Length + shown.Length > MaxPart)
            {
                return part.Append('…').ToString();
            }

            part.Append(shown);
        }

        return part.ToString();
    }

    /// <summary>What leaves a mark of its own on a screen; a combining mark would change the character before it.</summary>
    private static bool IsPlain(Rune rune) =>
        rune.Value == ' '
        || (Visible.Shows(rune) && (Rune.IsLetterOrDigit(rune) || Rune.IsPunctuation(rune) || Rune.IsSymbol(rune)));
}
