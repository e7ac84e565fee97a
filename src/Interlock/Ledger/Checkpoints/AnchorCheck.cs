using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>Holds a stored ledger against its anchor.</summary>
public static class AnchorCheck
{
    /// <summary>
    /// Compares by the tree's stored blocks: quick, and as good as they are. The gate compares once more, by the fold of the lines that
    /// it has verified.
    /// </summary>
    /// <param name="store">The ledger.</param>
    /// <param name="anchor">Its anchor.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why the ledger must not be used, see <see cref="AnchorRules.Start"/>; null where it may.</returns>
    public static async Task<Refusal?> CheckAnchorAsync(this ILedgerStore store, IAnchor anchor, CancellationToken cancellationToken)
    {
        // the anchor first: what is appended after it was read makes the ledger longer, never shorter than it
        if (!anchor.Read().TryGet(out var reading, out var refusal)
            || !(await store.HeadAsync(cancellationToken)).TryGet(out var head, out refusal))
        {
            return refusal;
        }

        var there = Sha256Digest.Zero;
        return reading.Newest is { } newest
            && newest.Head.Size <= head.Size
            && !(await store.RootAtAsync(newest.Head.Size, cancellationToken)).TryGet(out there, out refusal)
            ? refusal
            : AnchorRules.Start(anchor.Name, head.Size, reading.Newest?.Head, there);
    }
}
