using System.Collections.Immutable;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// Whether there is room for one more proposal of an agent: not too many that wait for a person, not the same one twice, not one that a
/// person has just rejected. It reads the ledger and keeps nothing, so no process has a count of its own that could be wrong.
/// </summary>
/// <param name="Refusal">Why there is none; null where there is.</param>
/// <param name="Same">An earlier plan of the agent with the very same body: the one in the way, or one to be told of.</param>
/// <param name="Reads">What the append has to compare, so that nobody takes the room in between.</param>
internal sealed record ProposalRoom(Refusal? Refusal, PlanRecord? Same, ImmutableArray<StreamVersion> Reads)
{
    /// <summary>Rows of a listing that are read at once.</summary>
    private const int Page = 1_000;

    /// <summary>Looks.</summary>
    /// <param name="parts">The engine.</param>
    /// <param name="agent">Who proposes.</param>
    /// <param name="body">The body, before it is stored.</param>
    /// <param name="superseded">The plan whose place the new one takes, which is in nobody's way.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Result<ProposalRoom>> LookAsync(
        EngineParts parts, Agent agent, PlanBody body, PlanId? superseded, CancellationToken cancellationToken)
    {
        // the newest proposal first: another one that comes after it is seen by the comparison
        if (!(await parts.Store.ListPlansAsync(new PlanQuery { Agent = agent.Name, Limit = 1 }, cancellationToken)).TryGet(out var newest, out var refusal))
        {
            return refusal;
        }

        ImmutableArray<StreamVersion> reads = [new StreamVersion(StreamId.Proposals(agent.Name), newest.Rows is [var last] ? last.ProposedSeq + 1 : 0)];
        PlanRecord? same = null;

        // bodies are kept under their hash: for a new one, which is the rule, this is all that is read of them
        if ((await parts.Store.ReadBlobAsync(body.Hash.Digest, cancellationToken)).TryGet(out _, out _))
        {
            if (!(await parts.Store.HeadAsync(cancellationToken)).TryGet(out var head, out refusal))
            {
                return refusal;
            }

            (same, refusal) = await InTheWayAsync(parts, agent, body, superseded, head.Size, cancellationToken);
            if (refusal is not null)
            {
                return same is null ? refusal : new ProposalRoom(refusal, same, []);
            }

            same = await IdenticalPlan.FindAsync(parts, agent, body, cancellationToken);
        }

        if (parts.Options.Volume.Pending is not { } most)
        {
            return new ProposalRoom(null, same, reads);
        }

        if (!(await WaitingAsync(parts, agent, superseded, most, cancellationToken)).TryGet(out var waiting, out refusal))
        {
            return refusal;
        }

        return waiting >= most
            ? new ProposalRoom(Full(most), null, [])
            : new ProposalRoom(null, same, reads);
    }

    private static async Task<(PlanRecord? Plan, Refusal? Refusal)> InTheWayAsync(
        EngineParts parts, Agent agent, PlanBody body, PlanId? superseded, long size, CancellationToken cancellationToken)
    {
        var intent = PlanEvents.Text(body.Intent)?.Value ?? "";
        foreach (var status in (PlanStatus[])[PlanStatus.Proposed, PlanStatus.Approved])
        {
            PlanRecord? standing = null;
            var read = await EachAsync(
                parts, agent, status, row => row.Plan != superseded && row.Intent == intent,
                plan => (standing = plan.Hash == body.Hash ? plan : null) is null, cancellationToken);
            if (!read.TryGet(out _, out var refusal))
            {
                return (null, refusal);
            }

            if (standing is not null)
            {
                return (standing, Refusal.Of(
                    RefusalCode.Duplicate,
                    $"your plan `{standing.Id}` has the very same body and is {standing.Status.Word()}; wait for it, withdraw it first, or name it in `supersedes`"));
            }
        }

        var (rejected, unread) = await RecentRejection.FindAsync(parts, agent, body.Hash, size, cancellationToken);
        return rejected is null || unread is not null ? (null, unread) : (rejected, RecentRejection.Refused(rejected, parts));
    }

    /// <summary>How many proposals of an agent wait for a person; counts no further than to the most.</summary>
    private static async Task<Result<int>> WaitingAsync(
        EngineParts parts, Agent agent, PlanId? superseded, int most, CancellationToken cancellationToken)
    {
        // fewer rows than may wait are few enough, whatever stands in the plans
        var few = await parts.Store.ListPlansAsync(Query(agent, PlanStatus.Proposed) with { Limit = Math.Min(most, Page) }, cancellationToken);
        if (!few.TryGet(out var page, out var refusal))
        {
            return refusal;
        }

        var rows = page.Rows.Count(row => row.Plan != superseded);
        if (page.Next is null && rows < most)
        {
            return rows;
        }

        // one that is overdue waits for nobody, though nobody may have written that down yet
        var waiting = 0;
        return (await EachAsync(
            parts, agent, PlanStatus.Proposed, row => row.Plan != superseded, _ => ++waiting < most, cancellationToken)).TryGet(out _, out refusal)
            ? waiting
            : refusal;
    }

    /// <summary>Reads the plans of an agent with a status, newest first, that are not overdue, as long as the visitor wants more.</summary>
    private static async Task<Result<bool>> EachAsync(
        EngineParts parts,
        Agent agent,
        PlanStatus status,
        Func<PlanRow, bool> concerns,
        Func<PlanRecord, bool> visit,
        CancellationToken cancellationToken)
    {
        var query = Query(agent, status) with { Limit = Page };
        while (true)
        {
            if (!(await parts.Store.ListPlansAsync(query, cancellationToken)).TryGet(out var page, out var refusal))
            {
                return refusal;
            }

            foreach (var row in page.Rows.Where(concerns))
            {
                if (!(await parts.Plans.ReadAsync(row.Plan, cancellationToken)).TryGet(out var plan, out refusal))
                {
                    return refusal;
                }

                if (plan.Status == status && plan.Agent == agent.Name && !parts.Decisions.IsOverdue(plan) && !visit(plan))
                {
                    return true;
                }
            }

            if (page.Next is not { } next)
            {
                return true;
            }

            query = query with { Before = next };
        }
    }

    private static PlanQuery Query(Agent agent, PlanStatus status) => new() { Agent = agent.Name, Status = status.Word() };

    private static Refusal Full(int most) => Refusal.Of(
        RefusalCode.RateLimited,
        $"{most} of your proposals wait for a person, which is as many as may; wait until some are decided, withdraw some, or name one in `supersedes`");
}
