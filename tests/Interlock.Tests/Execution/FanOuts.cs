using Interlock.Actions;
using Interlock.Canonical;

namespace Interlock.Tests.Execution;

public sealed class FanOuts
{
    [Fact]
    public async Task Each_target_has_a_key_of_its_own()
    {
        await using var bench = await Bench.OpenAsync();
        Assert.Equal("executed", (await bench.ExecuteAsync(await ApprovedAsync(bench))).Text("status"));
        Assert.Equal(["a=1", "b=1", "c=1"], bench.World.Dispatched);
        Assert.Equal(3, bench.World.Keys.Distinct().Count());
    }

    [Theory]
    [InlineData(false, "execute", 1)]
    [InlineData(true, "in_doubt", 0)]
    public async Task A_bad_end_in_the_middle_halts_before_the_next_target(bool throws, string code, int freed)
    {
        await using var bench = await Bench.OpenAsync();
        var id = await ApprovedAsync(bench);
        bench.World.OnExecute = effect => effect.Target != "b" ? Task.FromResult<StageOutcome?>(null)
            : throws ? throw new IOException("the wire was cut")
            : Task.FromResult<StageOutcome?>(new StageOutcome.Failed("b said no"));

        var result = await bench.ExecuteAsync(id);

        Assert.Equal(code, result.Text("halt_code"));
        Assert.Equal(["a=1", "b=1"], bench.World.Dispatched);
        var plan = await bench.PlanAsync(id);
        Assert.Equal(freed == 1, plan.Locks.IsEmpty);
        Assert.Equal(throws ? "b" : null, plan.OpenIntent?.Target);
        Assert.Equal("halted-execute", plan.Stages[^1].Status);
    }

    [Fact]
    public async Task A_stop_in_the_middle_halts_and_the_stage_does_not_look_like_one_that_was_never_begun()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await ApprovedAsync(bench);
        bench.World.OnExecute = async _ =>
        {
            Bench.Must(await bench.Person.StopAllAsync("rita", null, default));
            return null;
        };

        Assert.Equal("stopped", (await bench.ExecuteAsync(id)).Text("halt_code"));
        Assert.Equal(["a=1"], bench.World.Dispatched);
        Assert.Equal("halted-execute", (await bench.PlanAsync(id)).Stages[^1].Status);
    }

    private static async Task<PlanId> ApprovedAsync(Bench bench)
    {
        var stage = Bench.Stage("a").With("params", JsonObject.Of(
            ("names", new JsonArray([(JsonValue)"a", "b", "c"])), ("value", "1")));
        return await bench.ApprovedAsync(JsonObject.Of(("intent", "fan out"), ("stages", new JsonArray([stage]))));
    }
}
