using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Interlock.Tests.Fuzzing.Reference;

/// <summary>
/// What a command's arguments have to become (docs/reference/adapters.md), a second time: each template by one regular
/// expression, into exactly one argument.
/// </summary>
internal static partial class ReferenceCommand
{
    /// <summary>Whether templates can be declared, with text a and b, integer n, truth value t and list l.</summary>
    public static bool IsDeclarable(IReadOnlyList<string> templates) => templates.All(template =>
        !template.Contains('\0') && Part().Matches(template).All(part => !part.Groups["bad"].Success && part.Groups["name"].Value is "" or "a" or "b" or "n" or "t" or "l"));

    public static bool IsGiven(SortedDictionary<string, object?> values) =>
        values.Keys.SequenceEqual(["a", "b", "l", "n", "t"])
        && IsText(values["a"]) && IsText(values["b"])
        && values["n"] is double number && number == Math.Truncate(number) && Math.Abs(number) <= 9007199254740991
        && values["t"] is bool
        && values["l"] is List<object?> { Count: > 0 and <= 100 } list && list.All(IsText) && list.Distinct().Count() == list.Count;

    /// <summary>The arguments; null where a value would be read as an option.</summary>
    public static List<string>? Fill(IReadOnlyList<string> templates, SortedDictionary<string, object?> values, string item)
    {
        var (filled, optionsEnded) = (new List<string>(), false);
        foreach (var template in templates)
        {
            var argument = Part().Replace(template, part => part.Value switch
            {
                "{{" => "{",
                "}}" => "}",
                "{l}" => item,
                "{t}" => values["t"] is true ? "true" : "false",
                "{n}" => ReferenceNumbers.Text((double)values["n"]!),
                var other => (string)values[other[1..^1]]!,
            });
            if (!optionsEnded && argument.StartsWith('-') && !template.StartsWith('-'))
            {
                return null;
            }

            optionsEnded |= template == "--";
            filled.Add(argument);
        }

        return filled;
    }

    /// <summary>What a POSIX shell makes of a line of words, of which some are in single quotes; null where one is not closed.</summary>
    public static List<string>? Words(string line)
    {
        var (words, word) = (new List<string>(), (StringBuilder?)null);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\'')
            {
                var end = line.IndexOf('\'', i + 1);
                if (end < 0)
                {
                    return null;
                }

                word = (word ?? new()).Append(line, i + 1, end - i - 1);
                i = end;
            }
            else if (line[i] is ' ' or '\t' or '\n')
            {
                Take();
            }
            else if (line[i] is '"' or '$' or '`' or '*' or '?' or '[' or ';' or '&' or '|' or '<' or '>' or '(' or ')' or '#' or '~' or '!' or '{')
            {
                // a shell would do something with it
                return null;
            }
            else
            {
                i += line[i] == '\\' && i + 1 < line.Length ? 1 : 0;
                word = (word ?? new()).Append(line[i]);
            }
        }

        Take();
        return words;

        void Take()
        {
            if (word is not null)
            {
                words.Add(word.ToString());
                word = null;
            }
        }
    }

    private static bool IsText(object? value) => value is string { Length: <= 256 } text && text.EnumerateRunes().All(rune =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned));

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[^{}]+)\}|(?<bad>[{}])")]
    private static partial Regex Part();
}
