using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Interlock.Canonical;
using Interlock.Cli.Terminal;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Surface.Cli;

public sealed class Reading
{
    [Fact]
    public async Task Looking_at_an_installation_writes_nothing()
    {
        await using var bench = new CliBench();
        string[][] looks =
        [
            ["list"], ["list", "--json"], ["log"], ["fsck"], ["doctor"], ["export", "-"], ["validate", "plan.yaml"],
            ["config", "check"], ["config", "schema"], ["hash", "plan.yaml"],
        ];
        await File.WriteAllTextAsync(bench.At("plan.yaml"), CliBench.Plan());
        foreach (var look in looks)
        {
            Assert.Equal(0, (await bench.RunAsync(look)).Exit);
        }

        Assert.False(Directory.Exists(bench.At("data")));
        var id = await bench.ProposeAsync();
        await File.AppendAllTextAsync(bench.At("interlock.yaml"), "\npolicy: {forbidden_actions: []}\n");
        var before = (await bench.RunAsync("export")).Out;
        foreach (var look in looks.Append(["show", id]).Append(["log", id]))
        {
            Assert.Equal(0, (await bench.RunAsync(look)).Exit);
        }

        Assert.Equal(before, (await bench.RunAsync("export")).Out);
    }

    [Fact]
    public async Task Every_answer_for_programs_is_one_json_document()
    {
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        await bench.RunAsync("export", "log.jsonl");
        string[][] commands =
        [
            ["list"], ["list", "--status", "proposed"], ["show", id], ["log"], ["log", id], ["fsck"], ["doctor"], ["config", "check"],
            ["validate", "plan.yaml"], ["hash", "plan.yaml"], ["verify-audit", "log.jsonl"], ["stop-all", "--by", "a"],
            ["resume-all", "--by", "a"], ["approve", id, "--by", "a", "--yes"], ["reject", id, "--by", "a"], ["execute", id], ["import", "log.jsonl"],
        ];
        foreach (var command in commands)
        {
            Assert.NotEmpty(CliBench.Json(await bench.RunAsync([.. command, "--json"])).Members);
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public async Task A_list_reads_as_recorded(int width)
    {
        await using var bench = new CliBench { Columns = width };
        var ids = new List<string>();
        foreach (var intent in (string[])["leave a note", "a change whose reason is so long that no screen shows it on one line, however wide a screen it may be", "日本語の計画"])
        {
            ids.Add(await bench.ProposeAsync(CliBench.Plan(intent: intent)));
        }

        await bench.RunAsync("reject", ids[0], "--by", "bob");
        var text = (await bench.RunAsync("list")).Out;
        foreach (var (id, index) in ids.Select((id, index) => (id, index)))
        {
            text = text.Replace(id[..8], $"{index}0000000", StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\u001b', text);
        Transcript.IsAsRecorded($"list-{width}", text);
    }

    [Fact]
    public async Task A_pipe_gets_whole_ids_and_no_colours_and_a_cursor_goes_on()
    {
        await using var bench = new CliBench();
        bench.Variables["TERM"] = "xterm";
        var ids = new List<string> { await bench.ProposeAsync(), await bench.ProposeAsync(CliBench.Plan("second")), await bench.ProposeAsync(CliBench.Plan("third")) };
        ids.Reverse();
        Assert.Equal(ids, (await bench.RunAsync("list")).Out.TrimEnd('\n').Split('\n').Select(line => line[..36]));

        var first = CliBench.Json(await bench.RunAsync("list", "--limit", "2", "--json"));
        var rest = CliBench.Json(await bench.RunAsync("list", "--limit", "2", "--json", "--cursor", first.Text("next") ?? "?"));
        Assert.Equal(ids, Ids(first).Concat(Ids(rest)));
        Assert.Equal(JsonNull.Instance, rest["next"]);

        bench.Columns = 100;
        Assert.Contains('\u001b', (await bench.RunAsync("list")).Out);
        bench.Variables["NO_COLOR"] = "1";
        Assert.DoesNotContain('\u001b', (await bench.RunAsync("list")).Out);

        static IEnumerable<string?> Ids(JsonObject page) => ((JsonArray?)page["plans"])?.Items.OfType<JsonObject>().Select(plan => plan.Text("plan_id")) ?? [];
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("show")]
    [InlineData("approve")]
    [InlineData("list", "--status", "nonsense")]
    [InlineData("list", "--limit", "0")]
    [InlineData("list", "--limit", "many")]
    [InlineData("resolve", "x", "--by", "a", "--outcome", "perhaps")]
    public async Task A_wrong_command_line_is_explained_on_standard_error(params string[] args)
    {
        await using var bench = new CliBench();
        var ran = await bench.RunAsync(args);

        Assert.Equal(64, ran.Exit);
        Assert.Empty(ran.Out);
        Assert.All(ran.Error.TrimEnd('\n').Split('\n'), line => Assert.Matches("^interlock: [^A-Z].*[^.]$", line));
        Assert.Contains("--help", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("`interlock` has no command `aprove`; did you mean `approve`?", "aprove", "abcd", "--by", "x")]
    [InlineData("`interlock` has no command `frob`", "frob")]
    [InlineData("`interlock config` has no command `chek`; did you mean `check`?", "config", "chek")]
    [InlineData("`interlock list` has no option `--jsn`; did you mean `--json`?", "list", "--jsn")]
    public async Task A_slip_in_a_name_is_told_with_the_nearest_one(string expected, params string[] args)
    {
        await using var bench = new CliBench();
        var ran = await bench.RunAsync(args);

        Assert.Equal(64, ran.Exit);
        Assert.Equal($"interlock: {expected}", ran.Error.Split('\n')[0]);
    }

    [Fact]
    public async Task A_refusal_is_wrapped_on_a_screen_and_never_in_a_pipe()
    {
        await using var bench = new CliBench("version: 1\nactoins: {}\nactions: {a: {comand: {argv: [echo]}}}\n");
        var piped = await bench.RunAsync("config", "check");
        bench.ErrorColumns = 40;
        var shown = await bench.RunAsync("config", "check");

        Assert.Equal(2, piped.Error.Count(unit => unit == '\n'));
        Assert.All(shown.Error.Split('\n'), line => Assert.True(line.Length <= 40, line));
        Assert.Equal(piped.Error.Split('\n'), shown.Error.Replace("\n  ", " ", StringComparison.Ordinal).Split('\n'));
    }

    [Fact]
    public async Task An_explanation_is_wrapped_below_its_own_indent()
    {
        await using var bench = new CliBench { Columns = 60 };
        var text = (await bench.RunAsync("config", "check")).Out;

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 60, line));
        Assert.Contains("\n    ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_calls_the_program_by_its_name_and_hides_what_people_do_not_run()
    {
        await using var bench = new CliBench();
        var ran = await bench.RunAsync("--help");

        Assert.Equal(0, ran.Exit);
        Assert.Contains("interlock [command]", ran.Out, StringComparison.Ordinal);
        Assert.Contains("approve <plan_id>", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("executor", ran.Out, StringComparison.Ordinal);
        Assert.Contains("--yes", (await bench.RunAsync("approve", "--help")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_faulty_configuration_has_its_own_exit_code_and_names_the_place()
    {
        await using var bench = new CliBench("version: 1\nactoins: {}\n");
        foreach (var command in (string[][])[["show", "abcd"], ["config", "check"], ["mcp"], ["executor"]])
        {
            var ran = await bench.RunAsync(command);
            Assert.Equal(78, ran.Exit);
            Assert.Contains("interlock.yaml:2:1", ran.Error, StringComparison.Ordinal);
        }

        // the ledger can be looked at while somebody mends the rest
        Assert.StartsWith("no plans yet in ", (await bench.RunAsync("list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_ledger_does_not_verify()
    {
        await using var bench = new CliBench();
        await bench.ProposeAsync();
        await bench.RunAsync("export", "log.jsonl");
        var log = await File.ReadAllTextAsync(bench.At("log.jsonl"));
        await File.WriteAllTextAsync(bench.At("changed.jsonl"), log.Replace("leave a note", "leave a vote", StringComparison.Ordinal));
        await File.WriteAllTextAsync(bench.At("torn.jsonl"), log[..^20]);
        await File.WriteAllTextAsync(bench.At("empty.jsonl"), "");
        Assert.Equal(2, (await bench.RunAsync("verify-audit", "changed.jsonl")).Exit);
        Assert.Contains("byte ", (await bench.RunAsync("verify-audit", "torn.jsonl")).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await bench.RunAsync("verify-audit", "torn.jsonl")).Exit);
        Assert.Equal(2, (await bench.RunAsync("verify-audit", "empty.jsonl")).Exit);
        Assert.Equal(1, (await bench.RunAsync("verify-audit", "nowhere.jsonl")).Exit);
        Assert.Equal(2, (await bench.RunAsync("import", "changed.jsonl")).Exit);

        await File.WriteAllTextAsync(bench.At("data/ledger.db"), "this is no database at all, and long enough to be looked at as one");
        foreach (var command in (string[])["list", "fsck", "log", "export"])
        {
            var ran = await bench.RunAsync(command);
            Assert.True(ran.Exit is 2 or 74, $"{command}: {ran.Exit} {ran.Error}");
            Assert.StartsWith("interlock: the ledger", ran.Error, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await bench.RunAsync("doctor")).Exit);
    }

    [Fact]
    public async Task Hashing_and_verifying_need_no_configuration()
    {
        await using var bench = new CliBench("this: is: no: configuration");
        await File.WriteAllTextAsync(bench.At("p.json"), """{"body":{"intent":"demo","stages":[{"id":"s1","action":"noop","params":{}}]},"status":"draft"}""");
        var log = SharedData.Path("vectors/reference-audit.jsonl");
        var ran = await bench.RunAsync("hash", "p.json");

        Assert.Equal("eca51633e44978d9059a2aa05525481b8bf18650a83dca0868532cff7eb5e4fe\n", ran.Out);
        bench.Piped = "intent: demo\nstages: [{id: s1, action: noop, params: {}}]"u8.ToArray();
        Assert.Equal(ran.Out, (await bench.RunAsync("hash", "-")).Out);
        Assert.Equal(0, (await bench.RunAsync("verify-audit", log)).Exit);
    }

    [Fact]
    public async Task Watching_shows_what_other_processes_write()
    {
        await using var bench = new CliBench();
        using var stop = new CancellationTokenSource();
        var output = new StringBuilder();
        var watching = bench.RunAsync(["watch", "--json"], stop.Token, output);
        await bench.ProposeAsync(CliBench.Plan("before"));
        var id = "";
        for (var tries = 0; tries < 100 && !output.ToString().Contains("\"proposed\"", StringComparison.Ordinal); tries++)
        {
            id = await bench.ProposeAsync(CliBench.Plan(intent: $"leave note {tries}"));
            await bench.RunAsync("reject", id, "--by", "a");
            await Task.Delay(100);
        }

        await stop.CancelAsync();
        Assert.Equal(0, (await watching).Exit);
        Assert.Contains("\"proposed\"", output.ToString(), StringComparison.Ordinal);
        Assert.All(output.ToString().TrimEnd('\n').Split('\n'), line => Assert.Matches("^\\{.*\\}$", line));
    }

    [Fact]
    public async Task Watching_a_plan_ends_with_it()
    {
        await using var bench = new CliBench();
        var rejected = await bench.ProposeAsync(CliBench.Plan("other"));
        var executed = await bench.ProposeAsync();
        var output = new StringBuilder();
        var watching = bench.RunAsync(["watch", executed[..8]], CancellationToken.None, output);
        await bench.RunAsync("reject", rejected, "--by", "a");
        await bench.RunAsync("approve", executed, "--by", "a", "--yes");
        await bench.RunAsync("execute", executed);
        var ran = await watching.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, ran.Exit);
        Assert.Contains("execution-complete", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("rejected", ran.Out, StringComparison.Ordinal);
        Assert.Contains("its end or Ctrl-C ends it", ran.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.RunAsync("watch", rejected)).Exit);
        Assert.Equal(1, (await bench.RunAsync("watch", "abcdef00")).Exit);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    public async Task A_log_fits_its_screen(int width)
    {
        await using var bench = new CliBench { Columns = width };
        var id = await bench.ProposeAsync();
        var text = (await bench.RunAsync("log")).Out;

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= width, line));
        Assert.Matches(new Regex($"(?m)^    1  2[0-9: -]+ UTC  proposed  {id[..8]}$"), text);
        Assert.Contains("\n       agent=\"assistant\"", text, StringComparison.Ordinal);
        bench.Columns = null;
        Assert.Contains($"proposed  {id}  agent=", (await bench.RunAsync("log")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_executors_log_has_a_bound()
    {
        await using var bench = new CliBench();
        var log = new Interlock.Cli.Composition.ExecutorLog(bench.Folder, TimeProvider.System);
        await File.WriteAllBytesAsync(log.Path, RandomNumberGenerator.GetBytes((1 << 20) + 1));
        log.Write("a \u001b line\nand more");

        Assert.Equal((1 << 20) + 1, new FileInfo($"{log.Path}.1").Length);
        Assert.Matches(new Regex("^2[0-9T:.+-]* \\[[0-9]+\\] a \\\\u\\{1b\\} line\\\\nand more\n$"), await File.ReadAllTextAsync(log.Path));
    }

    [Fact]
    public void Moments_say_how_far_away_they_are()
    {
        var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal("now", Moment.Relative(now, now));
        Assert.Equal("5 s ago", Moment.Relative(now.AddSeconds(-5), now));
        Assert.Equal("in 60 min", Moment.Relative(now.AddMinutes(59.9), now));
        Assert.Equal("in 24 h", Moment.Relative(now.AddHours(24), now));
        Assert.Equal("3 d ago (2025-12-29 12:00:00 UTC)", Moment.Of(now.AddDays(-3), now));
    }
}
