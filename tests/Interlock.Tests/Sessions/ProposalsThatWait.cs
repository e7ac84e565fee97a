using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Sessions;
using Interlock.Tests.Execution;
using Interlock.Tests.Faults;

namespace Interlock.Tests.Sessions;

/// <summary>How much one agent can put before people: not more than may wait, and not again what they have just rejected.</summary>
public sealed class ProposalsThatWait
{
    private const int Most = 5;

    private static int made;

    [Fact]
    public async Task No_more_proposals_wait_than_may_and_the_one_too_many_leaves_no_entry()
    {
        await using var bench = await Few();
        await FillAsync(bench.AgentSession, Most);
        var head = Bench.Must(await bench.Store.HeadAsync(default));

        var refused = await ProposeAsync(bench.AgentSession);

        Assert.Null(refused.Plan);
        Assert.Equal(RefusalCode.RateLimited, refused.Refusal?.Code);
        Assert.StartsWith("5 of your proposals wait for a person, which is as many as may;", refused.Refusal?.Message, StringComparison.Ordinal);
        Assert.Equal(head, Bench.Must(await bench.Store.HeadAsync(default)));
        Assert.NotNull((await ProposeAsync(bench.AgentNamed("another"))).Plan);
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("withdraw")]
    [InlineData("supersede")]
    [InlineData("expire")]
    public async Task What_waits_no_more_makes_room(string how)
    {
        await using var bench = await Few();
        bench.World.Counters["door"] = "open";
        var ids = await FillAsync(bench.AgentSession, Most);
        var links = PlanLinks.None;
        switch (how)
        {
            case "approve":
                await bench.ApproveAsync(ids[2]);
                break;
            case "reject":
                Bench.Must(await bench.Person.RejectAsync(ids[2], "rita", null, default));
                break;
            case "withdraw":
                Bench.Must(await bench.AgentSession.WithdrawAsync(ids[2], default));
                break;
            case "supersede":
                links = new PlanLinks(Supersedes: ids[2]);
                break;
            default:
                bench.Clock.Advance(bench.Options.ProposalLifetime);
                break;
        }

        Assert.NotNull((await ProposeAsync(bench.AgentSession, links)).Plan);
        if (how != "expire")
        {
            Assert.Null((await ProposeAsync(bench.AgentSession)).Plan);
        }
    }

    [Fact]
    public async Task To_supersede_a_plan_that_waits_for_its_run_makes_no_room()
    {
        await using var bench = await Few();
        var approved = await bench.ApprovedAsync(Bench.Body("first"));
        await FillAsync(bench.AgentSession, Most);

        Assert.Null((await ProposeAsync(bench.AgentSession, new PlanLinks(Supersedes: approved))).Plan);
        Assert.Equal(PlanStatus.Approved, (await bench.PlanAsync(approved)).Status);
    }

    [Fact]
    public async Task Asking_for_many_at_once_finds_no_more_room_in_one_process()
    {
        await using var bench = await Few();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => ProposeAsync(bench.AgentSession))));

        Assert.Equal(Most, answers.Count(answer => answer.Plan is not null));
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(Most, 3)]
    public async Task Nor_does_asking_several_processes_at_once(int most, int processes)
    {
        for (var round = 0; round < 20; round++)
        {
            await using var first = await Few(most);
            var all = new List<Bench> { first };
            for (var i = 1; i < processes; i++)
            {
                all.Add(await first.AnotherAsync());
            }

            var answers = await Task.WhenAll(all.SelectMany(bench => Enumerable.Range(0, 4).Select(_ => Task.Run(() => ProposeAsync(bench.AgentSession)))));

            Assert.Equal(most, answers.Count(answer => answer.Plan is not null));
            Assert.Equal(most, Bench.Must(await first.Store.ListPlansAsync(new PlanQuery { Status = "proposed" }, default)).Rows.Length);
        }
    }

    [Fact]
    public async Task A_proposal_that_was_held_up_takes_no_room_that_others_filled_meanwhile()
    {
        await using var bench = await Few();
        var slow = new HookedStore(bench.Store);
        await using var other = await Bench.OpenAsync(
            slow, bench.World, options => options with { Volume = bench.Options.Volume }, bench.Clock);
        var looked = new TaskCompletionSource();
        var filled = new TaskCompletionSource();
        slow.Before = async append =>
        {
            // it found room, and is about to take it
            _ = looked.TrySetResult();
            await filled.Task;
        };

        var late = ProposeAsync(other.AgentSession);
        await looked.Task;
        var before = await FillAsync(bench.AgentSession, Most);
        filled.SetResult();

        Assert.Equal(Most, before.Count);
        Assert.Equal(RefusalCode.RateLimited, (await late).Refusal?.Code);
        Assert.Equal(Most, Bench.Must(await bench.Store.ListPlansAsync(new PlanQuery { Status = "proposed" }, default)).Rows.Length);
    }

    [Fact]
    public void A_ledger_that_moved_on_is_a_conflict_whoever_wrote()
    {
        var append = new Append { Reads = [new StreamVersion(StreamId.Ledger, 0)], Events = [JsonObject.Of(("kind", "genesis"))] };
        var now = new TestClock().GetUtcNow();

        var first = Assert.IsType<AppendAnswer.Appended>(CompareAndAppend.Decide(append, null, now, _ => 0)).Entries[0];

        Assert.Equal(1, Assert.IsType<AppendAnswer.Conflict>(CompareAndAppend.Decide(append, first, now, _ => 0)).Actual);
        Assert.IsType<AppendAnswer.Appended>(
            CompareAndAppend.Decide(append with { Reads = [new StreamVersion(StreamId.Ledger, 1)] }, first, now, _ => 0));
    }

    [Fact]
    public async Task What_a_person_rejected_may_not_come_again_until_the_cooldown_is_over()
    {
        await using var bench = await Few();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Bench.Must(await bench.Person.RejectAsync(id, "rita", "not today", default));
        bench.Clock.Advance(TimeSpan.FromMinutes(3));
        var head = Bench.Must(await bench.Store.HeadAsync(default));

        var again = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default));

        Assert.Null(again.Plan);
        Assert.Equal(RefusalCode.RateLimited, again.Refusal?.Code);
        Assert.Equal(
            $"a person rejected your plan `{id}`, which has the very same body; read with get_plan why and propose something else, or wait 420 s",
            again.Refusal?.Message);
        Assert.Equal(id, again.SameAs?.Id);
        Assert.Equal(head, Bench.Must(await bench.Store.HeadAsync(default)));
        Assert.NotNull(Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("b"), PlanLinks.None, default)).Plan);
        Assert.NotNull(Bench.Must(await bench.AgentNamed("another").ProposeAsync(Bench.Body("a"), PlanLinks.None, default)).Plan);

        bench.Clock.Advance(TimeSpan.FromMinutes(7));
        Assert.NotNull(Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default)).Plan);
    }

    [Fact]
    public async Task A_rejection_cannot_be_buried_under_other_proposals()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        for (var i = 0; i < 300; i++)
        {
            var alike = Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a").With("note", $"no {i}"), PlanLinks.None, default));
            Assert.NotNull(alike.Plan);
            Bench.Must(await bench.AgentSession.WithdrawAsync(alike.Id, default));
            bench.Clock.Advance(TimeSpan.FromMilliseconds(500));
            if (i == 0)
            {
                Bench.Must(await bench.Person.RejectAsync(id, "rita", null, default));
            }
        }

        Assert.Equal(id, Bench.Must(await bench.AgentSession.ProposeAsync(Bench.Body("a"), PlanLinks.None, default)).SameAs?.Id);
    }

    [Fact]
    public async Task What_an_agent_withdrew_itself_it_may_propose_again_and_without_a_cooldown_so_it_may_what_was_rejected()
    {
        await using var bench = await Bench.OpenAsync(change: options => options with { Volume = options.Volume with { Cooldown = TimeSpan.Zero } });
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Bench.Must(await bench.Person.RejectAsync(id, "rita", null, default));
        var again = await bench.ProposeAsync(Bench.Body("a"));
        Bench.Must(await bench.AgentSession.WithdrawAsync(again, default));

        await bench.ProposeAsync(Bench.Body("a"));
    }

    private static Task<Bench> Few(int most = Most) =>
        Bench.OpenAsync(change: options => options with { Volume = options.Volume with { Pending = most } });

    private static async Task<Proposal> ProposeAsync(AgentSession session, PlanLinks? links = null) => Bench.Must(
        await session.ProposeAsync(Bench.Body($"w{Interlocked.Increment(ref made)}"), links ?? PlanLinks.None, default));

    private static async Task<List<PlanId>> FillAsync(AgentSession session, int count)
    {
        var ids = new List<PlanId>();
        for (var i = 0; i < count; i++)
        {
            var proposal = await ProposeAsync(session);
            Assert.NotNull(proposal.Plan);
            ids.Add(proposal.Id);
        }

        return ids;
    }
}
