using Interlock.Canonical;

namespace Interlock.Tests.Surface.Cli;

public sealed class Deciding
{
    [Fact]
    public async Task Nobody_types_the_digest_of_what_cannot_be_erased()
    {
        await using var bench = new CliBench { Typed = "" };
        var id = await bench.ProposeAsync();
        var body = CliBench.Json(await bench.RunAsync("log", id, "--json"))["entries"] is JsonArray { Items: [JsonObject proposed, ..] }
            ? (proposed["event"] as JsonObject)?.Text("plan_hash") ?? "" : "";
        foreach (var (blob, why) in ((string, string)[])[(new string('0', 64), "0000"), (body, "which is proposed")])
        {
            var refused = await bench.RunAsync("erase", blob, "--reason", "x", "--by", "alice");
            Assert.Equal(1, refused.Exit);
            Assert.Contains(why, refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("type the first", refused.Error, StringComparison.Ordinal);
        }

        // what can be is asked for
        await bench.RunAsync("reject", id, "--by", "alice");
        Assert.Contains("type the first 8", (await bench.RunAsync("erase", body, "--reason", "x", "--by", "alice")).Error, StringComparison.Ordinal);
        bench.Typed = body[..8] + "\n";
        Assert.Equal(0, (await bench.RunAsync("erase", body, "--reason", "x", "--by", "alice")).Exit);
    }

    [Fact]
    public async Task An_emergency_stop_works_with_a_configuration_that_is_broken()
    {
        await using var bench = new CliBench();
        await bench.ProposeAsync();
        await File.AppendAllTextAsync(bench.At("interlock.yaml"), "\nnonsense: true\n");
        Assert.Equal(78, (await bench.RunAsync("show", "00000000")).Exit);

        var stopped = await bench.RunAsync("stop-all", "--by", "alice", "--reason", "smoke");

        Assert.True(stopped.Exit == 0, stopped.Out + stopped.Error);
        await File.WriteAllTextAsync(bench.At("interlock.yaml"), CliBench.Configuration);
        Assert.Contains("stopped", (await bench.RunAsync("log")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_is_proposed_shown_approved_executed_and_verified()
    {
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();

        var shown = await bench.RunAsync("show", id[..8]);
        Assert.Equal(0, shown.Exit);
        Assert.Contains("hello there", shown.Out, StringComparison.Ordinal);
        Assert.Contains("isolation none", shown.Out, StringComparison.Ordinal);

        var approved = await bench.RunAsync("approve", id[..8], "--by", "alice", "--reason", "fine", "--yes");
        Assert.Equal(0, approved.Exit);
        Assert.Contains("unsigned (assurance: none)", approved.Out, StringComparison.Ordinal);

        var executed = await bench.RunAsync("execute", id[..8], "--by", "alice");
        Assert.True(executed.Exit == 0, executed.Out + executed.Error);
        Assert.Contains("1. first (write_note): committed", executed.Out, StringComparison.Ordinal);
        Assert.Equal("hello there", await File.ReadAllTextAsync(bench.At("notes/hello.txt")));

        var again = await bench.RunAsync("execute", id, "--json");
        Assert.Equal(0, again.Exit);
        Assert.Equal(JsonBoolean.True, CliBench.Json(again)["repeated"]);

        Assert.Equal(0, (await bench.RunAsync("export", "log.jsonl")).Exit);
        Assert.Equal(0, (await bench.RunAsync("verify-audit", "log.jsonl")).Exit);
        Assert.Equal(0, (await bench.RunAsync("fsck")).Exit);
    }

    [Fact]
    public async Task Approving_shows_exactly_what_show_shows()
    {
        await using var bench = new CliBench { Columns = 80, Typed = "wrong" };
        var id = await bench.ProposeAsync();
        var shown = (await bench.RunAsync("show", id)).Out;
        var approving = (await bench.RunAsync("approve", id, "--by", "alice")).Out;

        Assert.Equal(Timeless(shown), Timeless(approving)[..Timeless(shown).Length]);

        static string Timeless(string text) =>
            string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("proposed", StringComparison.Ordinal) && !line.StartsWith("expires", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_hash_that_is_typed_approves_and_anything_else_does_not()
    {
        await using var bench = new CliBench { Columns = 80 };
        var id = await bench.ProposeAsync();
        var hash = CliBench.Json(await bench.RunAsync("show", id, "--json"))["plan"] is JsonObject plan ? plan.Text("plan_hash") ?? "" : "";
        foreach (var typed in (string[])["", "\n", "yes\n", hash[..7] + "\n", hash[..7] + "x\n"])
        {
            bench.Typed = typed;
            var refused = await bench.RunAsync("approve", id, "--by", "alice");
            Assert.Equal(1, refused.Exit);
            Assert.Contains("nothing was approved", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal("proposed", await StatusAsync(bench, id));
        bench.Typed = hash[..8] + "\n";
        Assert.Equal(0, (await bench.RunAsync("approve", id, "--by", "alice")).Exit);
        Assert.Equal("approved", await StatusAsync(bench, id));
    }

    [Fact]
    public async Task Without_a_terminal_and_without_yes_nothing_is_approved()
    {
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        var refused = await bench.RunAsync("approve", id, "--by", "alice");

        Assert.Equal(1, refused.Exit);
        Assert.Contains("pass `--yes`", refused.Error, StringComparison.Ordinal);
        Assert.Equal("proposed", await StatusAsync(bench, id));
    }

    [Fact]
    public async Task Unsigned_approvals_that_are_forbidden_are_refused()
    {
        await using var bench = new CliBench(CliBench.Configuration.Replace("unsigned: allow", "unsigned: forbid", StringComparison.Ordinal));
        var id = await bench.ProposeAsync();
        var refused = await bench.RunAsync("approve", id, "--by", "alice", "--yes");

        Assert.Equal(1, refused.Exit);
        Assert.Contains("unsigned: allow", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_plans_and_plans_that_were_decided_answer_with_one()
    {
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        Assert.Equal(0, (await bench.RunAsync("reject", id, "--by", "bob", "--reason", "no")).Exit);

        Assert.Equal(1, (await bench.RunAsync("approve", id, "--by", "alice", "--yes")).Exit);
        Assert.Equal(1, (await bench.RunAsync("reject", id, "--by", "bob")).Exit);
        Assert.Equal(1, (await bench.RunAsync("execute", id)).Exit);
        Assert.Equal(1, (await bench.RunAsync("resolve", id, "--outcome", "happened", "--by", "bob")).Exit);
        foreach (var command in (string[])["show", "execute", "log"])
        {
            Assert.Equal(1, (await bench.RunAsync(command, "00000000-0000-4000-8000-000000000000")).Exit);
            Assert.Equal(1, (await bench.RunAsync(command, "0000")).Exit);
            Assert.Equal(1, (await bench.RunAsync(command, "%%%%")).Exit);
        }
    }

    [Fact]
    public async Task An_emergency_stop_refuses_runs_until_it_is_resumed()
    {
        await using var bench = new CliBench();
        var id = await bench.ProposeAsync();
        Assert.Equal(1, (await bench.RunAsync("resume-all", "--by", "alice")).Exit);
        Assert.Equal(0, (await bench.RunAsync("approve", id, "--by", "alice", "--yes")).Exit);
        Assert.Equal(0, (await bench.RunAsync("stop-all", "--by", "alice", "--reason", "smoke")).Exit);
        Assert.Equal(1, (await bench.RunAsync("execute", id)).Exit);
        Assert.False(File.Exists(bench.At("notes/hello.txt")));
        Assert.Equal(0, (await bench.RunAsync("resume-all", "--by", "alice")).Exit);
        Assert.Equal(0, (await bench.RunAsync("execute", id)).Exit);
        Assert.True(File.Exists(bench.At("notes/hello.txt")));
    }

    [Fact]
    public async Task A_plan_that_does_not_validate_is_not_stored()
    {
        await using var bench = new CliBench();
        await File.WriteAllTextAsync(bench.At("bad.yaml"), CliBench.Plan().Replace("write_note", "launch", StringComparison.Ordinal));
        var refused = await bench.RunAsync("propose", "bad.yaml");

        Assert.Equal(1, refused.Exit);
        Assert.Contains("unique-ids-and-known-actions", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.RunAsync("validate", "bad.yaml")).Exit);
        Assert.StartsWith("no plans yet in ", (await bench.RunAsync("list")).Out, StringComparison.Ordinal);
    }

    private static async Task<string?> StatusAsync(CliBench bench, string id) =>
        CliBench.Json(await bench.RunAsync("show", id, "--json"))["plan"] is JsonObject plan ? plan.Text("status") : null;
}
