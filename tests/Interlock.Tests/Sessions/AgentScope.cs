using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions;

/// <summary>A plan of another agent is as if it did not exist: the same answer, to the letter, as for an id that nobody has.</summary>
public sealed class AgentScope
{
    [Fact]
    public async Task Every_operation_on_another_agents_plan_answers_as_for_a_plan_that_is_not_there()
    {
        await using var bench = await Bench.OpenAsync();
        var theirs = await bench.ProposeAsync(Bench.Body("a"));
        var none = PlanId.Create(SystemRandom.Instance);
        var mallory = bench.AgentNamed("mallory");
        var before = Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(theirs), default)).Length;

        Func<PlanId, Task<string>>[] operations =
        [
            async id => Bench.Refused(await mallory.PlanAsync(id, default)).ToString(),
            async id => Bench.Refused(await mallory.DocumentAsync(id, default)).ToString(),
            async id => Bench.Refused(await mallory.WithdrawAsync(id, default)).ToString(),
            async id => (await mallory.ExecuteAsync(id, null, default)).ToString(),
            async id => Refusal(Bench.Must(await mallory.ProposeAsync(Bench.Body("b"), new PlanLinks(Continues: id), default))),
            async id => Refusal(Bench.Must(await mallory.ProposeAsync(Bench.Body("b"), new PlanLinks(Supersedes: id), default))),
        ];
        foreach (var operation in operations)
        {
            Assert.Equal(
                (await operation(none)).Replace(none.ToString(), "ID", StringComparison.Ordinal),
                (await operation(theirs)).Replace(theirs.ToString(), "ID", StringComparison.Ordinal));
        }

        var seen = Bench.Must(await bench.AgentSession.PlanAsync(theirs, default));
        Assert.Equal(RefusalCode.NotFound, Bench.Refused(await mallory.WaitAsync(seen, TimeSpan.Zero, default)).Code);
        Assert.Empty(Bench.Must(await mallory.ListAsync(new PlanQuery { Agent = "tester" }, default)).Rows);
        Assert.Empty(Bench.Must(await mallory.WaitForChangeAsync(0, TimeSpan.Zero, default)).Plans);
        Assert.Equal(before, Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(theirs), default)).Length);
        Assert.Equal(PlanStatus.Proposed, (await bench.PlanAsync(theirs)).Status);
    }

    [Fact]
    public async Task A_list_and_the_changes_show_an_agents_own_plans_and_events_name_the_agent()
    {
        await using var bench = await Bench.OpenAsync();
        var theirs = await bench.ProposeAsync(Bench.Body("a"));
        var mallory = bench.AgentNamed("mallory");
        var own = Bench.Must(await mallory.ProposeAsync(Bench.Body("b"), PlanLinks.None, default)).Id;

        Assert.Equal([own], Bench.Must(await mallory.ListAsync(new PlanQuery(), default)).Rows.Select(row => row.Plan));
        Assert.Equal([own], Bench.Must(await mallory.WaitForChangeAsync(0, TimeSpan.Zero, default)).Plans);
        Assert.Equal("mallory", Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(own), default))[0].Event.Text("agent"));
        Assert.Equal("tester", Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(theirs), default))[0].Event.Text("agent"));
    }

    [Fact]
    public async Task An_agent_withdraws_its_plan_while_it_waits_and_not_after()
    {
        await using var bench = await Bench.OpenAsync();
        var waiting = await bench.ProposeAsync(Bench.Body("a"));
        Assert.Equal("withdrawn", Bench.Must(await bench.AgentSession.WithdrawAsync(waiting, default)).Code);

        var approved = await bench.ApprovedAsync(Bench.Body("a"));
        Assert.Equal("withdrawn", Bench.Must(await bench.AgentSession.WithdrawAsync(approved, default)).Code);

        var executed = await bench.ApprovedAsync(Bench.Body("a"));
        await bench.ExecuteAsync(executed);
        Assert.Equal(RefusalCode.WrongStatus, Bench.Refused(await bench.AgentSession.WithdrawAsync(executed, default)).Code);
    }

    [Fact]
    public async Task Only_an_ended_plan_is_continued_and_only_a_waiting_one_superseded()
    {
        await using var bench = await Bench.OpenAsync();
        var waiting = await bench.ProposeAsync(Bench.Body("a"));
        Assert.Equal(
            RefusalCode.WrongStatus,
            Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), new PlanLinks(Continues: waiting), default)).Refusal?.Code);

        var next = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), new PlanLinks(Supersedes: waiting), default)).Plan;
        Assert.Equal(waiting, next?.Supersedes);
        Assert.Equal("superseded", (await bench.PlanAsync(waiting)).Code);
        var again = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), new PlanLinks(Supersedes: waiting), default));
        Assert.Null(again.Plan);
        Assert.Equal("supersedes", again.Refusal?.Path);

        var continued = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("b"), new PlanLinks(Continues: waiting), default));
        Assert.Equal(waiting, continued.Plan?.Continues);
    }

    [Fact]
    public async Task A_second_caller_joins_the_run_and_one_who_stops_waiting_does_not_stop_it()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a", "b"));
        var inside = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        bench.World.OnExecute = async _ =>
        {
            inside.TrySetResult();
            await go.Task;
            return null;
        };
        using var impatient = new CancellationTokenSource();
        var first = bench.AgentSession.ExecuteAsync(id, null, impatient.Token);
        var executor = bench.Engine.RunExecutorAsync(TimeSpan.Zero, default);
        await inside.Task;
        var second = bench.AgentSession.ExecuteAsync(id, null, default);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.SetResult();

        var joined = await second;
        Assert.Null(await executor);
        Assert.Equal("executed", joined.Text("status"));
        Assert.Equal(JsonBoolean.True, joined["repeated"]);
        Assert.Equal(["a=1", "b=1"], bench.World.Dispatched);
    }

    private static string Refusal(Proposal proposal)
    {
        Assert.Null(proposal.Plan);
        return proposal.Refusal?.ToString() ?? "none";
    }
}
