using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>Refusals that every store words alike.</summary>
public static class LedgerRefusals
{
    /// <summary>No such blob.</summary>
    /// <param name="digest">The digest that was asked for.</param>
    public static Refusal BlobMissing(Sha256Digest digest) => Refusal.Of(
        RefusalCode.NotFound, $"the ledger holds no blob {digest}; run `interlock fsck` if an entry names it");

    /// <summary>A blob that is not there: it was erased where an entry says so.</summary>
    /// <param name="digest">The digest that was asked for.</param>
    /// <param name="archive">The entries of <see cref="StreamId.Archive"/>.</param>
    public static Refusal BlobGone(Sha256Digest digest, IEnumerable<LedgerEntry> archive) =>
        archive.LastOrDefault(entry => entry.Kind == EventKinds.Erased && entry.Event.Text("digest") == digest.ToString()) is { } erased
            ? Refusal.Of(
                RefusalCode.Erased,
                $"the blob {digest} was erased by `{erased.Event.Text("by")}` at {UtcTime.Format(erased.At)}"
                + (erased.Event.Text("reason") is { Length: > 0 } why ? $" ({why})" : "") + "; its digest is all that is left")
            : BlobMissing(digest);

    /// <summary>A blob that does not hash to its digest.</summary>
    /// <param name="digest">The digest that was asked for.</param>
    public static Refusal BlobChanged(Sha256Digest digest) => Refusal.Of(
        RefusalCode.Corrupt, $"the blob {digest} was changed: it no longer hashes to its digest; restore the ledger from a backup");

    /// <summary>A stored line, or the place where one should be, that does not verify.</summary>
    /// <param name="what">What is wrong with it, with its <c>seq</c>.</param>
    public static Refusal Broken(string what) => Refusal.Of(
        RefusalCode.Corrupt, $"the ledger does not verify: {what}; run `interlock fsck`, then restore it from a backup");

    /// <summary>A tile that the store cannot fill.</summary>
    /// <param name="tile">The tile that was asked for.</param>
    /// <param name="held">How many of its hashes the store has.</param>
    public static Refusal TileShort(TreeTile tile, int held) =>
        Broken($"of the {tile.Width} hashes from {tile.First} on, on level {tile.Level} of its tree, it holds {held}");

    /// <summary>An append whose entries were written and whose checkpoint was not: whether it counts is settled by reading again.</summary>
    /// <param name="cause">Why the checkpoint is not in its anchor.</param>
    public static Refusal NotAnchored(Refusal cause) => Refusal.Of(
        RefusalCode.OutcomeUnknown,
        $"the entries were written but not anchored, so nothing may follow from them yet: {cause.Message}; the ledger takes nothing more until"
        + " that is mended and it was read again");

    /// <summary>An append while an earlier one's outcome is not known.</summary>
    public static Refusal ReadAgainFirst { get; } = Refusal.Of(
        RefusalCode.OutcomeUnknown,
        "nothing was written: whether an earlier append took effect is not known, and the ledger must be read again first");
}
