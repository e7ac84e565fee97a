using System.Text;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// Finds out whether a person has just rejected the very body that is proposed again. It looks at the newest entries and not at the
/// agent's plans: those an agent could bury under others that it proposes and withdraws.
/// </summary>
internal static class RecentRejection
{
    private const int Page = 1_024;

    /// <summary>The most entries that are looked at: far more than the limits on requests let agents write in ten minutes.</summary>
    private const int MostRead = 256 * Page;

    private static readonly byte[] Mark = Encoding.ASCII.GetBytes($"\"{EventKinds.KindField}\":\"{EventKinds.Rejected}\"");

    /// <summary>The plan that was rejected, null where none was; or why the ledger could not be read.</summary>
    /// <param name="parts">The engine.</param>
    /// <param name="agent">Whose plan.</param>
    /// <param name="hash">The body's hash.</param>
    /// <param name="size">How many entries the ledger holds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<(PlanRecord? Plan, Refusal? Refusal)> FindAsync(
        EngineParts parts, Agent agent, PlanHash hash, long size, CancellationToken cancellationToken)
    {
        if (parts.Options.Volume.Cooldown == TimeSpan.Zero)
        {
            return (null, null);
        }

        var since = parts.Clock.GetUtcNow() - parts.Options.Volume.Cooldown;
        var least = Math.Max(0, size - MostRead);
        for (var end = size; end > least;)
        {
            var start = Math.Max(least, end - Page);
            if (!(await parts.Store.ReadAsync(start, (int)(end - start), cancellationToken)).TryGet(out var lines, out var refusal))
            {
                return (null, refusal);
            }

            foreach (var line in lines.Where(static line => line.Span.IndexOf(Mark) >= 0))
            {
                if (LedgerEntry.TryReadAlone(line, out var entry, out _) && entry.Kind == EventKinds.Rejected && entry.At > since
                    && PlanId.TryParse(entry.Event.Text(EventKinds.PlanField), out var id)
                    && (await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out _)
                    && plan.Hash == hash && plan.Agent == agent.Name)
                {
                    return (plan, null);
                }
            }

            end = lines is [var oldest, ..] && LedgerEntry.TryReadAlone(oldest, out var first, out _) && first.At > since ? start : least;
        }

        return (null, null);
    }

    /// <summary>The answer to a proposal that comes too soon.</summary>
    public static Refusal Refused(PlanRecord rejected, EngineParts parts)
    {
        var left = parts.Options.Volume.Cooldown - (parts.Clock.GetUtcNow() - (rejected.Rejection?.At ?? rejected.ChangedAt));
        var seconds = (long)Math.Ceiling(Math.Min(left.TotalSeconds, parts.Options.Volume.Cooldown.TotalSeconds));
        return Refusal.Of(
            RefusalCode.RateLimited,
            $"a person rejected your plan `{rejected.Id}`, which has the very same body; read with get_plan why and propose something else, or wait {seconds} s");
    }
}
