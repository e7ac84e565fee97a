using System.Diagnostics;
using System.Text.Json;

namespace Interlock.Tests.EndToEnd;

public sealed class KilledExecutors
{
    [Fact]
    public async Task A_kill_in_the_middle_of_a_stage_leaves_the_plan_in_doubt_and_nothing_runs_twice()
    {
        using var bench = new ProcessBench();
        var id = await bench.ApprovedAsync("slow", "60");
        using var asking = Process.Start(bench.Command("execute", id)) ?? throw new InvalidOperationException("not started");
        await ProcessBench.UntilAsync(bench.Working, "the stage's program to start");

        ProcessBench.Kill(bench.ExecutorOfStage());

        // the supervisor ends the stage's tree; then whoever waits starts an executor that recovers
        await ProcessBench.UntilAsync(
            () => !bench.Processes().Any(process => process.Arguments.Contains("sleep", StringComparison.Ordinal)), "the stage's processes to end");
        var answer = await asking.StandardOutput.ReadToEndAsync();
        await asking.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, asking.ExitCode);
        Assert.Contains("interlock resolve", answer + await asking.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        var plan = await bench.PlanAsync(id);
        Assert.Equal("halted", plan.GetProperty("status").GetString());
        Assert.Equal("in_doubt", plan.GetProperty("halt_code").GetString());

        var again = await bench.RunAsync("execute", id);
        Assert.Equal(1, again.Code);
        Assert.Single(bench.Effects);
        Assert.Equal(0, (await bench.RunAsync("fsck")).Code);
    }

    [Fact]
    public async Task A_stage_in_doubt_keeps_its_resource_until_a_person_says_what_happened()
    {
        using var bench = new ProcessBench();
        var id = await bench.ApprovedAsync("held", "60");
        using var asking = Process.Start(bench.Command("execute", id)) ?? throw new InvalidOperationException("not started");
        await ProcessBench.UntilAsync(bench.Working, "the stage's program to start");
        ProcessBench.Kill(bench.ExecutorOfStage());
        await asking.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        var other = await bench.ApprovedAsync("held", "0");
        var refused = await bench.RunAsync("execute", other, "--json");
        using var json = JsonDocument.Parse(refused.Output);
        Assert.Equal("rejected", json.RootElement.GetProperty("status").GetString());

        var resolved = await bench.RunAsync("resolve", id, "--outcome", "did_not", "--by", "rita", "--reason", "looked at it");
        Assert.True(resolved.Code == 0, resolved.Output + resolved.Error);
        var executed = await bench.RunAsync("execute", other);
        Assert.True(executed.Code == 0, executed.Output + executed.Error);
        Assert.Equal(2, bench.Effects.Length);
    }

    [Fact]
    public async Task The_end_of_whoever_asked_does_not_end_the_run()
    {
        using var bench = new ProcessBench();
        var id = await bench.ApprovedAsync("steady", "2");
        using var asking = Process.Start(bench.Command("execute", id)) ?? throw new InvalidOperationException("not started");
        await ProcessBench.UntilAsync(bench.Working, "the stage's program to start");
        ProcessBench.Kill(asking.Id);

        var joined = await bench.RunAsync("execute", id);

        Assert.Equal(0, joined.Code);
        Assert.Single(bench.Effects);
    }

    [Fact]
    public async Task A_termination_signal_finishes_the_stage_records_it_and_halts()
    {
        using var bench = new ProcessBench();
        var id = await bench.ApprovedAsync("polite", "2");
        using var asking = Process.Start(bench.Command("execute", id)) ?? throw new InvalidOperationException("not started");
        await ProcessBench.UntilAsync(bench.Working, "the stage's program to start");
        using (var term = Process.Start("kill", ["-TERM", $"{bench.ExecutorOfStage()}"]))
        {
            await term.WaitForExitAsync();
        }

        await asking.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        // one stage only: it was under way, so it was finished, recorded, and the plan with it
        Assert.Equal("executed", (await bench.PlanAsync(id)).GetProperty("status").GetString());
        Assert.Single(bench.Effects);
    }
}
