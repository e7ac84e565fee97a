using System.Diagnostics;
using System.Globalization;
using Interlock.Actions;
using Interlock.Adapters.Supervision;
using Interlock.Checks;

namespace Interlock.Tests.Adapters;

/// <summary>What happens when an end does not come as it should.</summary>
public sealed class SupervisionBounds : IDisposable
{
    private readonly AdapterBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task A_supervisor_that_hangs_does_not_hold_the_engine_up()
    {
        var script = bench.Script("freeze", "echo $PPID > supervisor; kill -STOP $PPID; sleep 600");
        var watch = Stopwatch.StartNew();
        var outcome = await bench.RunAsync(
            $$"""{"resources": ["x:1"], "command": {"argv": ["{{script}}"], "timeout": "500ms"} }""", key: "frozen");
        Assert.Contains("did not end in time", Assert.IsType<StageOutcome.InDoubt>(outcome).Detail, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        var key = AdapterBench.Key("frozen");
        Assert.False(await StageProcesses.WaitUntilGoneAsync(key, null, TimeSpan.Zero, TimeProvider.System, CancellationToken.None));

        // woken up it finds its pipe closed, and clears up
        using (var wake = Process.Start("/bin/kill", ["-CONT", (await File.ReadAllTextAsync(bench.At("supervisor"))).Trim()]))
        {
            await wake.WaitForExitAsync();
        }

        Assert.True(await StageProcesses.WaitUntilGoneAsync(key, null, TimeSpan.FromSeconds(30), TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public async Task A_probe_that_nobody_waits_for_any_more_is_killed()
    {
        var script = bench.Script("look", "echo $$ > number; sleep 600");
        var probe = bench.Probe($$"""{"command": {"argv": ["{{script}}"]} }""").Probe;
        using var cancel = new CancellationTokenSource();
        var observing = probe.ProbeAsync(new Check("look", AdapterBench.Json("{}"), CheckOperator.EqualTo, "", null), cancel.Token);
        for (var i = 0; i < 400 && !(File.Exists(bench.At("number")) && new FileInfo(bench.At("number")).Length > 0); i++)
        {
            await Task.Delay(25);
        }

        var number = int.Parse(await File.ReadAllTextAsync(bench.At("number")), CultureInfo.InvariantCulture);
        Assert.NotNull(ProcessTable.Find(number));
        await cancel.CancelAsync();
        Assert.Contains("stopped", Assert.IsType<Observation.Unanswered>(await observing).Reason, StringComparison.Ordinal);
        Assert.True(ProcessTable.Find(number) is null or { Dead: true });
    }

    [Fact]
    public async Task A_cancelled_effect_that_was_not_dispatched_says_so()
    {
        var action = bench.Action("""{"resources": ["x:1"], "command": {"argv": ["touch", "made"]}}""");
        var effect = Assert.Single(AdapterBench.Effects(action, "{}"));
        var outcome = await action.Executor.ExecuteAsync(effect, AdapterBench.Key("k"), new CancellationToken(canceled: true));
        Assert.IsType<StageOutcome.NotDispatched>(outcome);
        Assert.False(File.Exists(bench.At("made")));
    }
}
