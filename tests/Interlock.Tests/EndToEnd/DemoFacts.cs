using System.Diagnostics;
using System.Text.RegularExpressions;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.EndToEnd;

/// <summary>The first thing that a stranger runs, as a stranger runs it.</summary>
public sealed partial class DemoFacts
{
    [Fact]
    public async Task The_demo_shows_what_it_says_keeps_what_it_promises_and_leaves_no_process()
    {
        using var demo = DemoProcess.Start("--yes", "--keep", "kept");

        var (code, error) = await demo.EndAsync();

        Assert.Equal("", error);
        Assert.True(code == 0, demo.Output);
        Assert.Empty(demo.Survivors());
        Assert.Empty(demo.Leftovers());
        Assert.DoesNotContain("DOES NOT HOLD", demo.Output, StringComparison.Ordinal);
        Assert.Collection(
            Claims(demo.Output),
            claim => Assert.Equal("none of these tools approves anything", claim),
            claim => Assert.StartsWith("an unapproved plan is refused", claim, StringComparison.Ordinal),
            claim => Assert.StartsWith("every server runs in a new process", claim, StringComparison.Ordinal),
            claim => Assert.StartsWith("at no time was more than one server out", claim, StringComparison.Ordinal),
            claim => Assert.Matches("^of the [1-9][0-9]* requests .* 0 stayed", claim),
            claim => Assert.StartsWith("it gets the recorded run", claim, StringComparison.Ordinal),
            claim => Assert.StartsWith("a stage cannot say web3 and touch web1", claim, StringComparison.Ordinal),
            claim => Assert.StartsWith("an edited plan has another hash", claim, StringComparison.Ordinal),
            claim => Assert.StartsWith("a body that is not what was approved is never executed", claim, StringComparison.Ordinal),
            claim => Assert.StartsWith("the log verifies", claim, StringComparison.Ordinal),
            claim => Assert.StartsWith("the evidence verifies", claim, StringComparison.Ordinal));
        Assert.Contains("WHAT IT WOULD DO", demo.Output, StringComparison.Ordinal);
        Assert.Contains("signed with SHA256:", demo.Output, StringComparison.Ordinal);

        // on a machine that has no Interlock: the script takes stock tools alone
        var stock = await Shell.RunAsync(Path.Combine(demo.Kept, "evidence"), "env", "-i", "PATH=/usr/bin:/bin", "sh", "verify.sh");
        Assert.True(stock.Code == 0, stock.Output + stock.Error);
        Assert.Contains("was changed", demo.Output, StringComparison.Ordinal);

        Assert.Equal(demo.Output, await File.ReadAllTextAsync(Path.Combine(demo.Kept, "transcript.txt")));
        Assert.DoesNotContain('\u001b', demo.Output);
        Assert.True(File.Exists(Path.Combine(demo.Kept, ".interlock", "ledger.db")));
        Assert.False(File.Exists(Path.Combine(demo.Kept, "tampered.yaml")));
        var log = await File.ReadAllLinesAsync(Path.Combine(demo.Kept, "audit.jsonl"));
        Assert.Equal(log.Length, ReferenceRules.Verify(log));
        Assert.Equal(9, log.Count(line => line.Contains("\"stage-committed\"", StringComparison.Ordinal)));
        Assert.Single(log, line => line.Contains("\"execution-complete\"", StringComparison.Ordinal));

        var show = await Shell.RunAsync(demo.Kept, DemoProcess.Executable, "list", "--status", "executed", "--json");
        Assert.Equal(0, show.Code);
        Assert.Contains("restart the web servers one after another", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_server_that_comes_back_unhealthy_halts_the_plan_and_the_third_is_not_touched()
    {
        using var demo = DemoProcess.Start("--yes", "--break", "--keep", "kept");

        var (code, error) = await demo.EndAsync();

        Assert.Equal("", error);
        Assert.True(code == 0, demo.Output);
        Assert.Empty(demo.Survivors());
        Assert.Contains("web2 came back unhealthy", demo.Output, StringComparison.Ordinal);
        Assert.Contains("web2 says", demo.Output, StringComparison.Ordinal);
        Assert.Equal("in: web1 web3\nout: web2\n", await File.ReadAllTextAsync(Path.Combine(demo.Kept, "pool.txt")));
        var log = await File.ReadAllLinesAsync(Path.Combine(demo.Kept, "audit.jsonl"));
        Assert.Equal(log.Length, ReferenceRules.Verify(log));
        Assert.Equal(4, log.Count(line => line.Contains("\"stage-committed\"", StringComparison.Ordinal)));
        Assert.DoesNotContain(log, line => line.Contains("restart-web3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_terminal_and_without_yes_nothing_is_started()
    {
        using var demo = DemoProcess.Start("--keep", "kept");

        var (code, error) = await demo.EndAsync();

        Assert.Equal(1, code);
        Assert.Contains("pass `--yes`", error, StringComparison.Ordinal);
        Assert.Equal("", demo.Output);
        Assert.False(Directory.Exists(demo.Kept));
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_not_written_to()
    {
        using var demo = DemoProcess.Start("--yes", "--keep", ".");

        var (code, error) = await demo.EndAsync();

        Assert.Equal(1, code);
        Assert.Contains("name a new folder", error, StringComparison.Ordinal);
        Assert.Equal("", demo.Output);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("INT", "2. The agent proposes")]
    [InlineData("TERM", "1/9 drain-web1")]
    public async Task Interrupted_it_leaves_no_process_and_no_folder(string signal, string after)
    {
        using var demo = DemoProcess.Start("--yes");
        await demo.SeenAsync(after);

        await demo.SignalAsync(signal);

        var (code, _) = await demo.EndAsync();
        Assert.Equal(130, code);
        Assert.Empty(demo.Survivors());
        Assert.Empty(demo.Leftovers());
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Killed_it_leaves_no_server_behind()
    {
        using var demo = DemoProcess.Start("--yes");
        await demo.SeenAsync("1/9 drain-web1");

        await demo.SignalAsync("KILL");

        await demo.EndAsync();
        for (var waited = Stopwatch.StartNew(); demo.Survivors().Count > 0; await Task.Delay(100))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), string.Join('\n', demo.Survivors()));
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Who_types_something_else_approves_nothing()
    {
        using var demo = DemoProcess.StartInTerminal();
        await demo.SeenAsync("to approve");

        // a slip is asked about again, three are an answer
        demo.Type("yes");
        demo.Type("yes");
        demo.Type("yes");

        var (code, _) = await demo.EndAsync();
        Assert.Equal(1, code);
        Assert.Contains("nothing was done", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("1/9", demo.Output, StringComparison.Ordinal);
        Assert.Empty(demo.Survivors());
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Who_types_the_first_characters_of_the_hash_approves_the_plan()
    {
        using var demo = DemoProcess.StartInTerminal("--keep kept");
        await demo.SeenAsync("to approve (");
        await demo.SeenAsync("): ");
        var hash = Prompted().Match(demo.Output).Groups["hash"].Value;

        demo.Type(hash);

        var (code, _) = await demo.EndAsync();
        Assert.True(code == 0, demo.Output);
        Assert.Contains("the log verifies", demo.Output, StringComparison.Ordinal);
        Assert.Empty(demo.Survivors());

        // a screen has colours, a transcript has not; both have what was typed
        var transcript = await File.ReadAllTextAsync(Path.Combine(demo.Kept, "transcript.txt"));
        Assert.Contains('\u001b', demo.Output);
        Assert.DoesNotContain('\u001b', transcript);
        Assert.Contains($"to approve ({hash}): {hash}\n", transcript, StringComparison.Ordinal);
    }

    /// <summary>The claims, in order: their signs are at the left of the text; those of stages and checks are further in.</summary>
    private static IEnumerable<string> Claims(string output) =>
        Claimed().Matches(output).Select(match => match.Groups["claim"].Value);

    [GeneratedRegex("^   (✓|✗|\\[ok\\]|\\[NO\\]) (?<claim>.*)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Claimed();

    [GeneratedRegex("to approve \\((?<hash>[0-9a-f]{8})\\)", RegexOptions.CultureInvariant)]
    private static partial Regex Prompted();
}
