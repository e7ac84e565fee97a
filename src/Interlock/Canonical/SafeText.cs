using System.Globalization;
using System.Text;

namespace Interlock.Canonical;

/// <summary>Text for messages: shortened, and without a character that a terminal or a reader would act on.</summary>
public static class SafeText
{
    /// <summary>The longest name in a path, in code points.</summary>
    internal const int LongestStep = 64;

    /// <summary>The longest name or alternative in a message, in code points.</summary>
    private const int Longest = 40;

    /// <summary>A name in backticks.</summary>
    internal static string Quote(string text, int longest = Longest) => $"`{Escape(text, longest)}`";

    /// <summary>A value of the schema (never of the document) in backticks.</summary>
    internal static string Quote(JsonValue value) => value switch
    {
        JsonString text => $"`\"{Escape(text.Value, Longest)}\"`",
        JsonArray => "an array given by the schema",
        JsonObject => "an object given by the schema",
        _ => $"`{value}`",
    };

    /// <summary>Several quoted things, the first few of them.</summary>
    internal static string List(IReadOnlyList<string> quoted, int shown = 10)
    {
        var text = string.Join(", ", quoted.Take(shown));
        return quoted.Count > shown ? string.Create(CultureInfo.InvariantCulture, $"{text} and {quoted.Count - shown} more") : text;
    }

    /// <summary>
    /// The text on one line, to stand between backticks: what is invisible, reorders text or steers a terminal
    /// (<see cref="Visible.Shows"/>), and the backtick itself, becomes <c>\u{1b}</c>; half a surrogate pair <c>\ud800</c>.
    /// </summary>
    /// <param name="text">Text that anybody may have written.</param>
    /// <param name="longest">How many code points of it are shown; then comes an ellipsis.</param>
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

    private static bool IsPlain(Rune rune) => rune.Value != '`' && Visible.Shows(rune);
}
