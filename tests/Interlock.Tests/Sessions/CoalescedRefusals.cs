using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Sessions;
using Interlock.Tests.Execution;
using Interlock.Tests.Faults;

namespace Interlock.Tests.Sessions;

/// <summary>Refusals of one agent for one reason: the first is an entry, those like it within the window are one with their count.</summary>
public sealed class CoalescedRefusals
{
    private static readonly JsonObject Unsound = JsonObject.Of(("intent", "nothing"), ("stages", JsonArray.Empty));

    [Fact]
    public async Task The_first_is_an_entry_before_it_is_answered_and_the_others_are_one_with_their_count()
    {
        var bench = await Bench.OpenAsync();
        await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default);
        Assert.Equal([1], (await AgentVolume.RefusalsAsync(bench)).Select(AgentVolume.CountOf));

        for (var i = 0; i < 10; i++)
        {
            await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default);
        }

        await bench.DisposeAsync();
        var entries = await AgentVolume.RefusalsAsync(bench);
        Assert.Equal([1, 10], entries.Select(AgentVolume.CountOf));
        Assert.All(entries, entry => Assert.Equal(EventKinds.ProposeRejected, entry.Kind));
        Assert.Equal(entries[0].Event["invariants"]?.ToString(), entries[1].Event["invariants"]?.ToString());
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
    }

    [Fact]
    public async Task A_window_that_ends_writes_its_count_without_being_asked()
    {
        await using var bench = await Quick();
        for (var i = 0; i < 5; i++)
        {
            await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default);
        }

        Assert.True(await bench.Store.WaitAsync(2, TimeSpan.FromSeconds(20), default));
        Assert.Equal([1, 4], (await AgentVolume.RefusalsAsync(bench)).Select(AgentVolume.CountOf));
    }

    [Fact]
    public async Task Another_reason_and_another_agent_are_entries_of_their_own()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Counters["door"] = "open";
        await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default);
        await bench.AgentSession.ProposeAsync(JsonObject.Of(("intent", "leak"), ("stages", new JsonArray([Bench.Stage("ghp_0123456789abcdefghijklmnopqrstuvwxyz")]))), PlanLinks.None, default);
        await bench.AgentNamed("other").ProposeAsync(Unsound, PlanLinks.None, default);

        Assert.Equal(3, (await AgentVolume.RefusalsAsync(bench)).Length);
    }

    [Fact]
    public async Task Many_at_once_are_answered_only_when_the_first_of_them_is_durable()
    {
        var clock = new TestClock();
        var store = new HookedStore(new MemoryLedgerStore(clock));
        var bench = await Bench.OpenAsync(store, clock: clock);
        var disk = new TaskCompletionSource();
        store.Before = _ => disk.Task;
        var asked = Enumerable.Range(0, 50).Select(_ => bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default)).ToArray();
        await Task.Delay(200);
        Assert.DoesNotContain(asked, one => one.IsCompleted);

        disk.SetResult();
        var answers = await Task.WhenAll(asked);
        Assert.All(answers, answer => Assert.Equal(RefusalCode.Invalid, Bench.Must(answer).Refusal?.Code));

        await bench.DisposeAsync();
        Assert.Equal([1, 49], (await AgentVolume.RefusalsAsync(bench)).Select(AgentVolume.CountOf));
    }

    [Fact]
    public async Task Asking_again_and_again_for_a_plan_that_nobody_approved_is_one_entry_of_the_plan_and_one_count()
    {
        var bench = await Bench.OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        for (var i = 0; i < 20; i++)
        {
            Assert.Contains("not approved", (await bench.AgentSession.ExecuteAsync(id, null, default)).Text("reason"), StringComparison.Ordinal);
        }

        await bench.DisposeAsync();
        Assert.Equal([EventKinds.Proposed, EventKinds.ReleaseRefused], await bench.KindsAsync(id));
        var again = Assert.Single(await AgentVolume.RefusalsAsync(bench));
        Assert.Equal(EventKinds.RefusedAgain, again.Kind);
        Assert.Equal(EventKinds.ReleaseRefused, again.Event.Text("refused"));
        Assert.Equal(id.ToString(), again.Event.Text("plan_id"));
        Assert.Equal(19, AgentVolume.CountOf(again));
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
    }

    [Fact]
    public async Task A_count_that_comes_late_takes_back_no_request()
    {
        await using var bench = await Quick();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        for (var i = 0; i < 5; i++)
        {
            await bench.AgentSession.ExecuteAsync(id, null, default);
        }

        await bench.ApproveAsync(id);
        var run = bench.AgentSession.ExecuteAsync(id, null, default);

        // proposed, refused, issued, countersigned, approved, requested, and the count of the others behind the request
        Assert.True(await bench.Store.WaitAsync(7, TimeSpan.FromSeconds(20), default));
        Assert.NotNull((await bench.PlanAsync(id)).RequestedBy);
        await bench.RunUntilAsync(run);
        Assert.Equal("executed", (await run).Text("status"));
        Assert.Equal(4, AgentVolume.CountOf(Assert.Single(await AgentVolume.RefusalsAsync(bench))));
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_written_says_so_and_the_next_one_tries_again()
    {
        var clock = new TestClock();
        var store = new HookedStore(new MemoryLedgerStore(clock));
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        store.Fault = (_, _) => AppendFault.Refused;
        Assert.Equal(RefusalCode.Storage, Bench.Refused(await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default)).Code);

        store.Fault = (_, _) => AppendFault.None;
        Bench.Must(await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default));

        Assert.Single(await AgentVolume.RefusalsAsync(bench));
    }

    private static Task<Bench> Quick() =>
        Bench.OpenAsync(change: options => options with { Volume = new VolumeLimits { Coalesce = TimeSpan.FromMilliseconds(400) } });
}
