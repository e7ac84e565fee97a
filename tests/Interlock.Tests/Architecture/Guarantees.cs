using System.Reflection;
using System.Text.RegularExpressions;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Architecture;

/// <summary>A promise in the README names the test that would fail if it were broken; this test finds promises whose test is gone.</summary>
public sealed partial class Guarantees
{
    // a test's name has words joined by underscores, its class stands before it, its namespace may
    [GeneratedRegex("`(?:[A-Za-z0-9]+\\.)*[A-Z][A-Za-z0-9]*\\.[A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+`", RegexOptions.NonBacktracking)]
    private static partial Regex Citation { get; }

    [GeneratedRegex("^(#+) +(.*?) *$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Heading { get; }

    [Fact]
    public void Every_guarantee_in_the_readme_names_a_test_that_exists() =>
        Found.Nothing(Broken(File.ReadAllText(Path.Combine(SharedData.Repository, "README.md")), Tests(typeof(Guarantees).Assembly)));

    [Theory]
    [InlineData("# A\n\nNo promises.\n", 0)]
    [InlineData("## Guarantees\n\n* it holds: `Guarantees.A_promise_without_its_test_is_found`\n", 0)]
    [InlineData("## Guarantees\n\n| it holds | `Interlock.Tests.Architecture.Guarantees.A_promise_without_its_test_is_found` |\n\n## Else\n\n* no test\n", 0)]
    [InlineData("## Guarantees\n\n* it holds: `Guarantees.A_test_that_was_renamed`\n", 1)]
    [InlineData("## Guarantees\n\n* it holds: `Elsewhere.A_promise_without_its_test_is_found`\n", 1)]
    [InlineData("## Guarantees\n\n* it holds, they say\n* it holds: `Guarantees.A_promise_without_its_test_is_found`\n", 1)]
    [InlineData("## Guarantees\n\nIt all holds.\n", 1)]
    [InlineData("## Guarantees\n\n| promise | test |\n|---|---|\n| it holds | yes |\n", 2)]
    public void A_promise_without_its_test_is_found(string readme, int expected) =>
        Assert.Equal(expected, Broken(readme, Tests(typeof(Guarantees).Assembly)).Count);

    private static List<string> Broken(string readme, HashSet<string> tests)
    {
        var broken = new List<string>();
        foreach (var section in Sections(readme))
        {
            var cited = Citation.Matches(section).Select(match => match.Value.Trim('`')).ToList();
            broken.AddRange(cited.Where(name => !tests.Any(test => test == name || test.EndsWith("." + name, StringComparison.Ordinal)))
                .Select(name => $"there is no test `{name}`"));
            broken.AddRange(Promises(section).Where(line => !Citation.IsMatch(line)).Select(line => $"names no test: {line}"));
            if (cited.Count == 0)
            {
                broken.Add("the section names no test at all");
            }
        }

        return broken;
    }

    // a bullet with the lines that continue it, or the row of a table that is neither its head nor its rule
    private static IEnumerable<string> Promises(string section)
    {
        var lines = section.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('|') && !lines[i].StartsWith("|-", StringComparison.Ordinal)
                && !(i + 1 < lines.Length && lines[i + 1].StartsWith("|-", StringComparison.Ordinal)))
            {
                yield return lines[i];
            }

            if (lines[i].StartsWith("* ", StringComparison.Ordinal) || lines[i].StartsWith("- ", StringComparison.Ordinal))
            {
                yield return string.Join(' ', [lines[i], .. lines.Skip(i + 1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))]);
            }
        }
    }

    // from a heading that speaks of guarantees to the next one of its level or above
    private static IEnumerable<string> Sections(string readme)
    {
        var headings = Heading.Matches(readme.ReplaceLineEndings("\n")).ToList();
        foreach (var heading in headings.Where(match => match.Groups[2].Value.Contains("guarantee", StringComparison.OrdinalIgnoreCase)))
        {
            var next = headings.Find(match => match.Index > heading.Index && match.Groups[1].Length <= heading.Groups[1].Length);
            var start = heading.Index + heading.Length;
            yield return readme.ReplaceLineEndings("\n")[start..(next?.Index ?? readme.ReplaceLineEndings("\n").Length)];
        }
    }

    internal static HashSet<string> Tests(Assembly assembly) =>
        (from type in assembly.GetTypes()
         from method in type.GetMethods()
         where method.GetCustomAttributes<FactAttribute>().Any()
         select $"{type.FullName}.{method.Name}").ToHashSet(StringComparer.Ordinal);
}
