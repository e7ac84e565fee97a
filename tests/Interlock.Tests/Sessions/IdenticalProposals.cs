using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions;

/// <summary>The same body does not wait twice; once it waits no more it may come again, and the answer says what became of it.</summary>
public sealed class IdenticalProposals
{
    [Theory]
    [InlineData(false, "proposed")]
    [InlineData(true, "approved")]
    public async Task The_same_body_again_is_refused_while_it_waits_and_names_the_plan_that_does(bool approved, string status)
    {
        await using var bench = await Bench.OpenAsync();
        var first = await bench.ProposeAsync(Bench.Body("a"));
        if (approved)
        {
            await bench.ApproveAsync(first);
        }

        var other = await ProposeAsync(bench.AgentSession, "b");
        var head = Bench.Must(await bench.Store.HeadAsync(default));
        var again = await ProposeAsync(bench.AgentSession, "a");

        Assert.NotNull(other.Plan);
        Assert.Null(other.SameAs);
        Assert.Null(again.Plan);
        Assert.Equal(head, Bench.Must(await bench.Store.HeadAsync(default)));
        var told = again.ToJson();
        Assert.Equal(JsonBoolean.False, told["accepted"]);
        Assert.Equal("duplicate", again.Refusal?.Code.Word);
        Assert.Equal(
            $"your plan `{first}` has the very same body and is {status}; wait for it, withdraw it first, or name it in `supersedes`", again.Refusal?.Message);
        Assert.Equal(first.ToString(), (told["same_as"] as JsonObject)?.Text("id"));
        Assert.Equal(status, (told["same_as"] as JsonObject)?.Text("status"));
    }

    [Fact]
    public async Task One_that_waits_is_found_behind_however_many_of_the_same_intent()
    {
        await using var bench = await Bench.OpenAsync(change: options => options with { Volume = options.Volume with { Pending = null } });
        var first = await ProposeAsync(bench.AgentSession, "a");
        for (var i = 0; i < 60; i++)
        {
            var alike = Bench.Body("a").With("note", $"no {i}");
            Assert.NotNull(Bench.Must(await bench.AgentSession.ProposeAsync(alike, PlanLinks.None, default)).Plan);
        }

        Assert.Equal(first.Id, (await ProposeAsync(bench.AgentSession, "a")).SameAs?.Id);
    }

    [Fact]
    public async Task One_that_is_overdue_waits_for_nobody_though_nobody_has_written_that_down()
    {
        await using var bench = await Bench.OpenAsync();
        await ProposeAsync(bench.AgentSession, "a");
        bench.Clock.Advance(bench.Options.ProposalLifetime);

        Assert.NotNull((await ProposeAsync(bench.AgentSession, "a")).Plan);
    }

    [Fact]
    public async Task One_that_has_ended_is_named_with_its_status()
    {
        await using var bench = await Bench.OpenAsync();
        var first = await ProposeAsync(bench.AgentSession, "a");
        Bench.Must(await bench.AgentSession.WithdrawAsync(first.Id, default));

        var again = await ProposeAsync(bench.AgentSession, "a");

        Assert.Equal(PlanStatus.Rejected, again.SameAs?.Status);
        Assert.Equal(PlanStatus.Proposed, again.Plan?.Status);
    }

    [Fact]
    public async Task The_plan_of_another_agent_is_never_told_of()
    {
        await using var bench = await Bench.OpenAsync();
        await ProposeAsync(bench.AgentSession, "a");

        var other = await ProposeAsync(bench.AgentNamed("mallory"), "a");

        Assert.NotNull(other.Plan);
        Assert.Null(other.SameAs);
    }

    [Fact]
    public async Task A_plan_that_is_superseded_by_the_same_body_is_in_nobodys_way()
    {
        await using var bench = await Bench.OpenAsync();
        var first = await ProposeAsync(bench.AgentSession, "a");

        var again = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), new PlanLinks(Supersedes: first.Id), default));

        Assert.NotNull(again.Plan);
        Assert.Null(again.SameAs);
    }

    [Fact]
    public async Task One_that_supersedes_another_is_refused_while_a_third_has_the_same_body()
    {
        await using var bench = await Bench.OpenAsync();
        var third = await ProposeAsync(bench.AgentSession, "a");
        var old = await ProposeAsync(bench.AgentSession, "b");

        var again = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), new PlanLinks(Supersedes: old.Id), default));

        Assert.Equal("duplicate", again.Refusal?.Code.Word);
        Assert.Equal(third.Id, again.SameAs?.Id);
        Assert.Equal(PlanStatus.Proposed, (await bench.PlanAsync(old.Id)).Status);
    }

    private static async Task<Proposal> ProposeAsync(AgentSession session, string name) =>
        Bench.Must(await session.ProposeAsync(Bench.Body(name), PlanLinks.None, default));
}
