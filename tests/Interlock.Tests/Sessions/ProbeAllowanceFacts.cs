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
