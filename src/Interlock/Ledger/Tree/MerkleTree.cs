using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// A whole tree in memory: every full subtree's root, 64 bytes an entry. It answers for each earlier size, which is what an
/// anchor or a signed statement asks of a fold that has verified every line. Others may ask while one appends.
/// </summary>
public sealed class MerkleTree
{
    private readonly Lock gate = new();
    private readonly List<List<Sha256Digest>> levels = [[]];

    /// <summary>How many entries there are.</summary>
    public long Size
    {
        get
        {
            lock (gate)
            {
                return levels[0].Count;
            }
        }
    }

    /// <summary>Size and root of the whole tree.</summary>
    public TreeHead Head
    {
        get
        {
            var size = Size;
            return new TreeHead(size, RootAt(size));
        }
    }

    /// <summary>Takes the next entry.</summary>
    /// <param name="leaf">Its hash, see <see cref="TreeHash.Leaf"/>.</param>
    public void Append(Sha256Digest leaf)
    {
        lock (gate)
        {
            levels[0].Add(leaf);
            for (var level = 0; levels[level].Count % 2 == 0; level++)
            {
                if (levels.Count == level + 1)
                {
                    levels.Add([]);
                }

                levels[level + 1].Add(TreeHash.Node(levels[level][^2], levels[level][^1]));
            }
        }
    }

    /// <summary>The root as it was after so many entries.</summary>
    /// <param name="size">0 to <see cref="Size"/>.</param>
    public Sha256Digest RootAt(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return new TreeRange(0, size).Hash(Node);
    }

    /// <summary>Proves that an entry stands in the tree of some size.</summary>
    /// <param name="index">The entry, from 0.</param>
    /// <param name="size">That size, larger than <paramref name="index"/>, up to <see cref="Size"/>.</param>
    public InclusionProof ProveInclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Size);
        return InclusionProof.From(TreeQuery.Inclusion(index, size).Ranges, index, size, Node);
    }

    /// <summary>Proves that the tree of one size is the beginning of that of another.</summary>
    /// <param name="older">The one size.</param>
    /// <param name="newer">The other, at least as large, up to <see cref="Size"/>.</param>
    public ConsistencyProof ProveConsistency(long older, long newer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newer, Size);
        return ConsistencyProof.From(TreeQuery.Consistency(older, newer).Ranges, older, newer, Node);
    }

    /// <summary>The hashes of a tile.</summary>
    /// <param name="tile">Which; all of it has to be there.</param>
    public IEnumerable<Sha256Digest> Tile(TreeTile tile) =>
        Enumerable.Range(0, tile.Width).Select(i => Node(tile.Level * TreeTile.Height, tile.First + i));

    private Sha256Digest Node(int level, long index)
    {
        lock (gate)
        {
            return levels[level][(int)index];
        }
    }
}
