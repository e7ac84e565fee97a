using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>A store that is only looked at: every append is refused, whoever asks.</summary>
internal sealed class ReadingLedgerStore(ILedgerStore store) : ILedgerStore
{
    private static readonly AppendAnswer Refused = new AppendAnswer.Refused(
        Refusal.Of(RefusalCode.Forbidden, "the ledger was opened for reading; nothing was written"));

    public Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken) => Task.FromResult(Refused);

    public Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken) => store.HeadAsync(cancellationToken);

    public Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(long fromSeq, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(fromSeq, limit, cancellationToken);

    public Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken) =>
        store.ReadTileAsync(tile, cancellationToken);

    public Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken) =>
        store.ReadStreamAsync(seen, cancellationToken);

    public Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        store.ReadBlobAsync(digest, cancellationToken);

    public Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken) =>
        store.ListPlansAsync(query, cancellationToken);

    public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken) =>
        store.WaitAsync(size, bound, cancellationToken);

    public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) =>
        store.WaitAsync(seen, bound, cancellationToken);

    public Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken) => store.ReopenAsync(cancellationToken);

    public Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken) => store.CheckAsync(visit, cancellationToken);

    public Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken) => store.ContentsAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
