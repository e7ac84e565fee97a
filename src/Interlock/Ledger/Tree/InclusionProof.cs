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
    public bool Verify(Sha256Digest leaf, Sha256Digest root) =>
        Steps(leaf) is { } steps && (steps is [.., var last] ? last.Node : leaf) == root;

    /// <summary>The way from the entry up to the root, one hash after another.</summary>
    /// <param name="leaf">The entry's hash.</param>
    /// <returns>The steps; null where the proof is of a wrong form.</returns>
    public IReadOnlyList<TreeStep>? Steps(Sha256Digest leaf)
    {
        if (Index < 0 || Index >= Size)
        {
            return null;
        }

        var steps = new List<TreeStep>(Hashes.Length);
        var (at, last) = (Index, Size - 1);
        var hash = leaf;
        foreach (var beside in Hashes)
        {
            if (last == 0)
            {
                return null;
            }

            var isRight = (at & 1) == 1 || at == last;
            steps.Add(isRight ? TreeStep.Of(beside, hash) : TreeStep.Of(hash, beside));
            hash = steps[^1].Node;

            // on the right edge a subtree without a neighbour goes up as it is
            while (isRight && (at & 1) == 0 && at != 0)
            {
                (at, last) = (at >> 1, last >> 1);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 ? steps : null;
    }

    internal static InclusionProof From(ImmutableArray<TreeRange> ranges, long index, long size, Func<int, long, Sha256Digest> node) =>
        new(index, size, [.. ranges.Select(range => range.Hash(node))]);
}

/// <summary>One step of a proof: <c>Node = SHA-256(0x01 ‖ Left ‖ Right)</c>.</summary>
/// <param name="Left">The left hash.</param>
/// <param name="Right">The right hash.</param>
/// <param name="Node">What follows from them.</param>
public readonly record struct TreeStep(Sha256Digest Left, Sha256Digest Right, Sha256Digest Node)
{
    internal static TreeStep Of(Sha256Digest left, Sha256Digest right) => new(left, right, TreeHash.Node(left, right));
}
