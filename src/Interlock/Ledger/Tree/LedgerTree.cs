using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// What a store's tree answers, from its tiles. The tiles are as stored, unverified: a root or a proof is worth what it is compared
/// with, a signed checkpoint or the root of a fold that verified every line.
/// </summary>
public static class LedgerTree
{
    /// <summary>The root of the tree of some size.</summary>
    /// <param name="store">The store.</param>
    /// <param name="size">How many entries; not more than the store holds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Result<Sha256Digest>> RootAtAsync(this ILedgerStore store, long size, CancellationToken cancellationToken) =>
        (await AskAsync(store, TreeQuery.Root(size), cancellationToken)).TryGet(out var hashes, out var refusal) ? hashes[0] : refusal;

    /// <summary>The head of the tree over all that the store holds.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Result<TreeHead>> TreeHeadAsync(this ILedgerStore store, CancellationToken cancellationToken) =>
        !(await store.HeadAsync(cancellationToken)).TryGet(out var head, out var refusal) ? refusal
        : (await store.RootAtAsync(head.Size, cancellationToken)).TryGet(out var root, out refusal) ? new TreeHead(head.Size, root)
        : refusal;

    /// <summary>Proves that an entry stands in the tree of some size.</summary>
    /// <param name="store">The store.</param>
    /// <param name="index">The entry's <c>seq</c>.</param>
    /// <param name="size">How many entries the tree has; more than <paramref name="index"/>, not more than the store holds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Result<InclusionProof>> ProveInclusionAsync(
        this ILedgerStore store, long index, long size, CancellationToken cancellationToken) =>
        (await AskAsync(store, TreeQuery.Inclusion(index, size), cancellationToken)).TryGet(out var hashes, out var refusal)
            ? new InclusionProof(index, size, hashes)
            : refusal;

    /// <summary>Proves that the tree of one size is the beginning of that of another.</summary>
    /// <param name="store">The store.</param>
    /// <param name="older">The one size.</param>
    /// <param name="newer">The other, at least as large; not more than the store holds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Result<ConsistencyProof>> ProveConsistencyAsync(
        this ILedgerStore store, long older, long newer, CancellationToken cancellationToken) =>
        (await AskAsync(store, TreeQuery.Consistency(older, newer), cancellationToken)).TryGet(out var hashes, out var refusal)
            ? new ConsistencyProof(older, newer, hashes)
            : refusal;

    private static async Task<Result<ImmutableArray<Sha256Digest>>> AskAsync(
        ILedgerStore store, TreeQuery query, CancellationToken cancellationToken)
    {
        var tiles = new Dictionary<TreeTile, Result<ImmutableArray<Sha256Digest>>>();
        foreach (var tile in query.Tiles)
        {
            tiles[tile] = await store.ReadTileAsync(tile, cancellationToken);
        }

        return query.Answer(tile => tiles[tile]);
    }
}
