using System.Text.RegularExpressions;
using Interlock.Tests.Surface.Cli;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Architecture;

/// <summary>What the documents point at is there: files, headings, commands, tests.</summary>
public sealed partial class Documents
{
    private static readonly string[] Folders = ["docs", "samples", "vectors"];

    [GeneratedRegex(@"\]\(([^()\s]+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Link { get; }

    [GeneratedRegex("^#+ +(.*?) *$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Heading { get; }

    [GeneratedRegex("`([^`\n]+)`", RegexOptions.NonBacktracking)]
    private static partial Regex Span { get; }

    [GeneratedRegex(@"(?:^|[ (/])interlock +([a-z][a-z-]*)( +[a-z][a-z-]*)?", RegexOptions.NonBacktracking)]
    private static partial Regex Command { get; }

    [GeneratedRegex("^([A-Za-z0-9]+\\.)*[A-Z][A-Za-z0-9]*\\.[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$", RegexOptions.NonBacktracking)]
    private static partial Regex Citation { get; }

    [GeneratedRegex("^  ([a-z][a-z-]+)( |$)", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Listed { get; }

    [Fact]
    public void Every_relative_link_leads_to_a_file_and_to_a_heading_in_it() =>
        Found.Nothing(All().SelectMany(document => BrokenLinks(document.Path, document.Text).Select(link => $"{document.Path}: {link}")));

    [Fact]
    public async Task Every_command_that_a_document_mentions_exists()
    {
        var commands = await CommandsAsync();
        Found.Nothing(All().SelectMany(document => UnknownCommands(document.Text, commands).Select(line => $"{document.Path}: {line}")));
    }

    [Fact]
    public void Every_test_that_a_document_cites_exists()
    {
        var tests = Guarantees.Tests(typeof(Documents).Assembly);
        Found.Nothing(
            from document in All()
            from span in Span.Matches(document.Text)
            let name = span.Groups[1].Value
            where Citation.IsMatch(name) && !tests.Any(test => test.EndsWith("." + name, StringComparison.Ordinal))
            select $"{document.Path}: there is no test `{name}`");
    }

    [Theory]
    [InlineData("[a](README.md) [b](https://example.com/nowhere.md) [c](docs/README.md)", 0)]
    [InlineData("[a](docs/nowhere.md)", 1)]
    [InlineData("[a](README.md#no-such-heading)", 1)]
    [InlineData("# Here it is\n\n[a](#here-it-is) [b](#there-it-is)", 1)]
    public void A_link_that_leads_nowhere_is_found(string text, int expected) =>
        Assert.Equal(expected, BrokenLinks("README.md", text).Count());

    [Theory]
    [InlineData("Use interlock to begin.", 0)]
    [InlineData("`interlock list` and `/path/to/interlock mcp --agent a`", 0)]
    [InlineData("    ./interlock config check", 0)]
    [InlineData("`interlock lsit`", 1)]
    [InlineData("```\ninterlock lsit\n```\n", 1)]
    [InlineData("    interlock config chekc", 1)]
    public async Task A_command_that_does_not_exist_is_found(string text, int expected) =>
        Assert.Equal(expected, UnknownCommands(text, await CommandsAsync()).Count());

    private static IEnumerable<(string Path, string Text)> All() =>
        from path in Directory.EnumerateFiles(SharedData.Repository, "*.md")
            .Concat(Folders.Select(folder => Path.Combine(SharedData.Repository, folder))
                .Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)))
        select (Path.GetRelativePath(SharedData.Repository, path), File.ReadAllText(path).ReplaceLineEndings("\n"));

    private static IEnumerable<string> BrokenLinks(string document, string text)
    {
        var here = Path.Combine(SharedData.Repository, Path.GetDirectoryName(document) ?? "");
        foreach (var link in Link.Matches(text).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var parts = link.Split('#', 2);
            var file = Path.GetFullPath(Path.Combine(here, parts[0]));
            if (parts[0].Length > 0 && !Path.Exists(file))
            {
                yield return $"`{link}` leads nowhere";
            }
            else if (parts.Length == 2 && !Anchors(parts[0].Length == 0 ? text : File.ReadAllText(file)).Contains(parts[1]))
            {
                yield return $"`{link}` leads to no heading";
            }
        }
    }

    private static IEnumerable<string> UnknownCommands(string text, HashSet<string> commands) =>
        from code in Code(text)
        from match in Command.Matches(code)
        let name = match.Groups[1].Value
        where !commands.Contains(name) || !Below(commands, name, match.Groups[2].Value.Trim())
        select $"`interlock {name}{match.Groups[2].Value}` is no command";

    // a word after a command that has commands of its own must be one of them
    private static bool Below(HashSet<string> commands, string name, string word) =>
        word.Length == 0 || !commands.Any(command => command.StartsWith(name + " ", StringComparison.Ordinal)) || commands.Contains($"{name} {word}");

    private static IEnumerable<string> Code(string text)
    {
        var fenced = false;
        foreach (var line in text.Split('\n'))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
            }
            else if (fenced || line.StartsWith("    ", StringComparison.Ordinal))
            {
                yield return line.Split(" #", 2)[0];
            }
            else
            {
                foreach (Match span in Span.Matches(line))
                {
                    yield return span.Groups[1].Value;
                }
            }
        }
    }

    // as GitHub makes them: lower case, spaces as hyphens, punctuation left out
    private static HashSet<string> Anchors(string text) =>
        Heading.Matches(text.ReplaceLineEndings("\n"))
            .Select(match => string.Concat(match.Groups[1].Value.ToLowerInvariant()
                .Where(unit => char.IsLetterOrDigit(unit) || unit is ' ' or '-' or '_')).Replace(' ', '-'))
            .ToHashSet(StringComparer.Ordinal);

    private static async Task<HashSet<string>> CommandsAsync()
    {
        await using var bench = new CliBench();
        var commands = await ListedAsync(bench, "--help");
        Assert.Contains("approve", commands);
        foreach (var command in await ListedAsync(bench, "config", "--help"))
        {
            commands.Add($"config {command}");
        }

        return commands;
    }

    private static async Task<HashSet<string>> ListedAsync(CliBench bench, params string[] arguments)
    {
        var help = (await bench.RunAsync(arguments)).Out.ReplaceLineEndings("\n");
        var from = help.IndexOf("\nCommands:\n", StringComparison.Ordinal);
        Assert.True(from >= 0, help);
        return Listed.Matches(help[from..]).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
    }
}
