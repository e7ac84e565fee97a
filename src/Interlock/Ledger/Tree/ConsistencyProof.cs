using System.Collections.Immutable;
using System.Numerics;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>That a tree is the beginning of another one: nothing of it was changed or taken out (RFC 9162, section 2.1.4).</summary>
/// <param name="OldSize">How many entries the one has.</param>
/// <param name="NewSize">How many the other.</param>
/// <param name="Hashes">The hashes of subtrees, in the order of the RFC.</param>
public sealed record ConsistencyProof(long OldSize, long NewSize, ImmutableArray<Sha256Digest> Hashes)
{
    /// <summary>Whether the tree of the one root is the beginning of that of the other. A proof of a wrong form proves nothing.</summary>
    /// <param name="oldRoot">The root of the tree of <see cref="OldSize"/> entries.</param>
    /// <param name="newRoot">The root of the tree of <see cref="NewSize"/> entries.</param>
    public bool Verify(Sha256Digest oldRoot, Sha256Digest newRoot)
    {
        if (OldSize < 0 || OldSize > NewSize)
        {
            return false;
        }

        // nothing precedes everything; the RFC leaves this case to whoever uses it
        if (OldSize == 0 || OldSize == NewSize)
        {
            return Hashes.IsEmpty && (OldSize == NewSize ? oldRoot == newRoot : oldRoot == TreeHash.Empty);
        }

        // the older tree is one full subtree: its root begins the path and is left out of the proof
        var path = BitOperations.IsPow2(OldSize) ? Hashes.Insert(0, oldRoot) : Hashes;
        return !path.IsEmpty && Climb(path, oldRoot, newRoot);
    }

    private bool Climb(ImmutableArray<Sha256Digest> path, Sha256Digest oldRoot, Sha256Digest newRoot)
    {
        var shared = BitOperations.TrailingZeroCount(OldSize);
        var (at, last) = ((OldSize - 1) >> shared, (NewSize - 1) >> shared);
        var (old, all) = (path[0], path[0]);
        foreach (var hash in path.AsSpan()[1..])
        {
            if (last == 0)
            {
                return false;
            }

            if ((at & 1) == 1 || at == last)
            {
                (old, all) = (TreeHash.Node(hash, old), TreeHash.Node(hash, all));
                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                all = TreeHash.Node(all, hash);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && old == oldRoot && all == newRoot;
    }

    internal static ConsistencyProof From(ImmutableArray<TreeRange> ranges, long older, long newer, Func<int, long, Sha256Digest> node) =>
        new(older, newer, [.. ranges.Select(range => range.Hash(node))]);
}
