using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Tests.Faults;

namespace Interlock.Tests.Execution;

/// <summary>What the next holder of the executor's role makes of what the one before left.</summary>
public sealed class Recoveries
{
    [Fact]
    public async Task A_plan_left_between_claim_and_intent_is_halted_as_interrupted_and_frees_its_locks()
    {
        var (bench, _, id) = await CrashedAsync("stage-intent");

        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));

        var plan = await bench.PlanAsync(id);
        Assert.Equal("interrupted", plan.Code);
        Assert.Empty(plan.Locks);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_plan_left_with_an_open_intent_is_in_doubt_with_what_its_verify_probes_see_now()
    {
        var (bench, store, id) = await CrashedAsync("stage-outcome");
        bench.World.Counters["a"] = "seen by recovery";

        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));

        var plan = await bench.PlanAsync(id);
        Assert.True(plan.AwaitsResolution);
        Assert.Equal(["counter:a", "counter:b"], plan.Locks);
        var halt = Bench.Must(await store.ReadStreamAsync(StreamId.Plan(id), default))[^1].Event;
        Assert.Equal("seen by recovery", ((halt["checks"] as JsonArray)?.Items[0] as JsonObject)?.Text("observed"));
        Assert.Equal(["a=1"], bench.World.Dispatched);
    }

    [Fact]
    public async Task A_stage_that_was_dispatched_and_not_verified_does_not_look_like_one_that_was_never_begun()
    {
        var (bench, _, id) = await CrashedAsync("stage-committed");

        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));

        var plan = await bench.PlanAsync(id);
        Assert.Equal("interrupted", plan.Code);
        Assert.Equal("halted-verify", plan.Stages[^1].Status);
    }

    [Fact]
    public async Task Nothing_is_recovered_while_a_process_of_the_stage_may_still_act()
    {
        var (bench, _, id) = await CrashedAsync("stage-outcome");
        IdempotencyKey? asked = null;
        await using var next = await bench.AnotherAsync(options => options with
        {
            StageProcessesGone = (key, _) =>
            {
                asked = key;
                return Task.FromResult(false);
            },
        });

        Assert.Equal(RefusalCode.Busy, (await next.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
        Assert.Equal(PlanStatus.Executing, (await bench.PlanAsync(id)).Status);
        Assert.Equal(bench.World.Keys[0], asked?.ToString());

        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
        Assert.True((await bench.PlanAsync(id)).AwaitsResolution);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_recovered_yet_keeps_no_other_plan_from_running()
    {
        var (bench, _, id) = await CrashedAsync("stage-outcome");
        await using var next = await bench.AnotherAsync(options => options with { StageProcessesGone = (_, _) => Task.FromResult(false) });
        var other = await next.ApprovedAsync(Bench.Body("elsewhere"));

        var asked = next.AgentSession.ExecuteAsync(other, null, default);
        while (!asked.IsCompleted)
        {
            await next.Engine.RunExecutorAsync(TimeSpan.Zero, default);
        }

        Assert.Equal("executed", (await asked).Text("status"));
        Assert.Equal(PlanStatus.Executing, (await bench.PlanAsync(id)).Status);
    }

    [Fact]
    public async Task A_session_that_only_reads_recovers_nothing()
    {
        var (bench, store, id) = await CrashedAsync("stage-outcome");
        var before = Bench.Must(await store.HeadAsync(default));

        Bench.Must(await bench.Person.ReviewAsync(id, default));
        Bench.Must(await bench.Person.PlanAsync(id, default));
        Bench.Must(await bench.AgentSession.DocumentAsync(id, default));
        Bench.Must(await bench.AgentSession.ListAsync(new PlanQuery(), default));

        Assert.Equal(before, Bench.Must(await store.HeadAsync(default)));
    }

    [Fact]
    public async Task Nothing_runs_twice_however_often_recovery_comes()
    {
        var (bench, _, id) = await CrashedAsync("stage-outcome");
        for (var i = 0; i < 3; i++)
        {
            await using var next = await bench.AnotherAsync();
            Assert.Null(await next.Engine.RunExecutorAsync(TimeSpan.Zero, default));
            Assert.Equal("halted", (await next.ExecuteAsync(id)).Text("status"));
        }

        Assert.Single(bench.World.Dispatched);
        Assert.Single(await bench.KindsAsync(id), "halt");
    }

    [Theory]
    [InlineData("happened")]
    [InlineData("did_not")]
    [InlineData("unknown")]
    public async Task The_locks_of_a_plan_in_doubt_stay_until_it_is_resolved_and_it_never_resumes(string outcome)
    {
        var (bench, _, id) = await CrashedAsync("stage-outcome");
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
        var other = await bench.ApprovedAsync(Bench.Body("a"));
        Assert.Equal("rejected", (await bench.ExecuteAsync(other)).Text("status"));
        Assert.Equal("locked", await bench.LastReasonAsync(other));

        Assert.Equal(RefusalCode.Malformed, Bench.Refused(await bench.Person.ResolveAsync(id, "perhaps", "rita", null, default)).Code);
        Bench.Must(await bench.Person.ResolveAsync(id, outcome, "rita", "looked", default));
        Assert.Equal(
            RefusalCode.WrongStatus, Bench.Refused(await bench.Person.ResolveAsync(id, outcome, "rita", null, default)).Code);

        Assert.Equal("executed", (await bench.ExecuteAsync(other)).Text("status"));
        var again = await bench.ExecuteAsync(id);
        Assert.Equal("halted", again.Text("status"));
        Assert.Equal(JsonBoolean.True, again["repeated"]);
        Assert.Equal(outcome, (await bench.PlanAsync(id)).Resolution);
        Assert.Equal(["a=1", "a=1"], bench.World.Dispatched);
    }

    [Fact]
    public async Task A_shutdown_finishes_the_stage_under_way_records_it_and_halts()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));
        using var shutdown = new CancellationTokenSource();
        bench.World.OnExecute = async _ =>
        {
            await shutdown.CancelAsync();
            return null;
        };

        var asked = bench.AgentSession.ExecuteAsync(id, null, default);
        Assert.Null(await bench.Engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, shutdown.Token));

        var result = await asked;
        Assert.Equal("shutdown", result.Text("halt_code"));
        Assert.Equal(["a=1"], bench.World.Dispatched);
        Assert.Single(await bench.KindsAsync(id), "stage-committed");
    }

    [Fact]
    public async Task A_shutdown_before_the_claim_leaves_the_request_to_the_next_executor_and_the_approval_unspent()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        var asked = bench.AgentSession.ExecuteAsync(id, null, default);
        Assert.Null(await bench.Engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, new CancellationToken(true)));
        Assert.Equal(PlanStatus.Approved, (await bench.PlanAsync(id)).Status);

        await bench.RunUntilAsync(asked);
        Assert.Equal("executed", (await asked).Text("status"));
    }

    [Fact]
    public async Task An_executor_whose_one_run_fails_gives_up_its_role_only_when_the_others_have_ended()
    {
        var clock = new TestClock { Hurry = 20 };
        var store = new HookedStore(new MemoryLedgerStore(clock));
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var slow = await bench.ApprovedAsync(Bench.Body("slow"));
        var bad = await bench.ApprovedAsync(Bench.Body("bad"));
        var inside = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        bench.World.OnExecute = async effect =>
        {
            if (effect.Content.Text("name") == "slow")
            {
                inside.SetResult();
                await go.Task;
            }
            else
            {
                await inside.Task;
            }

            return null;
        };
        store.Fault = (_, append) => append.Events[0].Text("kind") == "stage-outcome" && append.Events[0].Text("stage") == "set-bad"
            ? AppendFault.Throws
            : AppendFault.None;
        _ = bench.AgentSession.ExecuteAsync(slow, null, default);
        _ = bench.AgentSession.ExecuteAsync(bad, null, default);

        var executor = bench.Engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, default);
        await inside.Task;
        await Task.WhenAny(executor, Task.Delay(200));
        Assert.False(executor.IsCompleted);
        go.SetResult();
        await Assert.ThrowsAsync<IOException>(() => executor);
        Assert.NotEqual(PlanStatus.Approved, (await bench.PlanAsync(slow)).Status);
        Assert.Contains("stage-outcome", await bench.KindsAsync(slow));
    }

    /// <summary>A plan whose executor died: the store threw at the first append of a kind, and at all after it.</summary>
    private static async Task<(Bench Bench, HookedStore Store, PlanId Id)> CrashedAsync(string kind)
    {
        var clock = new TestClock { Hurry = 20 };
        var store = new HookedStore(new MemoryLedgerStore(clock));
        var bench = await Bench.OpenAsync(store, clock: clock);
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));
        using var gone = new CancellationTokenSource();
        var asked = bench.AgentSession.ExecuteAsync(id, null, gone.Token);
        store.Fault = (_, append) => append.Events[0].Text("kind") == kind ? AppendFault.Throws : AppendFault.None;
        await Assert.ThrowsAsync<IOException>(() => bench.Engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, default));
        store.Fault = (_, _) => AppendFault.None;
        await gone.CancelAsync();
        await Task.WhenAny(asked);
        Assert.Equal(PlanStatus.Executing, (await bench.PlanAsync(id)).Status);
        return (bench, store, id);
    }
}
