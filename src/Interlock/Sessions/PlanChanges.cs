using System.Collections.Immutable;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>Which plans changed between two sizes of the ledger.</summary>
/// <param name="Size">The size up to which was looked.</param>
/// <param name="Plans">The plans, each once.</param>
public sealed record PlanChanges(long Size, ImmutableArray<PlanId> Plans)
{
    private const int Page = 1_000;

    internal static async Task<Result<PlanChanges>> SinceAsync(
        ILedgerStore store, long size, string agent, CancellationToken cancellationToken)
    {
        var changed = new HashSet<PlanId>();
        while (true)
        {
            if (!(await store.ReadAsync(size, Page, cancellationToken)).TryGet(out var lines, out var refusal))
            {
                return refusal;
            }

            foreach (var line in lines)
            {
                if (!LedgerEntry.TryReadAlone(line, out var entry, out var error))
                {
                    return Refusal.Of(RefusalCode.Corrupt, error);
                }

                if (PlanId.TryParse(entry.Event.Text(EventKinds.PlanField), out var id))
                {
                    changed.Add(id);
                }
            }

            size += lines.Length;
            if (lines.Length < Page)
            {
                return new PlanChanges(size, await OwnAsync(store, changed, agent, cancellationToken));
            }
        }
    }

    private static async Task<ImmutableArray<PlanId>> OwnAsync(
        ILedgerStore store, HashSet<PlanId> changed, string agent, CancellationToken cancellationToken)
    {
        var own = ImmutableArray.CreateBuilder<PlanId>();
        foreach (var id in changed)
        {
            var read = await store.ReadStreamAsync(StreamId.Plan(id), cancellationToken);
            if (read.TryGet(out var entries, out _)
                && !entries.IsEmpty
                && PlanLifecycle.Fold(entries).TryGet(out var plan, out _)
                && plan.Agent == agent)
            {
                own.Add(id);
            }
        }

        return own.DrainToImmutable();
    }
}
