using System.Collections.Immutable;
using System.Numerics;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The right edge of a tree: the roots of the full subtrees that its entries make up, one for each bit of their number. It is all
/// that appending takes; 1,000,000 entries have seven.
/// </summary>
public sealed class Frontier
{
    private readonly List<Sha256Digest> peaks;

    /// <summary>The edge of a tree without entries.</summary>
    public Frontier()
        : this(0, [])
    {
    }

    private Frontier(long size, List<Sha256Digest> peaks)
    {
        Size = size;
        this.peaks = peaks;
    }

    /// <summary>How many entries there are.</summary>
    public long Size { get; private set; }

    /// <summary>The root over them (RFC 9162, section 2.1.1).</summary>
    public Sha256Digest Root => TreeRange.Fold([.. peaks]);

    /// <summary>Size and root.</summary>
    public TreeHead Head => new(Size, Root);

    /// <summary>Takes up an edge as <see cref="TreeQuery.Edge"/> answers it.</summary>
    /// <param name="size">How many entries there are.</param>
    /// <param name="peaks">The roots of the full subtrees, the largest first.</param>
    public static Frontier Of(long size, ImmutableArray<Sha256Digest> peaks)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(peaks.Length, BitOperations.PopCount((ulong)size), nameof(peaks));
        return new Frontier(size, [.. peaks]);
    }

    /// <summary>Takes the next entry.</summary>
    /// <param name="leaf">Its hash, see <see cref="TreeHash.Leaf"/>.</param>
    /// <param name="completed">Gets the blocks that it completes: those to be stored. Null where nobody stores them.</param>
    public void Append(Sha256Digest leaf, ICollection<TreeBlock>? completed = null)
    {
        var hash = leaf;
        var level = 0;
        for (; (Size >> level & 1) == 1; level++)
        {
            hash = TreeHash.Node(peaks[^1], hash);
            peaks.RemoveAt(peaks.Count - 1);
            if ((level + 1) % TreeTile.Height == 0)
            {
                completed?.Add(new TreeBlock((level + 1) / TreeTile.Height, Size >> (level + 1), hash));
            }
        }

        peaks.Add(hash);
        Size++;
    }

    /// <summary>Another edge that starts from here: what is appended to one is not in the other.</summary>
    public Frontier Copy() => new(Size, [.. peaks]);
}
