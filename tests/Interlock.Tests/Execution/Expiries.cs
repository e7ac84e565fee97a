using Interlock.Plans;

namespace Interlock.Tests.Execution;

public sealed class Expiries
{
    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public async Task A_proposal_expires_at_the_very_microsecond(int microseconds, bool expired)
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        bench.Clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMicroseconds(microseconds));
        await SweepTwiceAsync(bench);

        Assert.Equal(expired ? PlanStatus.Expired : PlanStatus.Proposed, (await bench.PlanAsync(id)).Status);
        Assert.Equal(expired ? 1 : 0, (await bench.KindsAsync(id)).Count(kind => kind == "expired"));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    public async Task An_approval_expires_at_the_very_microsecond(int microseconds, bool expired)
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(microseconds));
        await SweepTwiceAsync(bench);

        Assert.Equal(expired ? PlanStatus.Expired : PlanStatus.Approved, (await bench.PlanAsync(id)).Status);
        Assert.Equal(expired ? "rejected" : "executed", (await bench.ExecuteAsync(id)).Text("status"));
        Assert.Equal(expired ? 1 : 0, (await bench.KindsAsync(id)).Count(kind => kind == "expired"));
    }

    [Fact]
    public async Task An_executor_does_not_stay_for_what_cannot_be_written_while_the_clock_is_behind()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.Clock.Advance(TimeSpan.FromHours(3));
        await bench.ProposeAsync(Bench.Body("b"));
        bench.Clock.Advance(TimeSpan.FromHours(-1));

        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default).WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(PlanStatus.Approved, (await bench.PlanAsync(id)).Status);

        bench.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default).WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(PlanStatus.Expired, (await bench.PlanAsync(id)).Status);
    }

    [Fact]
    public async Task Approving_a_proposal_that_ran_out_while_somebody_looked_at_it_is_refused_and_writes_expired()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));

        // a review that was tampered with does not lengthen anything: the plan's own time counts
        var forged = review with { Plan = review.Plan with { ExpiresAt = DateTimeOffset.MaxValue } };
        bench.Clock.Advance(TimeSpan.FromHours(24));

        Assert.Equal(RefusalCode.Expired, Bench.Refused(await bench.Person.ApproveAsync(forged, "rita", null, default)).Code);
        Assert.Equal(["proposed", "expired"], await bench.KindsAsync(id));
    }

    [Fact]
    public async Task A_plan_that_runs_does_not_expire_in_the_middle()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));
        bench.World.OnExecute = _ =>
        {
            bench.Clock.Advance(TimeSpan.FromHours(2));
            return Task.FromResult<Interlock.Actions.StageOutcome?>(null);
        };

        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
    }

    private static async Task SweepTwiceAsync(Bench bench)
    {
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
    }
}
