using System.Globalization;
using YamlDotNet.Core;

namespace Interlock.Cli.Yaml;

/// <summary>Says in our words where and why the parser stopped.</summary>
internal static class YamlFault
{
    /// <summary>What is said about half a surrogate pair.</summary>
    public const string LoneSurrogate = "a surrogate without its other half; no Unicode text holds one";

    /// <summary>What is said about a tab that indents.</summary>
    public const string Tab = "a tab cannot indent; use spaces";

    /// <summary>The place, in UTF-16 units, and the message.</summary>
    public static (int Offset, string Message) Explain(Exception fault, string text, CheckedScanner scanner)
    {
        if (fault is RefusedTokenException refused)
        {
            return ((int)refused.Start.Index, refused.Message);
        }

        var at = Math.Min(OffsetOf(fault, text, scanner), text.Length);
        if (!scanner.IsInFlow && IndentingTab(text, at) is { } tab)
        {
            return (tab, Tab);
        }

        return LoneSurrogateBefore(text, at, fault) is { } escape
            ? (escape, LoneSurrogate)
            : (at, Reason(fault, text, at, scanner));
    }

    /// <summary>
    /// The end of what the parser marked is where it stopped, but for text that is never closed: that is mended where it opens.
    /// A fault without a mark (the parser says line 1, column 1) is where the scanner stands.
    /// </summary>
    private static int OffsetOf(Exception fault, string text, CheckedScanner scanner)
    {
        if (fault is not YamlException marked || marked.End.Index == 0)
        {
            return (int)scanner.CurrentPosition.Index;
        }

        var isOneCharacter = marked.End.Index - marked.Start.Index == 1;
        return (int)(marked.End.Index >= text.Length || isOneCharacter ? marked.Start.Index : marked.End.Index);
    }

    /// <summary>A tab among the white space before an offset's place in its line, or right at it.</summary>
    private static int? IndentingTab(string text, int at)
    {
        var lineStart = at == 0 ? 0 : text.LastIndexOfAny(['\r', '\n'], at - 1) + 1;
        var blank = text.AsSpan(lineStart).IndexOfAnyExcept(' ', '\t');
        var contentStart = blank < 0 ? text.Length : lineStart + blank;
        var tab = text.AsSpan(lineStart, contentStart - lineStart).IndexOf('\t');
        if (tab >= 0 && at <= contentStart)
        {
            return lineStart + tab;
        }

        return at < text.Length && text[at] == '\t' ? at : null;
    }

    /// <summary>
    /// Half a pair of surrogate escapes stops the scanner right behind itself, or behind the escape that is not its other half
    /// (then with an ArgumentException out of the base library).
    /// </summary>
    private static int? LoneSurrogateBefore(string text, int at, Exception fault)
    {
        const int Length = 6;
        var (first, second) = (EscapedUnit(text, at - (2 * Length)), EscapedUnit(text, at - Length));
        if (fault is ArgumentException && first is { } one && char.IsSurrogate(one))
        {
            return at - (2 * Length);
        }

        var isPaired = first is { } high && char.IsHighSurrogate(high);
        return second is { } unit && (char.IsHighSurrogate(unit) || (char.IsLowSurrogate(unit) && !isPaired))
            ? at - Length
            : null;
    }

    /// <summary>What a <c>\uXXXX</c> at a place stands for, or null where there is none.</summary>
    private static char? EscapedUnit(string text, int at) =>
        at >= 0
        && text.AsSpan(at).StartsWith("\\u")
        && text.Length - at >= 6
        && ushort.TryParse(
            text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;

    /// <summary>
    /// What people get wrong is told by the character at fault; the rest is the library's reason, which holds none of the
    /// document's text, in our tone.
    /// </summary>
    private static string Reason(Exception fault, string text, int at, CheckedScanner scanner)
    {
        var endsEarly = fault is YamlException marked && marked.End.Index >= text.Length;
        return (at < text.Length ? text[at] : '\0') switch
        {
            '"' or '\'' when endsEarly => "the quotes are never closed; close them",
            _ when endsEarly && scanner.IsInFlow => "the document ends inside brackets; close them",
            '@' or '`' or '%' => "a value cannot start with this character; put it in quotes",
            '*' or '&' => "no name of an anchor; put the value in quotes if it is text",
            ':' => "a colon inside a value, or a key that is not indented like its neighbours; "
                + "put the value in quotes, or mend the indentation",
            '-' => "a list cannot start here; start it on a line of its own, indented like its neighbours",
            ']' or '}' => "a bracket closes where none is open, or where a value is missing; remove it or add the value",
            _ => StillOpen(text, at, scanner) ?? Translate(fault),
        };
    }

    /// <summary>What starts with a bracket on an earlier line is often text that nobody meant as a list, such as a pattern.</summary>
    private static string? StillOpen(string text, int at, CheckedScanner scanner) =>
        scanner.OpenBracket is { } open && open < at && text.AsSpan(open, at - open).Contains('\n')
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the `{text[open]}` of line {text.AsSpan(0, open).Count('\n') + 1} is still open here; close it, or put that value in quotes if it is text")
            : null;

    private static string Translate(Exception fault)
    {
        if (fault is not YamlException || fault.Message.Length == 0)
        {
            return "not valid YAML here; check brackets, indentation and escapes, and put text in quotes";
        }

        var reason = fault.Message.TrimEnd('.').Replace("  ", " ", StringComparison.Ordinal);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"not valid YAML: {char.ToLowerInvariant(reason[0])}{reason.AsSpan(1)}; mend it, or put the value in quotes");
    }
}
