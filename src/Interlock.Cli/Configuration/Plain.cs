using Interlock.Canonical;

namespace Interlock.Cli.Configuration;

/// <summary>Text from a file, fit for one line on a terminal.</summary>
internal static class Plain
{
    private const int LongestPart = 64;

    /// <summary>The text, shortened, with whatever is invisible or steers a terminal written as an escape.</summary>
    public static string Text(string text, int longest = 400) => SafeText.Escape(text, longest);

    /// <summary>The parts of a path, joined.</summary>
    public static string Path(IReadOnlyList<string> parts) =>
        parts.Count == 0 ? JsonError.Root : string.Join('/', parts.Select(static part => Text(part, LongestPart)));
}
