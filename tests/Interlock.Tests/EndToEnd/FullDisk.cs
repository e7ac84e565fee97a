using System.Diagnostics;
using System.Text.Json;

namespace Interlock.Tests.EndToEnd;

/// <summary>
/// The real executable on a file system that is really full, and that something fills again before every single command: the
/// reserve is all there is.
/// </summary>
public sealed class FullDisk : IDisposable
{
    private readonly ProcessBench bench = new();
    private bool mounted;

    [Fact]
    [Trait("speed", "slow")]
    public async Task On_a_full_disk_agents_are_refused_and_people_decide_runs_record_and_everything_stops()
    {
        await MountAsync();
        var doubtful = await bench.ApprovedAsync("doubtful", "100");
        await LeaveInDoubtAsync(doubtful);
        var waiting = await bench.ApprovedAsync("later", "0");
        var good = await ProposedAsync("good");
        var bad = await ProposedAsync("bad");
        var running = await bench.ApprovedAsync("running", "20");
        using var asking = Process.Start(bench.Command("execute", running)) ?? throw new InvalidOperationException("not started");
        await ProcessBench.UntilAsync(bench.Working, "the stage's program to start");
        await FillAsync();
        var begun = await BegunAsync();

        Refused(await FullAsync("propose", "plan.yaml"));
        Refused(await FullAsync("execute", waiting));
        Assert.Equal(begun, await BegunAsync());

        Done(await FullAsync("approve", good, "--by", "rita", "--yes"));
        Done(await FullAsync("reject", bad, "--by", "rita", "--reason", "not on a full disk"));
        Done(await FullAsync("resolve", doubtful, "--outcome", "did_not", "--by", "rita", "--reason", "looked at it"));
        await FillAsync();
        await asking.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(asking.ExitCode == 0, await asking.StandardError.ReadToEndAsync());
        Done(await FullAsync("stop-all", "--by", "rita", "--reason", "the disk is full"));

        var doctor = await FullAsync("doctor");
        Assert.Equal(1, doctor.Code);
        Assert.Contains("FAIL  space: 0 MiB free, below the floor of 4 MiB", doctor.Output, StringComparison.Ordinal);
        Done(await FullAsync("fsck"));
        await StatusesAsync(("approved", good), ("rejected", bad), ("executed", running), ("approved", waiting));
        Assert.Equal("did_not", (await bench.PlanAsync(doubtful)).GetProperty("resolution").GetString());

        File.Delete(bench.At("data/filler"));
        Done(await bench.RunAsync("resume-all", "--by", "rita"));
        Done(await bench.RunAsync("propose", "plan.yaml"));
        Done(await bench.RunAsync("execute", good));
        Done(await bench.RunAsync("fsck"));
        Assert.Equal(4 << 20, new FileInfo(bench.At("data/ledger.db.reserve")).Length);
        Assert.Equal(3, bench.Effects.Length);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_agent_is_refused_over_its_own_surface_and_the_server_lives_on()
    {
        await MountAsync();
        Done(await bench.RunAsync("propose", await PlanFileAsync("first")));
        await FillAsync();
        var start = bench.Command("mcp");
        using var server = Process.Start(start) ?? throw new InvalidOperationException("not started");
        string[] lines =
        [
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""",
            """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
            $$$"""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"propose_plan","arguments":{"body":{{{Body}}} } } }""",
            """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_plans","arguments":{}}}""",
        ];
        var answers = new List<string>();
        foreach (var line in lines)
        {
            await server.StandardInput.WriteLineAsync(line);
            await server.StandardInput.FlushAsync();
            if (line.Contains("\"id\"", StringComparison.Ordinal))
            {
                answers.Add(await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) ?? string.Empty);
            }
        }

        server.StandardInput.Close();
        await server.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("below its floor of 4 MiB", answers[1], StringComparison.Ordinal);
        Assert.Contains("\"storage\"", answers[1], StringComparison.Ordinal);
        Assert.Contains("\"count\":1", answers[2], StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (mounted)
        {
            foreach (var (id, _) in bench.Processes())
            {
                ProcessBench.Kill(id);
            }

            using var unmount = Process.Start("umount", ["--lazy", bench.At("data")]);
            unmount.WaitForExit();
        }

        bench.Dispose();
    }

    private const string Body =
        """{"intent":"do some work","stages":[{"id":"work","action":"work","target":{"kind":"work","id":"a"},"params":{"name":"a","seconds":"0"},"preconditions":[{"check":"ready","expect":{"op":"equals","value":"true"}}],"rollback":{"irreversible":true,"justification":"work done stays done"}}]}""";

    private static void Done(Shell.Outcome outcome) => Assert.True(outcome.Code == 0, $"{outcome.Code}: {outcome.Output}{outcome.Error}");

    private static void Refused(Shell.Outcome outcome)
    {
        Assert.NotEqual(0, outcome.Code);
        Assert.Contains("below its floor of 4 MiB: nothing new is taken; free space", outcome.Output + outcome.Error, StringComparison.Ordinal);
    }

    private async Task MountAsync()
    {
        var data = Directory.CreateDirectory(bench.At("data")).FullName;
        var mount = await Shell.RunAsync("/", "mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "interlock-test", data);
        Assert.SkipUnless(mount.Code == 0, "this machine lets nobody mount a file system here");
        mounted = true;
        await File.AppendAllTextAsync(bench.At("interlock.yaml"), "\nspace: {floor: 4MiB, reserve: 4MiB}\n");
    }

    /// <summary>Takes every block that is left, as a program would that has run wild.</summary>
    private async Task FillAsync()
    {
        await Shell.BashAsync("cat /dev/zero >> \"$1\"", bench.At("data/filler"));
        Assert.Equal(0, new DriveInfo(bench.At("data")).AvailableFreeSpace);
    }

    private async Task<Shell.Outcome> FullAsync(params string[] arguments)
    {
        await FillAsync();
        return await bench.RunAsync(arguments);
    }

    private async Task<string> PlanFileAsync(string name)
    {
        await File.WriteAllTextAsync(bench.At("plan.yaml"), ProcessBench.PlanText(name, "0"));
        return "plan.yaml";
    }

    private async Task<string> ProposedAsync(string name)
    {
        var proposed = await bench.RunAsync("propose", await PlanFileAsync(name), "--json");
        Done(proposed);
        using var json = JsonDocument.Parse(proposed.Output);
        return json.RootElement.GetProperty("plan_id").GetString() ?? throw new InvalidOperationException(proposed.Output);
    }

    private async Task LeaveInDoubtAsync(string id)
    {
        using var asking = Process.Start(bench.Command("execute", id)) ?? throw new InvalidOperationException("not started");
        await ProcessBench.UntilAsync(bench.Working, "the stage's program to start");
        ProcessBench.Kill(bench.ExecutorOfStage());
        await asking.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("in_doubt", (await bench.PlanAsync(id)).GetProperty("halt_code").GetString());
    }

    private async Task StatusesAsync(params (string Status, string Plan)[] expected)
    {
        foreach (var (status, plan) in expected)
        {
            Assert.Equal(status, (await bench.PlanAsync(plan)).GetProperty("status").GetString());
        }
    }

    /// <summary>The entries that began something, or refused to; those of the run under way come in between as they like.</summary>
    private async Task<int> BegunAsync()
    {
        var log = await bench.RunAsync("log", "--json");
        Done(log);
        return log.Output.Split('"').Count(word => word is "proposed" or "propose-rejected" or "execution-requested" or "release-refused");
    }
}
