using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Release;

/// <summary>
/// What <c>fsck</c> asks: that the store holds nothing but what follows from its lines, that the chain folds as the gate folds it, and that
/// behind every entry that says so of itself a person stands, by the rules and the keys of then. On all cores.
/// </summary>
/// <param name="store">The ledger.</param>
/// <param name="readSigners">Reads a set of signers.</param>
/// <param name="genesis">The hash of the genesis entry as somebody pinned it; null where nobody did.</param>
public sealed class LedgerAudit(ILedgerStore store, SignerReader readSigners, Sha256Digest? genesis = null)
{
    /// <summary>What this version looks at. A mark of another version counts for nothing: raise it with every rule that is added.</summary>
    public const int Version = 2;

    private const int Page = 4_096;

    /// <summary>Checks the ledger.</summary>
    /// <param name="mark">
    /// What was found sound before. Where the store holds the very same, nothing is looked at again; where its tree had that root at that
    /// size, the signatures up to there are believed.
    /// </param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>What was found, and up to where; refused where the ledger cannot be read.</returns>
    public async Task<Result<AuditedLedger>> RunAsync(AuditMark? mark, CancellationToken cancellationToken)
    {
        if (await GenesisFaultAsync(cancellationToken) is { } other)
        {
            return other.Code == RefusalCode.Corrupt ? AuditedLedger.Unsound(other.Message) : other;
        }

        Refusal? refusal;
        if (mark is not null)
        {
            if (!(await store.ContentsAsync(cancellationToken)).TryGet(out var contents, out refusal))
            {
                return refusal;
            }

            if (contents == mark.Contents)
            {
                return new AuditedLedger(mark, mark.Head.Size, 0, []);
            }
        }

        if (!(await KnownAsync(mark?.Head, cancellationToken)).TryGet(out var known, out refusal))
        {
            return refusal;
        }

        using var fold = new AuditFold(new EntrySignatures(store.ReadBlobAsync, new PastRules(store.ReadBlobAsync, readSigners)), known.Size);
        fold.Start();
        Result<StoreCheck> check;
        ImmutableArray<string> findings;
        try
        {
            check = await store.CheckAsync(fold.Take, cancellationToken);
        }
        finally
        {
            findings = await fold.FinishAsync();
        }

        // what does not follow from the lines comes first: a fold over a broken chain says nothing more
        return !check.TryGet(out var stored, out refusal) ? refusal
            : !stored.Findings.IsEmpty ? new AuditedLedger(null, 0, 0, stored.Findings)
            : new AuditedLedger(findings.IsEmpty ? new AuditMark(stored.Head, stored.Contents) : null, known.Size, fold.Judged, findings);
    }

    private async Task<Refusal?> GenesisFaultAsync(CancellationToken cancellationToken)
    {
        if (genesis is not { } pinned)
        {
            return null;
        }

        return !(await store.ReadAsync(0, 1, cancellationToken)).TryGet(out var lines, out var refusal) ? refusal
            : lines is not [var line] ? null
            : !LedgerEntry.TryVerify(ChainHead.Empty, line, out var entry, out var error) ? LedgerRefusals.Broken(error)
            : entry.Hash == pinned ? null
            : GenesisPin.OtherLedger(pinned, entry.Hash);
    }

    /// <summary>How far the mark reaches: nowhere, where the ledger is not the one that it speaks of.</summary>
    private async Task<Result<TreeHead>> KnownAsync(TreeHead? verified, CancellationToken cancellationToken)
    {
        if (!(await store.HeadAsync(cancellationToken)).TryGet(out var head, out var refusal))
        {
            return refusal;
        }

        return verified is not { Size: > 0 } mark || mark.Size > head.Size ? TreeHead.Empty
            : !(await RootAsync(mark.Size, cancellationToken)).TryGet(out var root, out refusal) ? refusal
            : root == mark.Root ? mark
            : TreeHead.Empty;
    }

    /// <summary>The root over the lines themselves: the stored hashes of the tree may be anybody's.</summary>
    private async Task<Result<Sha256Digest>> RootAsync(long size, CancellationToken cancellationToken)
    {
        var tree = new Frontier();
        var leaves = new Sha256Digest[Page];
        while (tree.Size < size)
        {
            if (!(await store.ReadAsync(tree.Size, (int)Math.Min(Page, size - tree.Size), cancellationToken)).TryGet(out var lines, out var refusal))
            {
                return refusal;
            }

            if (lines.IsEmpty)
            {
                return LedgerRefusals.Broken($"entry {tree.Size} is missing");
            }

            Parallel.For(0, lines.Length, i => leaves[i] = TreeHash.Leaf(lines[i].Span));
            for (var i = 0; i < lines.Length; i++)
            {
                tree.Append(leaves[i]);
            }
        }

        return tree.Root;
    }
}

/// <summary>What an audit of a ledger came to.</summary>
/// <param name="Mark">What to remember: everything up to there is sound. Null where something was found.</param>
/// <param name="KnownBefore">How many entries at the beginning were verified by an earlier one.</param>
/// <param name="Judged">How many entries it judged: those of people, and those that change what decides.</param>
/// <param name="Findings">What is wrong, for people; empty where all is well.</param>
public sealed record AuditedLedger(AuditMark? Mark, long KnownBefore, long Judged, ImmutableArray<string> Findings)
{
    internal static AuditedLedger Unsound(string finding) => new(null, 0, 0, [finding]);
}
