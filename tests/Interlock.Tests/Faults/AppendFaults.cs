using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Faults;

/// <summary>
/// Every append of a two-stage run comes to every bad end, one at a time, and the executor dies where the store throws. Whatever
/// happens: no key is dispatched twice, none without a durable intent, and after recovery the plan has an end that is in the ledger.
/// </summary>
public sealed class AppendFaults
{
    /// <summary>Request, claim, two stages of intent, outcome and commit, the end.</summary>
    private const int AppendsOfARun = 9;

    public static TheoryData<int, AppendFault> Table()
    {
        var table = new TheoryData<int, AppendFault>();
        for (var i = 0; i < AppendsOfARun; i++)
        {
            foreach (var fault in Enum.GetValues<AppendFault>().Where(fault => fault != AppendFault.None))
            {
                table.Add(i, fault);
            }
        }

        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task An_append_that_fails_once_neither_repeats_an_effect_nor_leaves_the_plan_without_an_end(int at, AppendFault fault)
    {
        var (bench, store, id) = await ApprovedAsync();
        store.Fault = (index, _) => index == at ? fault : AppendFault.None;

        await SettleAsync(bench, id);

        Assert.True(store.Appends > at, "the fault was met");
        await AssertSoundAsync(bench, store, id);
    }

    [Theory]
    [InlineData(AppendFault.Refused)]
    [InlineData(AppendFault.UnknownLost)]
    [InlineData(AppendFault.UnknownWritten)]
    public async Task A_store_that_fails_for_good_in_the_middle_of_a_run_lets_recovery_end_it_when_it_is_back(AppendFault fault)
    {
        for (var from = 2; from < AppendsOfARun; from++)
        {
            var (bench, store, id) = await ApprovedAsync();
            var broken = from;
            store.Fault = (index, _) => index >= broken ? fault : AppendFault.None;
            var asked = bench.AgentSession.ExecuteAsync(id, null, default);
            await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default);
            store.Fault = (_, _) => AppendFault.None;

            await bench.RunUntilAsync(asked);
            await AssertSoundAsync(bench, store, id);
        }
    }

    [Fact]
    public async Task Intent_is_durable_before_the_dispatch_and_the_outcome_after_it()
    {
        var (bench, store, id) = await ApprovedAsync();
        var seen = new List<string>();
        bench.World.OnExecute = async effect =>
        {
            var last = Bench.Must(await store.Inner.ReadStreamAsync(StreamId.Plan(id), default))[^1];
            seen.Add($"{last.Kind} {last.Event.Text("effect_digest") == effect.Digest.ToString()}");
            return null;
        };
        await bench.ExecuteAsync(id);

        Assert.Equal(["stage-intent True", "stage-intent True"], seen);
    }

    [Fact]
    public async Task A_stop_whose_predecessor_had_an_unknown_outcome_is_written_all_the_same()
    {
        var (bench, store, id) = await ApprovedAsync();
        store.Fault = (index, _) => index == 0 ? AppendFault.UnknownLost : AppendFault.None;
        Bench.Refused(await bench.AgentSession.ProposeAsync(Bench.Body("b"), Interlock.Sessions.PlanLinks.None, default));

        Bench.Must(await bench.Person.StopAllAsync("rita", "smoke", default));

        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));
        Assert.Empty(bench.World.Dispatched);
    }

    [Theory]
    [InlineData(AppendFault.Refused)]
    [InlineData(AppendFault.UnknownLost)]
    [InlineData(AppendFault.UnknownWritten)]
    public async Task A_decision_that_was_acknowledged_is_in_the_ledger_and_one_that_was_not_is_never_claimed_to_be(AppendFault fault)
    {
        var (bench, store, _) = await ApprovedAsync();
        var id = await bench.ProposeAsync(Bench.Body("b"));
        store.CountFromHere();
        store.Fault = (index, _) => index == 0 ? fault : AppendFault.None;

        var answer = await bench.Person.RejectAsync(id, "rita", "no", default);

        var stands = (await bench.PlanAsync(id)).Status == PlanStatus.Rejected;
        Assert.Equal(fault == AppendFault.UnknownWritten, stands);
        Assert.False(answer.TryGet(out _, out _) && !stands, "an acknowledged rejection is gone");
    }

    /// <summary>Asks and runs until the plan has an end, each time in a new process where the one before died.</summary>
    private static async Task SettleAsync(Bench bench, PlanId id)
    {
        var process = bench;
        for (var attempt = 0; attempt < 6; attempt++)
        {
            try
            {
                var answer = await AskAsync(process, id);
                if (answer.Text("status") != "rejected")
                {
                    Assert.Equal(
                        PlanDocument.Run(await bench.PlanAsync(id), answer["repeated"] == JsonBoolean.True).ToString(), answer.ToString());
                    return;
                }
            }
            catch (IOException)
            {
                process = await bench.AnotherAsync();
            }
        }

        Assert.Fail("the plan came to no end");
    }

    private static async Task<JsonObject> AskAsync(Bench process, PlanId id)
    {
        using var crash = new CancellationTokenSource();
        var asked = process.AgentSession.ExecuteAsync(id, null, crash.Token);
        try
        {
            await process.RunUntilAsync(asked, calm: false);
            return await asked;
        }
        finally
        {
            await crash.CancelAsync();
            await Task.WhenAny(asked);
        }
    }

    private static async Task AssertSoundAsync(Bench bench, HookedStore store, PlanId id)
    {
        var plan = await bench.PlanAsync(id);
        Assert.True(plan.Status is PlanStatus.Executed or PlanStatus.Halted, plan.Status.ToString());
        Assert.Equal(bench.World.Keys.Distinct(), bench.World.Keys);
        var entries = Bench.Must(await store.ReadStreamAsync(StreamId.Plan(id), default));
        var intended = entries.Where(entry => entry.Kind == "stage-intent").Select(entry => entry.Event.Text("idempotency_key")).ToList();
        Assert.All(bench.World.Keys, key => Assert.Contains(key, intended));
        Assert.Empty(Bench.Must(await store.CheckAsync(default)).Findings);
        if (plan.Status == PlanStatus.Executed)
        {
            Assert.Equal(["a=1", "b=1"], bench.World.Dispatched);
            Assert.Equal(2, entries.Count(entry => entry.Kind == "stage-committed"));
        }

        Assert.Equal(plan.AwaitsResolution, !plan.Locks.IsEmpty);
    }

    private static async Task<(Bench Bench, HookedStore Store, PlanId Id)> ApprovedAsync()
    {
        var clock = new TestClock { Hurry = 50 };
        var store = new HookedStore(new MemoryLedgerStore(clock));
        var bench = await Bench.OpenAsync(store, change: options => options with { CheckTimeout = TimeSpan.FromMinutes(10) }, clock: clock);
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));
        store.CountFromHere();
        return (bench, store, id);
    }
}
