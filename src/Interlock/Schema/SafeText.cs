using System.Globalization;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Schema;

/// <summary>Text for messages: shortened, and without a character that a terminal or a reader would act on.</summary>
internal static class SafeText
{
    /// <summary>The longest name in a path, in code points.</summary>
    public const int LongestStep = 64;

    /// <summary>The longest name or alternative in a message, in code points.</summary>
    private const int Longest = 40;

    /// <summary>A name in backticks.</summary>
    public static string Quote(string text, int longest = Longest) => $"`{Escape(text, longest)}`";

    /// <summary>A value of the schema (never of the document) in backticks.</summary>
    public static string Quote(JsonValue value) => value switch
    {
        JsonString text => $"`\"{Escape(text.Value, Longest)}\"`",
        JsonArray => "an array given by the schema",
        JsonObject => "an object given by the schema",
        _ => $"`{value}`",
    };

    /// <summary>Several quoted things, the first few of them.</summary>
    public static string List(IReadOnlyList<string> quoted, int shown = 10)
    {
        var text = string.Join(", ", quoted.Take(shown));
        return quoted.Count > shown ? string.Create(CultureInfo.InvariantCulture, $"{text} and {quoted.Count - shown} more") : text;
    }

    /// <summary>The text without backticks around it.</summary>
    public static string Escape(string text, int longest)
    {
        var output = new StringBuilder(Math.Min(text.Length, longest) + 1);
        var count = 0;
        for (var i = 0; i < text.Length; count++)
        {
            if (count == longest)
            {
                return output.Append('…').ToString();
            }

            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                output.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
                i++;
                continue;
            }

            i += rune.Utf16SequenceLength;
            if (IsPlain(rune))
            {
                output.Append(rune);
            }
            else
            {
                output.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
        }

        return output.ToString();
    }

    /// <summary>
    /// Whether a character shows nothing although its category is that of a letter or a mark: fillers and selectors.
    /// U+FE0E and U+FE0F, which emoji use, show.
    /// </summary>
    public static bool IsInvisible(Rune rune) => rune.Value is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x3164 or 0xffa0
        or (>= 0x180b and <= 0x180f) or (>= 0xfe00 and <= 0xfe0d) or (>= 0xe0000 and <= 0xe0fff);

    private static bool IsPlain(Rune rune) => rune.Value != '`' && !IsInvisible(rune) && Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
