using System.Text;
using Interlock.Ledger;

namespace Interlock.Evidence;

/// <summary>Gathers the evidence about one plan out of a ledger.</summary>
public static class EvidenceMaker
{
    /// <summary>
    /// Gathers a bundle. Every entry is proven against the checkpoint and every blob is hashed on the way: what does not verify here
    /// is not handed out.
    /// </summary>
    /// <param name="store">The ledger.</param>
    /// <param name="checkpoint">The newest checkpoint that its key signed.</param>
    /// <param name="signer">The log's key, which signs what the bundle holds.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Ends the gathering.</param>
    /// <returns>The bundle; refused where the plan is not there, or anything about it is not in order.</returns>
    public static async Task<Result<EvidenceFiles>> MakeAsync(
        ILedgerStore store, SignedCheckpoint checkpoint, NoteSigner signer, PlanId plan, CancellationToken cancellationToken)
    {
        if (!(await EntriesAsync(store, plan, cancellationToken)).TryGet(out var entries, out var refusal))
        {
            return refusal;
        }

        var files = EvidenceFiles.Empty
            .With(EvidenceNames.LogKey, Encoding.UTF8.GetBytes($"{signer.Key}\n"))
            .With(EvidenceNames.Checkpoint, checkpoint.Note.ToBytes())
            .With(EvidenceNames.Script, VerifyScript.Bytes);
        foreach (var entry in entries.All)
        {
            if (!(await ProveAsync(store, checkpoint, entry, cancellationToken)).TryGet(out var proof, out refusal))
            {
                return refusal;
            }

            files = files.With(EvidenceNames.Entry(entry.Seq), entry.Line).With(EvidenceNames.Proof(entry.Seq), EvidenceProof.Write(proof));
        }

        foreach (var (name, digest) in entries.Blobs().Add(EvidenceNames.Body, entries.Plan.Hash.Digest))
        {
            if (!(await store.ReadBlobAsync(digest, cancellationToken)).TryGet(out var bytes, out refusal))
            {
                return new Refusal(refusal.Code, name, refusal.Message);
            }

            files = files.With(name, bytes);
        }

        files = files.With(EvidenceNames.Page, VerifyPage.Write(entries, files, checkpoint, signer.Key));
        return EvidenceManifest.Seal(files, plan, signer);
    }

    private static async Task<Result<EvidenceEntries>> EntriesAsync(ILedgerStore store, PlanId id, CancellationToken cancellationToken)
    {
        if (!(await store.ReadStreamAsync(StreamId.Plan(id), cancellationToken)).TryGet(out var plan, out var refusal)
            || !(await store.ReadStreamAsync(StreamId.Governance, cancellationToken)).TryGet(out var governance, out refusal))
        {
            return refusal;
        }

        return plan.IsEmpty
            ? Refusal.Of(RefusalCode.NotFound, $"there is no plan `{id}`; `interlock list` shows those that are there")
            : EvidenceEntries.Fold(id, [.. EvidenceEntries.Matter(governance, plan).Concat(plan).OrderBy(static entry => entry.Seq)]);
    }

    private static async Task<Result<InclusionProof>> ProveAsync(
        ILedgerStore store, SignedCheckpoint checkpoint, LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Seq >= checkpoint.Head.Size)
        {
            return Refusal.Of(
                RefusalCode.NotFound,
                $"entry {entry.Seq} is not under the newest checkpoint, which has {checkpoint.Head.Size} entries; the next append anchors it, try again then");
        }

        return !(await store.ProveInclusionAsync(entry.Seq, checkpoint.Head.Size, cancellationToken)).TryGet(out var proof, out var refusal) ? refusal
            : proof.Verify(TreeHash.Leaf(entry.Line.Span), checkpoint.Head.Root) ? proof
            : LedgerRefusals.Broken($"entry {entry.Seq} does not stand in the tree of the signed checkpoint");
    }
}
