using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Plans;

namespace Interlock.Tests.Execution;

public sealed class Runs
{
    [Fact]
    public async Task An_approved_plan_runs_stage_by_stage_and_leaves_every_step_in_the_ledger()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("executed", result.Text("status"));
        Assert.Equal(["a=1", "b=1"], bench.World.Dispatched);
        Assert.Equal(
            [
                "proposed", "statement-issued", "countersigned", "approved", "execution-requested", "execution-start",
                "stage-intent", "stage-outcome", "stage-committed",
                "stage-intent", "stage-outcome", "stage-committed",
                "execution-complete",
            ],
            await bench.KindsAsync(id));
    }

    [Fact]
    public async Task A_second_execute_returns_the_recorded_run_and_has_no_second_effect()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        await bench.ExecuteAsync(id);

        var again = await bench.ExecuteAsync(id);

        Assert.Equal("executed", again.Text("status"));
        Assert.Equal(JsonBoolean.True, again["repeated"]);
        Assert.Single(bench.World.Dispatched);
    }

    [Fact]
    public async Task An_unapproved_plan_is_not_executed_and_stays_as_it_was()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("a"));

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Empty(bench.World.Dispatched);
        Assert.Equal(PlanStatus.Proposed, (await bench.PlanAsync(id)).Status);
        Assert.Equal(["proposed", "release-refused"], await bench.KindsAsync(id));
    }

    [Fact]
    public async Task A_precondition_that_does_not_hold_halts_before_the_dispatch()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));
        bench.World.OnExecute = effect =>
        {
            bench.World.Counters["door"] = "shut";
            return Task.FromResult<StageOutcome?>(null);
        };

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("halted", result.Text("status"));
        Assert.Equal("set-b", result.Text("halted_stage"));
        Assert.Equal(["a=1"], bench.World.Dispatched);
        Assert.Equal("precondition", (await bench.PlanAsync(id)).Code);
        Assert.Empty((await bench.PlanAsync(id)).Locks);
    }

    [Fact]
    public async Task An_executor_that_throws_leaves_the_plan_in_doubt_with_its_locks_until_a_person_resolves_it()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.World.OnExecute = _ => throw new InvalidOperationException("the wire was cut");

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("in_doubt", result.Text("halt_code"));
        var plan = await bench.PlanAsync(id);
        Assert.True(plan.AwaitsResolution);
        Assert.Equal(["counter:a"], plan.Locks);

        bench.World.OnExecute = _ => Task.FromResult<StageOutcome?>(null);
        var other = await bench.ApprovedAsync(Bench.Body("a"));
        var locked = await bench.ExecuteAsync(other);
        Assert.Equal("rejected", locked.Text("status"));
        Assert.Single(bench.World.Dispatched);

        Bench.Must(await bench.Person.ResolveAsync(id, "did_not", "rita", "looked at it", default));
        var after = await bench.ExecuteAsync(other);
        Assert.Equal("executed", after.Text("status"));
    }

    [Fact]
    public async Task A_failed_verify_halts_and_keeps_what_was_committed()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));
        bench.World.OnExecute = effect =>
            Task.FromResult<StageOutcome?>(effect.Content.Text("name") == "b" ? new StageOutcome.Succeeded("did nothing") : null);

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("halted", result.Text("status"));
        Assert.Equal("verify", result.Text("halt_code"));
        var stages = ((JsonArray?)result["committed"])?.Items.Cast<JsonObject>().Select(stage => stage.Text("status"));
        Assert.Equal(["committed", "halted-verify"], stages);
    }

    [Fact]
    public async Task A_stage_that_fans_out_has_an_intent_and_an_outcome_for_each_target()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Counters["a"] = "1";
        var stage = Bench.Stage("a").With("params", JsonObject.Of(
            ("names", new JsonArray([(JsonValue)"a", "b", "c"])), ("value", "1")));
        var id = await bench.ApprovedAsync(JsonObject.Of(("intent", "fan out"), ("stages", new JsonArray([stage]))));

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("executed", result.Text("status"));
        Assert.Equal(3, (await bench.KindsAsync(id)).Count(kind => kind == "stage-intent"));
        Assert.Equal(3, (await bench.KindsAsync(id)).Count(kind => kind == "stage-outcome"));
    }
}
