using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Release;

/// <summary>Which entries of a verified chain name which blob: what may be erased, and what may not.</summary>
internal sealed class BlobUses
{
    /// <summary>What these name proves who decided what, and by which rules: without it an old entry could not be judged any more.</summary>
    private static readonly ImmutableHashSet<string> Proofs =
        ["allowed_signers", "policy", "revoked_keys", "signature", "statement", "statements"];

    private readonly Dictionary<Sha256Digest, List<(LedgerEntry Entry, string Field)>> uses = [];
    private readonly Dictionary<PlanId, PlanRecord> plans = [];
    private Refusal? broken;

    /// <summary>How many entries were taken.</summary>
    public long Size { get; private set; }

    /// <summary>Takes the next entry of the chain.</summary>
    public void Take(LedgerEntry entry)
    {
        Size = entry.Seq + 1;
        foreach (var (field, digest) in EventKinds.BlobsOf(entry.Event))
        {
            if (!uses.TryGetValue(digest, out var list))
            {
                uses.Add(digest, list = []);
            }

            list.Add((entry, field));
        }

        if (broken is null && PlanRow.Concerns(entry) is { } id)
        {
            broken = PlanLifecycle.Next(plans.GetValueOrDefault(id), entry).TryGet(out var next, out var refusal) ? null : refusal;
            if (next is not null)
            {
                plans[id] = next;
            }
        }
    }

    /// <summary>Why a blob may not be erased; null where it may.</summary>
    public Refusal? Fault(Sha256Digest blob)
    {
        if (broken is not null)
        {
            return broken;
        }

        if (!uses.TryGetValue(blob, out var named))
        {
            return Refusal.Of(RefusalCode.NotFound, $"no entry names a blob `{blob}`; `interlock log` shows the digests that entries name");
        }

        foreach (var (entry, field) in named)
        {
            if (Proofs.Contains(field))
            {
                return Refusal.Of(
                    RefusalCode.Forbidden,
                    $"entry {entry.Seq} names the blob as its `{field}`: it proves who decided what, and is never erased");
            }

            if (PlanRow.Concerns(entry) is { } id && plans.GetValueOrDefault(id) is { } plan && IsLive(plan))
            {
                return Refusal.Of(
                    RefusalCode.WrongStatus,
                    $"entry {entry.Seq} of plan `{id}`, which is {(plan.AwaitsResolution ? "in doubt" : plan.Status.Word())}, names the blob as its `{field}`;"
                    + $" {(plan.AwaitsResolution ? "resolve" : "reject, or wait for the end of,")} that plan first");
            }
        }

        return null;
    }

    private static bool IsLive(PlanRecord plan) => !plan.HasEnded || plan.AwaitsResolution || !plan.Locks.IsEmpty;
}
