using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Sessions;
using Interlock.Storage;
using Interlock.Tests.Execution;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Faults;

/// <summary>Somebody else is faster, at the worst moment: between the gate and the claim, between two stages, all at once.</summary>
public sealed class Races
{
    [Fact]
    public async Task An_emergency_stop_between_gate_and_claim_wins()
    {
        var (bench, store, id) = await ApprovedAsync();
        store.Once("execution-start", async () => Bench.Must(await bench.Person.StopAllAsync("rita", null, default)));

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Equal("stopped", await bench.LastReasonAsync(id));
        Assert.DoesNotContain("execution-start", await bench.KindsAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    [Theory]
    [InlineData("rejected")]
    [InlineData("withdrawn")]
    [InlineData("superseded")]
    [InlineData("expired")]
    public async Task What_ends_a_plan_between_gate_and_claim_wins(string kind)
    {
        var (bench, store, id) = await ApprovedAsync();
        store.Once("execution-start", async () =>
        {
            switch (kind)
            {
                case "rejected":
                    Bench.Must(await bench.Person.RejectAsync(id, "rita", null, default));
                    break;
                case "withdrawn":
                    Bench.Must(await bench.AgentSession.WithdrawAsync(id, default));
                    break;
                case "superseded":
                    Assert.NotNull(Bench.Must(await bench.AgentSession.ProposeAsync(
                        Bench.Body("a"), new PlanLinks(Supersedes: id), default)).Plan);
                    break;
                default:
                    bench.Clock.Advance(TimeSpan.FromHours(1));
                    await using (var other = await bench.AnotherAsync())
                    {
                        Assert.Null(await other.Engine.RunExecutorAsync(TimeSpan.Zero, default));
                    }

                    break;
            }
        });

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Single(await bench.KindsAsync(id), kind);
        Assert.DoesNotContain("execution-start", await bench.KindsAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task Of_two_plans_on_one_resource_exactly_one_is_claimed_at_a_time()
    {
        var (bench, store, first) = await ApprovedAsync();
        var second = await bench.ApprovedAsync(Bench.Body("a").With("note", "another body, the same resource"));
        var running = 0;
        var most = 0;
        bench.World.OnExecute = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(50);
            Interlocked.Decrement(ref running);
            return null;
        };

        // both are asked for before anyone looks: their gates see the lock free, one claim finds that it is not
        var one = bench.AgentSession.ExecuteAsync(first, null, default);
        var two = bench.AgentSession.ExecuteAsync(second, null, default);
        await bench.RunUntilAsync(Task.WhenAll(one, two));

        string?[] answers = [(await one).Text("status"), (await two).Text("status")];
        Assert.Contains("executed", answers);
        Assert.Equal(1, most);
        Assert.Equal(answers.Count(answer => answer == "executed"), bench.World.Dispatched.Count);
        Assert.Empty(Bench.Must(await store.CheckAsync(default)).Findings);
    }

    [Fact]
    public async Task A_stop_between_two_stages_halts_before_the_next_dispatch()
    {
        var (bench, _, id) = await ApprovedAsync("a", "b");
        bench.World.OnExecute = async _ =>
        {
            Bench.Must(await bench.Person.StopAllAsync("rita", "smoke", default));
            return null;
        };

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("halted", result.Text("status"));
        Assert.Equal("stopped", result.Text("halt_code"));
        Assert.Equal("set-b", result.Text("halted_stage"));
        Assert.Equal(["a=1"], bench.World.Dispatched);
        Assert.Single(await bench.KindsAsync(id), "stage-committed");
        Assert.Empty((await bench.PlanAsync(id)).Locks);
    }

    [Fact]
    public async Task A_stop_between_the_look_at_the_brakes_and_the_intent_halts_before_the_dispatch()
    {
        var (bench, store, id) = await ApprovedAsync();
        store.Once("stage-intent", async () => Bench.Must(await bench.Person.StopAllAsync("rita", null, default)));

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("stopped", result.Text("halt_code"));
        Assert.Empty(bench.World.Dispatched);
        Assert.DoesNotContain("stage-intent", await bench.KindsAsync(id));
    }

    [Fact]
    public async Task A_configuration_that_changes_during_the_run_halts_before_the_next_dispatch()
    {
        var (bench, _, id) = await ApprovedAsync("a", "b");
        bench.World.OnExecute = async _ =>
        {
            await using var other = await bench.AnotherAsync(options => options with { Configuration = "newer" });
            return null;
        };

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("configuration_changed", result.Text("halt_code"));
        Assert.Equal(["a=1"], bench.World.Dispatched);
    }

    [Fact]
    public async Task Of_an_approval_a_rejection_and_a_withdrawal_at_once_exactly_one_wins_or_a_later_one_ends_the_approved_plan()
    {
        for (var trial = 0; trial < 20; trial++)
        {
            var (bench, _, _) = await ApprovedAsync();
            var id = await bench.ProposeAsync(Bench.Body("b"));
            var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
            var answers = await Task.WhenAll(
                Task.Run(() => bench.Person.ApproveAsync(review, "rita", null, default)),
                Task.Run(() => bench.Person.RejectAsync(id, "rita", null, default)),
                Task.Run(() => bench.AgentSession.WithdrawAsync(id, default)));

            var won = answers.Count(answer => answer.TryGet(out _, out _));
            var kinds = await bench.KindsAsync(id);
            Assert.Equal(won, kinds.Count(kind => kind is "approved" or "rejected" or "withdrawn"));
            Assert.Single(kinds, kind => kind is "rejected" or "withdrawn");
            Assert.True(kinds[^1] is "rejected" or "withdrawn");
            Assert.Equal(PlanStatus.Rejected, (await bench.PlanAsync(id)).Status);
        }
    }

    [Fact]
    public async Task Whoever_resumes_does_not_cancel_a_stop_that_they_never_saw()
    {
        var (bench, store, id) = await ApprovedAsync();
        Bench.Must(await bench.Person.StopAllAsync("rita", "first", default));
        store.Once("resumed", async () => Bench.Must(await bench.Person.StopAllAsync("sam", "second", default)));

        Assert.Equal(RefusalCode.Busy, Bench.Refused(await bench.Person.ResumeAllAsync("rita", null, default)).Code);
        Assert.Equal("sam", Bench.Must(await bench.Person.StopInForceAsync(default)).Event.Text("by"));
        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task Sixteen_executes_of_one_approval_over_eight_engines_dispatch_once()
    {
        for (var trial = 0; trial < 50; trial++)
        {
            var clock = new TestClock { Hurry = 20 };
            var one = new MemoryLedgerStore(clock);
            await StampedeAsync([.. Enumerable.Range(0, 8).Select(_ => new HookedStore(one))], clock);
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Sixteen_executes_of_one_approval_over_eight_engines_on_one_file_dispatch_once()
    {
        for (var trial = 0; trial < 50; trial++)
        {
            using var folder = new TemporaryFolder();
            var clock = new TestClock { Hurry = 20 };
            var stores = new List<SqliteLedgerStore>();
            for (var i = 0; i < 8; i++)
            {
                stores.Add(Bench.Must(await SqliteLedgerStore.OpenAsync(folder.File("ledger.db"), clock, null, default)));
            }

            await StampedeAsync([.. stores.Select(store => new HookedStore(store))], clock);
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    private static async Task StampedeAsync(HookedStore[] stores, TestClock clock)
    {
        var world = new World();
        await using var first = await Bench.OpenAsync(stores[0], world, clock: clock);
        var id = await first.ApprovedAsync(Bench.Body("a"));
        var engines = new List<Bench>();
        foreach (var store in stores)
        {
            engines.Add(await Bench.OpenAsync(store, world, clock: clock));
        }

        // every engine's loop runs beside the others, as no executor lock would ever let them: the claim alone must hold
        using var done = new CancellationTokenSource();
        var loops = engines.Select(engine => Task.Run(() => engine.Engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, done.Token))).ToArray();
        await Task.WhenAll(stores.Select(store => store.Waited));
        var asked = Enumerable.Range(0, 16)
            .Select(i => Task.Run(() => engines[i % 8].AgentSession.ExecuteAsync(id, null, default)))
            .ToArray();
        var answers = await Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(60));
        await done.CancelAsync();
        await Task.WhenAll(loops);

        Assert.Single(world.Dispatched);
        Assert.All(answers, answer => Assert.Equal("executed", answer.Text("status")));
        Assert.Equal(15, answers.Count(answer => answer["repeated"] == JsonBoolean.True));
    }

    private static async Task<(Bench Bench, HookedStore Store, PlanId Id)> ApprovedAsync(params string[] names)
    {
        var clock = new TestClock { Hurry = 20 };
        var store = new HookedStore(new MemoryLedgerStore(clock));
        var bench = await Bench.OpenAsync(store, clock: clock);
        return (bench, store, await bench.ApprovedAsync(Bench.Body(names.Length == 0 ? ["a"] : names)));
    }
}
