using System.Diagnostics;
using System.Globalization;
using System.Collections.Immutable;
using Interlock.Adapters.Supervision;
using Interlock.Actions;

namespace Interlock.Tests.Adapters;

/// <summary>Real processes under the real supervisor. Each test tells its processes apart by a file they write their numbers to.</summary>
public sealed class Supervision : IDisposable
{
    private readonly AdapterBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Output_beyond_the_limit_is_drained_and_counted()
    {
        var outcome = await bench.RunAsync("""
            {"resources": ["x:1"], "command": {"argv": ["sh", "-c", "head -c 10485760 /dev/zero; head -c 10485760 /dev/zero >&2; exit 0"], "output_limit": 1000}}
            """);
        Assert.IsType<StageOutcome.Succeeded>(outcome);
        Assert.Equal(1000, outcome.Output.Length);
        Assert.Contains("20970520 bytes", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_is_left_behind_is_killed_and_reported()
    {
        var outcome = await bench.RunAsync(Declare(Daemon() + "exit 0"));
        Assert.IsType<StageOutcome.Succeeded>(outcome);
        Assert.Contains("left behind", outcome.Detail, StringComparison.Ordinal);
        AssertDead(bench.At("pids"), 1);
    }

    [Fact]
    public async Task After_a_timeout_the_outcome_is_in_doubt_and_the_whole_tree_is_dead()
    {
        var outcome = await bench.RunAsync(Declare(Daemon() + "echo $$ >> pids; echo started; trap '' TERM; sleep 600", "700ms"));
        Assert.IsType<StageOutcome.InDoubt>(outcome);
        Assert.Equal("started\n", AdapterBench.Text(outcome));
        AssertDead(bench.At("pids"), 2);
    }

    [Fact]
    public async Task Closing_the_control_pipe_kills_the_whole_tree()
    {
        using var supervisor = StartSupervisor("direct", Daemon() + "echo $$ >> pids; sleep 600");
        await Until(() => Numbers(bench.At("pids")).Length == 2);
        Assert.All(Numbers(bench.At("pids")), id => Assert.True(IsAlive(id)));
        supervisor.StandardInput.Close();
        await supervisor.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        AssertDead(bench.At("pids"), 2);
    }

    [Fact]
    public async Task An_engine_that_is_killed_takes_the_whole_tree_with_it()
    {
        // the engine's part is played by a shell that holds the pipe open and is then killed with SIGKILL
        await File.WriteAllBytesAsync(bench.At("request"), RequestFrame("killed", Daemon() + "echo $$ >> pids; sleep 600"));
        var engine = bench.Script("engine", $"mkfifo pipe; ( exec {AdapterBench.TestSupervisor.Program} supervise <pipe >reports ) &\n"
            + "exec 3>pipe; cat request >&3; read never <hold");
        Assert.Equal(0, await RunPlain("mkfifo", bench.At("hold")));
        using var holder = Process.Start(new ProcessStartInfo(engine) { WorkingDirectory = bench.Folder })
            ?? throw new InvalidOperationException();
        await Until(() => Numbers(bench.At("pids")).Length == 2);
        var key = AdapterBench.Key("killed");
        Assert.False(await StageProcesses.WaitUntilGoneAsync(key, null, TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None));
        holder.Kill();
        Assert.True(await StageProcesses.WaitUntilGoneAsync(key, null, TimeSpan.FromSeconds(20), TimeProvider.System, CancellationToken.None));
        AssertDead(bench.At("pids"), 2);
    }

    [Fact]
    public async Task Terminating_the_supervisor_does_not_leave_the_tree_behind()
    {
        using var supervisor = StartSupervisor("term", Daemon() + "echo $$ >> pids; sleep 600");
        await Until(() => Numbers(bench.At("pids")).Length == 2);
        Assert.Equal(0, await RunPlain("/bin/kill", "-TERM", supervisor.Id.ToString(CultureInfo.InvariantCulture)));
        await supervisor.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        AssertDead(bench.At("pids"), 2);
    }

    [Fact]
    public async Task A_child_outlives_the_idle_threads_of_the_pool()
    {
        var outcome = await Task.Run(() => bench.RunAsync(Declare("sleep 24; echo alive", "60s")));
        Assert.IsType<StageOutcome.Succeeded>(outcome);
        Assert.Equal("alive\n", AdapterBench.Text(outcome));
    }

    [Fact]
    public async Task Every_process_of_the_tree_carries_the_stage()
    {
        var outcome = await bench.RunAsync(Declare("sh -c 'tr \"\\0\" \"\\n\" </proc/self/environ; tr \"\\0\" \"\\n\" </proc/$PPID/environ' | grep -c INTERLOCK_STAGE="), key: "whole tree");
        Assert.Equal("2\n", AdapterBench.Text(outcome));
        Assert.True(await StageProcesses.WaitUntilGoneAsync(
            AdapterBench.Key("whole tree"), null, TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public async Task A_lost_supervisor_leaves_the_outcome_in_doubt()
    {
        // the command kills its own supervisor: what happens then cannot be known
        var outcome = await bench.RunAsync(Declare("echo $$ >> pids; kill -9 $PPID; sleep 1"));
        Assert.IsType<StageOutcome.InDoubt>(outcome);
        Assert.Contains("lost", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_survivor_that_has_wiped_its_environment_is_found_by_its_supervisors_session()
    {
        using var kept = new AdapterBench();
        using var other = new AdapterBench { Environment = kept.Environment with { StageFolder = kept.At("stages") } };
        var outcome = await other.RunAsync(Declare($"echo $$ >> {kept.At("pids")}; kill -9 $PPID; exec env -i sleep 600 >/dev/null 2>&1"), key: "wiped");
        Assert.IsType<StageOutcome.InDoubt>(outcome);
        await Until(() => Numbers(kept.At("pids")) is [var id] && File.ReadAllText($"/proc/{id}/cmdline").StartsWith("sleep", StringComparison.Ordinal));
        var survivor = Assert.Single(Numbers(kept.At("pids")));

        // of its own: by the environment, the processes of every test that runs meanwhile are found too
        var key = AdapterBench.Key("wiped");
        var soon = TimeSpan.FromMilliseconds(200);
        Assert.True(await StageProcesses.WaitUntilGoneAsync(key, null, soon, TimeProvider.System, CancellationToken.None));
        Assert.False(await StageProcesses.WaitUntilGoneAsync(key, kept.At("stages"), soon, TimeProvider.System, CancellationToken.None));

        Assert.Equal(0, await RunPlain("/bin/kill", "-KILL", survivor.ToString(CultureInfo.InvariantCulture)));
        Assert.True(await StageProcesses.WaitUntilGoneAsync(
            key, kept.At("stages"), TimeSpan.FromSeconds(20), TimeProvider.System, CancellationToken.None));
        Assert.Empty(Directory.GetFiles(kept.At("stages")));
    }

    [Fact]
    public async Task A_supervisor_is_written_down_while_its_stage_runs_and_no_longer()
    {
        using var kept = new AdapterBench();
        using var other = new AdapterBench { Environment = kept.Environment with { StageFolder = kept.At("stages") } };
        var outcome = await other.RunAsync(Declare($"cut -d ' ' -f 1 {kept.At("stages")}/*; echo $PPID"));
        Assert.IsType<StageOutcome.Succeeded>(outcome);
        var lines = AdapterBench.Text(outcome).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal(lines[1], lines[0]);
        Assert.Empty(Directory.GetFiles(kept.At("stages")));
    }

    [Fact]
    public async Task Where_the_supervisor_cannot_be_written_down_nothing_is_started()
    {
        using var other = new AdapterBench { Environment = bench.Environment with { StageFolder = bench.At("file/stages") } };
        await File.WriteAllTextAsync(bench.At("file"), "");
        var outcome = await other.RunAsync(Declare($"touch {bench.At("made")}"));
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
        Assert.Contains("cannot be written down", outcome.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.At("made")));
    }

    [Fact]
    public async Task A_program_that_is_no_supervisor_starts_nothing()
    {
        using var other = new AdapterBench { Environment = bench.Environment with { Supervisor = new SupervisorCommand("/bin/true", []) } };
        var outcome = await other.RunAsync("""{"resources": ["x:1"], "command": {"argv": ["touch", "made"]}}""");
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
        Assert.Contains("Supervisor.TryRun", outcome.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(other.At("made")));
    }

    [Fact]
    public async Task A_supervisor_that_does_not_answer_in_time_leaves_the_outcome_in_doubt()
    {
        using var other = new AdapterBench
        {
            Environment = bench.Environment with { Supervisor = new SupervisorCommand("/bin/sleep", ["600"]), Time = new HastyClock() },
        };
        var outcome = await other.RunAsync("""{"resources": ["x:1"], "command": {"argv": ["true"]}}""");
        Assert.IsType<StageOutcome.InDoubt>(outcome);
        Assert.Contains("did not answer", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_commands_at_once_each_get_their_own_answer()
    {
        var script = bench.Script("say", "sleep 0.1; echo $INTERLOCK_IDEMPOTENCY_KEY");
        var declaration = $$"""{"resources": ["x:1"], "command": {"argv": ["{{script}}"]} }""";
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => bench.RunAsync(declaration, key: $"many-{i}")));
        Assert.Equal(
            Enumerable.Range(0, 8).Select(i => $"{AdapterBench.Key($"many-{i}")}\n"), outcomes.Select(AdapterBench.Text));
    }

    /// <summary>A clock whose bounds run out a hundred times sooner.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
    }

    private static string Declare(string shell, string timeout = "30s") =>
        $$"""{"resources": ["x:1"], "command": {"argv": ["sh", "-c", {{System.Text.Json.JsonSerializer.Serialize(shell)}}], "timeout": "{{timeout}}"} }""";

    /// <summary>Shell text that leaves a process in a session of its own, whose parent has ended, with the output still open.</summary>
    private static string Daemon() =>
        "(setsid sh -c 'sh -c \"echo \\$\\$ >> pids; sleep 600\" & exit 0' &) ; while [ ! -s pids ]; do sleep 0.02; done; ";

    private byte[] RequestFrame(string key, string shell)
    {
        var request = new ChildRequest
        {
            Argv = ["/bin/sh", "-c", shell],
            WorkingDirectory = bench.Folder,
            Variables = ImmutableSortedDictionary<string, string>.Empty
                .Add("PATH", "/usr/bin:/bin").Add(SupervisedChild.StageVariable, AdapterBench.Key(key).ToString()),
            OutputLimit = 1000,
        };
        using var bytes = new MemoryStream();
        Frame.Write(bytes, FrameKind.Run, request.Write());
        return bytes.ToArray();
    }

    private Process StartSupervisor(string key, string shell)
    {
        var supervisor = Process.Start(new ProcessStartInfo(AdapterBench.TestSupervisor.Program, AdapterBench.TestSupervisor.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException();
        supervisor.StandardInput.BaseStream.Write(RequestFrame(key, shell));
        supervisor.StandardInput.BaseStream.Flush();
        return supervisor;
    }

    private static async Task<int> RunPlain(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static int[] Numbers(string file) => !File.Exists(file)
        ? []
        : [.. File.ReadAllLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    private static bool IsAlive(int id) => ProcessTable.Find(id) is { Dead: false };

    private static void AssertDead(string file, int count)
    {
        var ids = Numbers(file);
        Assert.Equal(count, ids.Length);
        Assert.All(ids, id => Assert.False(IsAlive(id)));
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 400 && !condition(); i++)
        {
            await Task.Delay(25);
        }

        Assert.True(condition());
    }
}
