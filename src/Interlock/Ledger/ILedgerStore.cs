using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// Where the ledger is kept. A store appends atomically and durably, and hands back bytes; it decides nothing. Whoever
/// reads verifies: entries come out only through <see cref="LedgerEntry.TryVerify"/> where the whole chain is read.
/// </summary>
public interface ILedgerStore : IAsyncDisposable
{
    /// <summary>
    /// Compares every stream read and appends, in one durable transaction. Concurrent appends may share a commit; each is
    /// compared on its own and gets its own answer. After <see cref="AppendAnswer.OutcomeUnknown"/> it refuses until
    /// <see cref="ReopenAsync"/>. Cancellation is honoured only while nothing has been written.
    /// </summary>
    /// <param name="append">What to compare and append.</param>
    /// <param name="cancellationToken">Ends the wait before the write starts.</param>
    Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken);

    /// <summary>The head as stored.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken);

    /// <summary>Stored lines in the order of the chain, as they are, unverified.</summary>
    /// <param name="fromSeq">The first <c>seq</c>.</param>
    /// <param name="limit">How many at the most, 1 to 10,000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(long fromSeq, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// A tile of the tree over the lines (docs/spec/checkpoints.md, tiles), as stored, unverified: on level 0 the hashes of its lines, above
    /// it those of full blocks.
    /// </summary>
    /// <param name="tile">Which, and how wide.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>As many hashes as the tile is wide; refused as corrupt where the ledger does not hold them.</returns>
    Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken);

    /// <summary>
    /// The stored lines of one stream after those that the caller has seen, oldest first. Each is checked on its own (form and hash),
    /// not the chain.
    /// </summary>
    /// <param name="seen">The stream, and how many of its entries to leave out; 0 for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken);

    /// <summary>A blob, hashed again as it is read; one that does not hash to its digest is refused as corrupt.</summary>
    /// <param name="digest">The blob's digest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken);

    /// <summary>A part of the listing, from the projection.</summary>
    /// <param name="query">Which rows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken);

    /// <summary>Waits until the ledger holds more than <paramref name="size"/> entries, whoever wrote them.</summary>
    /// <param name="size">The size that the caller has seen.</param>
    /// <param name="bound">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there are more; false when the bound ran out.</returns>
    Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken);

    /// <summary>Waits until a stream holds more entries than the caller has seen, whoever wrote them.</summary>
    /// <param name="seen">The stream as the caller has seen it.</param>
    /// <param name="bound">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there are more; false when the bound ran out.</returns>
    Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken);

    /// <summary>Reads the stored head again after an unknown outcome; from then on appends are taken again.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken);

    /// <summary>Rebuilds everything that follows from the chain (streams, rows, blob digests) and compares, all of it of one moment.</summary>
    /// <param name="visit">
    /// Gets the entries while each follows from the one before it, in order and on one thread at a time; it may read from the store. Null
    /// where nobody looks at them.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken);

    /// <summary>
    /// A digest of everything that the store holds: lines, streams, rows, blobs, tree. Two that are equal were taken of the same bytes; it is
    /// for comparing with an earlier one of the same store, and means nothing elsewhere.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken);
}
