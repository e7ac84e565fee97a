using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>That an entry stands in a tree (RFC 9162, section 2.1.3).</summary>
/// <param name="Index">The entry's <c>seq</c>.</param>
/// <param name="Size">How many entries the tree has.</param>
/// <param name="Hashes">The hashes of the subtrees beside the path from the entry to the root, the nearest first.</param>
public sealed record InclusionProof(long Index, long Size, ImmutableArray<Sha256Digest> Hashes)
{
    /// <summary>Whether the entry stands in the tree of that root. A proof of a wrong form proves nothing.</summary>
    /// <param name="leaf">The entry's hash, see <see cref="TreeHash.Leaf"/>.</param>
    /// <param name="root">The root of the tree of <see cref="Size"/> entries.</param>
    public bool Verify(Sha256Digest leaf, Sha256Digest root)
    {
        if (Index < 0 || Index >= Size)
        {
            return false;
        }

        var (at, last) = (Index, Size - 1);
        var hash = leaf;
        foreach (var beside in Hashes)
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                hash = TreeHash.Node(beside, hash);

                // on the right edge a subtree without a neighbour goes up as it is
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                hash = TreeHash.Node(hash, beside);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    internal static InclusionProof From(ImmutableArray<TreeRange> ranges, long index, long size, Func<int, long, Sha256Digest> node) =>
        new(index, size, [.. ranges.Select(range => range.Hash(node))]);
}
