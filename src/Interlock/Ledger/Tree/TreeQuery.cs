using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// A question about a tree that is stored as tiles: which it takes, and what follows from them. A proof takes at most two tiles of
/// each level, however large the tree. Whoever stores reads them; nothing is read here.
/// </summary>
public sealed class TreeQuery
{
    private readonly long size;

    private TreeQuery(long size, ImmutableArray<TreeRange> ranges)
    {
        this.size = size;
        Ranges = ranges;
        Tiles = [.. ranges.SelectMany(range => range.Subtrees()).Select(subtree => TileOf(subtree.Level, subtree.Index)).Distinct()];
    }

    /// <summary>The tiles that the answer follows from.</summary>
    public ImmutableArray<TreeTile> Tiles { get; }

    internal ImmutableArray<TreeRange> Ranges { get; }

    /// <summary>Asks for the root of the tree of some size: one hash.</summary>
    /// <param name="size">How many entries, 0 or more.</param>
    public static TreeQuery Root(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new TreeQuery(size, [new TreeRange(0, size)]);
    }

    /// <summary>Asks for the edge of the tree of some size, see <see cref="Frontier.Of"/>.</summary>
    /// <param name="size">How many entries, 0 or more.</param>
    public static TreeQuery Edge(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new TreeQuery(
            size,
            [.. new TreeRange(0, size).Subtrees().Select(subtree => new TreeRange(subtree.Index << subtree.Level, (subtree.Index + 1) << subtree.Level))]);
    }

    /// <summary>Asks for the hashes of an <see cref="InclusionProof"/>.</summary>
    /// <param name="index">The entry, from 0.</param>
    /// <param name="size">How many entries the tree has, more than <paramref name="index"/>.</param>
    public static TreeQuery Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return new TreeQuery(size, TreeRange.Inclusion(index, size));
    }

    /// <summary>Asks for the hashes of a <see cref="ConsistencyProof"/>.</summary>
    /// <param name="older">How many entries the older tree has, 0 or more.</param>
    /// <param name="newer">How many the newer, at least as many.</param>
    public static TreeQuery Consistency(long older, long newer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(older);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(older, newer);
        return new TreeQuery(newer, TreeRange.Consistency(older, newer));
    }

    /// <summary>What follows from the tiles.</summary>
    /// <param name="read">Reads one of <see cref="Tiles"/>: as many hashes as it is wide.</param>
    public Result<ImmutableArray<Sha256Digest>> Answer(Func<TreeTile, Result<ImmutableArray<Sha256Digest>>> read)
    {
        var tiles = new Dictionary<TreeTile, ImmutableArray<Sha256Digest>>();
        foreach (var tile in Tiles)
        {
            if (!read(tile).TryGet(out var hashes, out var refusal))
            {
                return refusal;
            }

            if (hashes.Length != tile.Width)
            {
                return LedgerRefusals.TileShort(tile, hashes.Length);
            }

            tiles[tile] = hashes;
        }

        return Ranges.Select(range => range.Hash((level, index) => Node(tiles, level, index))).ToImmutableArray();
    }

    private Sha256Digest Node(Dictionary<TreeTile, ImmutableArray<Sha256Digest>> tiles, int level, long index)
    {
        var tile = TileOf(level, index);
        var within = level % TreeTile.Height;
        return TreeHash.Full(tiles[tile].AsSpan().Slice((int)((index << within) - tile.First), 1 << within));
    }

    private TreeTile TileOf(int level, long index)
    {
        var within = level % TreeTile.Height;
        return TreeTile.Of(level / TreeTile.Height, (index << within) >> TreeTile.Height, size);
    }
}
