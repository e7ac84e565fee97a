using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// Finds an earlier plan of an agent with the very same body that waits no more. It is a hint and decides nothing: proposing the same
/// again is allowed, and a ledger that cannot answer just now gives no hint. What is in the way is for <see cref="ProposalRoom"/>.
/// </summary>
internal static class IdenticalPlan
{
    /// <summary>How many plans with the same intent are looked at.</summary>
    private const int MostRead = 20;

    /// <summary>The newest such plan that has not ended, else the newest; null where there is none among the last fifty.</summary>
    /// <param name="parts">The engine.</param>
    /// <param name="agent">Whose plans; those of others are never told of.</param>
    /// <param name="body">The body, before it is stored.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<PlanRecord?> FindAsync(EngineParts parts, Agent agent, PlanBody body, CancellationToken cancellationToken)
    {
        if (!(await parts.Store.ListPlansAsync(new PlanQuery { Agent = agent.Name }, cancellationToken)).TryGet(out var page, out _))
        {
            return null;
        }

        PlanRecord? newest = null;
        var intent = PlanEvents.Text(body.Intent)?.Value ?? "";
        foreach (var row in page.Rows.Where(row => row.Intent == intent).Take(MostRead))
        {
            if ((await parts.Plans.ReadAsync(row.Plan, cancellationToken)).TryGet(out var plan, out _)
                && plan.Hash == body.Hash && plan.Agent == agent.Name)
            {
                if (!plan.HasEnded)
                {
                    return plan;
                }

                newest ??= plan;
            }
        }

        return newest;
    }
}
