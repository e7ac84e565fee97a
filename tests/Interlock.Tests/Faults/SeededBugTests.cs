using System.Text.RegularExpressions;
using Interlock.Tests.Faults.Simulation;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Faults;

/// <summary>The tester tested: each mistake that is put in is seen, by the rule that it breaks. See <c>docs/testing.md</c>.</summary>
public sealed partial class SeededBugTests
{
    private const ulong MostHistories = 20_000;

    [GeneratedRegex(@"^\| ([^|]+?) +\| ([^|]+?) +\| `([A-Za-z]+)` +\|$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row { get; }

    public static TheoryData<string> Names() => [.. SeededBugs.All.Select(bug => bug.Name)];

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(Names))]
    public void A_seeded_bug_is_caught_by_the_rule_that_it_breaks(string name)
    {
        var bug = SeededBugs.All.Single(bug => bug.Name == name);
        for (var seed = 1ul; seed <= MostHistories; seed++)
        {
            if (SimRun.Of(seed, bug: bug).Oracle.Broken.Any(broken => broken.Rule == bug.CaughtBy))
            {
                return;
            }
        }

        Assert.Fail($"`{name}` breaks `{bug.CaughtBy}`, and {MostHistories} histories do not show it");
    }

    [Fact]
    public void There_is_a_seeded_bug_for_every_rule_and_the_documentation_lists_them_all()
    {
        var rows = Row.Matches(File.ReadAllText(Path.Combine(SharedData.Repository, "docs", "testing.md")).ReplaceLineEndings("\n"))
            .Select(match => $"{match.Groups[1].Value} | {match.Groups[2].Value} | {match.Groups[3].Value}");

        Assert.Equal(SeededBugs.All.Select(bug => $"{bug.Name} | {bug.Breaks} | {bug.CaughtBy}"), rows);
        Assert.Empty(Enum.GetValues<Rule>().Except(SeededBugs.All.Select(bug => bug.CaughtBy)));
    }
}
