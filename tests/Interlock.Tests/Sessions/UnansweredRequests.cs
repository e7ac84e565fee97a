using Interlock.Plans;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions;

public sealed class UnansweredRequests
{
    [Fact]
    public async Task A_request_that_no_executor_takes_up_is_taken_back_and_the_plan_stays_approved()
    {
        var clock = new HastyClock();
        await using var bench = await Bench.OpenAsync(clock: clock);
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        clock.Haste = TimeSpan.FromSeconds(40);

        var answer = await bench.AgentSession.ExecuteAsync(id, null, default);

        Assert.Equal("rejected", answer.Text("status"));
        Assert.Contains("no executor", answer.Text("reason"), StringComparison.Ordinal);
        var plan = await bench.PlanAsync(id);
        Assert.Equal(PlanStatus.Approved, plan.Status);
        Assert.Null(plan.RequestedBy);

        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
        Assert.Empty(bench.World.Dispatched);
    }

    /// <summary>A clock whose stopwatch runs ahead by a step at each look.</summary>
    private sealed class HastyClock : TestClock
    {
        private long ahead;

        public TimeSpan Haste { get; set; }

        public override long GetTimestamp() =>
            base.GetTimestamp() + (long)((ahead += Haste.Ticks) / (double)TimeSpan.TicksPerSecond * TimestampFrequency);
    }
}
