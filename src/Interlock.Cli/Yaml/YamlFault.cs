using System.Globalization;
using YamlDotNet.Core;

namespace Interlock.Cli.Yaml;

/// <summary>Says in our words where and why the parser stopped.</summary>
internal static class YamlFault
{
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

        return (at, Reason(fault, text, at));
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

        return (int)(marked.End.Index >= text.Length ? marked.Start.Index : marked.End.Index);
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

    private static string Reason(Exception fault, string text, int at)
    {
        if (at < text.Length && text[at] is '@' or '`')
        {
            return "a value cannot start with this character; put it in quotes";
        }

        if (fault is not YamlException || fault.Message.Length == 0)
        {
            return "not valid YAML here; check brackets, indentation and escapes, and put text in quotes";
        }

        // the library's messages hold none of the document's text, only their tone is not ours
        var message = fault.Message.TrimEnd('.').Replace("  ", " ", StringComparison.Ordinal);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"not valid YAML: {char.ToLowerInvariant(message[0])}{message.AsSpan(1)}; mend it, or put the value in quotes");
    }
}
