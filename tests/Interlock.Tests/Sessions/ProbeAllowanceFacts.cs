using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions;

public sealed class ProbeAllowanceFacts
{
    [Fact]
    public async Task An_agent_that_asks_for_too_many_probes_is_told_how_long_to_wait()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Counters["door"] = "open";
        var body = Bench.Body("a");
        for (var i = 0; i < ProbeAllowance.Burst / 2; i++)
        {
            Bench.Must(await bench.AgentSession.CheckAsync(body, default));
        }

        var refusal = Bench.Refused(await bench.AgentSession.CheckAsync(body, default));

        Assert.Equal(RefusalCode.Busy, refusal.Code);
        Assert.Contains("wait 1 s", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_opens_its_session_again_has_no_more_probes_than_before_and_another_has_its_own()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Counters["door"] = "open";
        var body = Bench.Body("a");
        for (var i = 0; i < ProbeAllowance.Burst / 2; i++)
        {
            Bench.Must(await bench.AgentNamed("greedy").CheckAsync(body, default));
        }

        Assert.Equal(RefusalCode.Busy, Bench.Refused(await bench.AgentNamed("greedy").CheckAsync(body, default)).Code);
        Bench.Must(await bench.AgentNamed("modest").CheckAsync(body, default));
    }

    [Fact]
    public void Agents_that_have_rested_are_forgotten_and_those_that_have_not_never_are()
    {
        var clock = new SteppedClock();
        var allowances = new ProbeAllowances(clock);
        Assert.Null(allowances.Take("greedy", ProbeAllowance.Burst));
        for (var i = 1; i < ProbeAllowances.Remembered; i++)
        {
            Assert.Null(allowances.Take($"passer-{i}", 1));
        }

        clock.Advance(ProbeAllowance.Refill);
        Assert.Null(allowances.Take("newcomer", 1));

        Assert.Equal(2, allowances.Count);
        Assert.NotNull(allowances.Take("greedy", 2));
    }

    [Fact]
    public void The_allowance_fills_again_with_time_and_never_above_its_burst()
    {
        var clock = new SteppedClock();
        var allowance = new ProbeAllowance(clock);
        Assert.Null(allowance.Take(ProbeAllowance.Burst));
        Assert.NotNull(allowance.Take(1));

        clock.Advance(ProbeAllowance.Refill);
        Assert.Null(allowance.Take(1));

        clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(allowance.Take(ProbeAllowance.Burst));
        Assert.NotNull(allowance.Take(1));
    }

    [Fact]
    public void A_plan_with_more_checks_than_the_burst_is_told_to_be_proposed_instead() =>
        Assert.Contains(
            "propose it",
            new ProbeAllowance(new SteppedClock()).Take(ProbeAllowance.Burst + 1)?.Message,
            StringComparison.Ordinal);

    private sealed class SteppedClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }
}
