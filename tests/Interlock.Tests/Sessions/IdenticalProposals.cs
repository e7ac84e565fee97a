using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions;

/// <summary>Proposing the same body again is allowed; the answer says which plan has it already.</summary>
public sealed class IdenticalProposals
{
    [Fact]
    public async Task The_same_body_again_is_accepted_and_names_the_plan_that_waits()
    {
        await using var bench = await Bench.OpenAsync();
        var first = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));
        var other = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("b"), PlanLinks.None, default));
        var again = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));

        Assert.Null(first.SameAs);
        Assert.Null(first.ToJson()["same_as"]);
        Assert.Null(other.SameAs);
        Assert.NotNull(again.Plan);
        Assert.NotEqual(first.Id, again.Id);
        Assert.Equal(first.Id, again.SameAs?.Id);
        var told = again.ToJson()["same_as"] as JsonObject;
        Assert.Equal(first.Id.ToString(), told?.Text("id"));
        Assert.Equal("proposed", told?.Text("status"));
        Assert.Contains("withdraw one of the two", told?.Text("hint"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_waits_is_named_before_a_newer_one_that_has_ended()
    {
        await using var bench = await Bench.OpenAsync();
        var waits = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));
        var ended = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));
        Bench.Must(await bench.AgentSession.WithdrawAsync(ended.Id, default));

        Assert.Equal(waits.Id, Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default)).SameAs?.Id);
    }

    [Fact]
    public async Task One_that_has_ended_is_named_with_its_status()
    {
        await using var bench = await Bench.OpenAsync();
        var first = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));
        Bench.Must(await bench.AgentSession.WithdrawAsync(first.Id, default));

        var again = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));

        Assert.Equal(PlanStatus.Rejected, again.SameAs?.Status);
        Assert.Equal(PlanStatus.Proposed, again.Plan?.Status);
    }

    [Fact]
    public async Task The_plan_of_another_agent_is_never_told_of()
    {
        await using var bench = await Bench.OpenAsync();
        Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));

        Assert.Null(Bench.Must(await bench.AgentNamed("mallory").ProposeAsync(Bench.Body("a"), PlanLinks.None, default)).SameAs);
    }

    [Fact]
    public async Task A_plan_that_is_superseded_by_the_same_body_needs_no_hint()
    {
        await using var bench = await Bench.OpenAsync();
        var first = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));

        var again = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), new PlanLinks(Supersedes: first.Id), default));

        Assert.NotNull(again.Plan);
        Assert.Null(again.SameAs);
    }
}
