using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Plans;

/// <summary>
/// Reads one plan from its own stream. That proves integrity, not completeness: good for showing and for deciding on
/// appends that are compared, never for releasing (see <see cref="Release.VerifiedLedger"/>).
/// </summary>
internal sealed class PlanReader(ILedgerStore store, JsonReadOptions reading)
{
    public async Task<Result<PlanRecord>> ReadAsync(PlanId id, CancellationToken cancellationToken)
    {
        if (!(await store.ReadStreamAsync(StreamId.Plan(id), cancellationToken)).TryGet(out var entries, out var refusal))
        {
            return refusal;
        }

        return entries.IsEmpty
            ? Refusal.Of(RefusalCode.NotFound, $"there is no plan `{id}`; list the plans to see their ids")
            : PlanLifecycle.Fold(entries);
    }

    /// <summary>The body as it was stored, re-hashed on the way.</summary>
    public async Task<Result<JsonValue>> ReadBodyAsync(PlanRecord plan, CancellationToken cancellationToken)
    {
        if (!(await store.ReadBlobAsync(plan.Hash.Digest, cancellationToken)).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        // hashed here, whatever the store says that it did: the hash is what was approved
        if (Sha256Digest.Of(bytes.Span) != plan.Hash.Digest)
        {
            return LedgerRefusals.BlobChanged(plan.Hash.Digest);
        }

        return JsonReader.TryReadCanonical(bytes.Span, reading, out var body, out var error)
            ? body
            : Refusal.Of(RefusalCode.Corrupt, $"the body of plan `{plan.Id}` cannot be read: {error}; propose the plan again");
    }

    /// <summary>Waits until a plan's stream is longer than it was, or the bound runs out; answers the plan as it stands then.</summary>
    public async Task<Result<PlanRecord>> WaitAsync(PlanRecord seen, TimeSpan bound, CancellationToken cancellationToken)
    {
        var version = new StreamVersion(StreamId.Plan(seen.Id), seen.Version);
        _ = bound > TimeSpan.Zero && await store.WaitAsync(version, bound, cancellationToken);
        return (await store.ReadStreamAsync(version, cancellationToken)).TryGet(out var entries, out var refusal)
            ? PlanLifecycle.Fold(seen, entries)
            : refusal;
    }
}
