namespace Interlock.Ledger;

/// <summary>
/// Where the newest signed checkpoint of a ledger is kept, away from the ledger: what tells a ledger that was cut or taken back
/// from one that is whole. Every append is answered only after its checkpoint stands here. Calls may wait for a disk or for
/// another process; they come from one thread at a time for each store.
/// </summary>
public interface IAnchor
{
    /// <summary>What it is and where, for messages: "the anchor `path`".</summary>
    string Name { get; }

    /// <summary>The newest checkpoint.</summary>
    /// <returns>The checkpoint, or that there is none; refused where what is there cannot be read or does not verify.</returns>
    Result<AnchorReading> Read();

    /// <summary>Makes the anchor of a ledger that has no entries yet; one that is there is left as it is.</summary>
    /// <returns>Why it cannot; null where there is one now.</returns>
    Refusal? Begin();

    /// <summary>
    /// Compares and swaps, in one step against other processes: reads what is there, judges it by <see cref="AnchorRules.Move"/>, and
    /// where it is earlier signs and writes this one durably.
    /// </summary>
    /// <param name="head">The head that was committed.</param>
    /// <param name="known">An earlier head that the caller's tree is known to have grown from; null for none.</param>
    /// <param name="prove">Proves from the caller's tree that the one size is the beginning of the other.</param>
    /// <returns>Why it does not stand there now; null where a checkpoint of this head or a later one does.</returns>
    Refusal? Advance(TreeHead head, TreeHead? known, Func<long, long, Result<ConsistencyProof>> prove);
}

/// <summary>What an anchor holds.</summary>
/// <param name="Newest">The newest checkpoint; null where there is none.</param>
public sealed record AnchorReading(SignedCheckpoint? Newest);
