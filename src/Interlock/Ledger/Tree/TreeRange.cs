using System.Collections.Immutable;
using System.Numerics;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The entries from <paramref name="Start"/> to before <paramref name="End"/> whose root is a hash of a tree: every element of a
/// proof is the root over such a range (RFC 9162, sections 2.1.3.1 and 2.1.4.1).
/// </summary>
internal readonly record struct TreeRange(long Start, long End)
{
    /// <summary>The full subtrees that it is made of, the largest first: their level and their place on it.</summary>
    public IEnumerable<(int Level, long Index)> Subtrees()
    {
        var at = Start;
        while (at < End)
        {
            var level = BitOperations.Log2((ulong)(End - at));
            yield return (level, at >> level);
            at += 1L << level;
        }
    }

    /// <summary>The root over the range.</summary>
    /// <param name="node">The root of a full subtree, by level and place.</param>
    public Sha256Digest Hash(Func<int, long, Sha256Digest> node) => Fold([.. Subtrees().Select(subtree => node(subtree.Level, subtree.Index))]);

    /// <summary>The root over full subtrees that stand side by side, the largest first.</summary>
    public static Sha256Digest Fold(ReadOnlySpan<Sha256Digest> peaks)
    {
        if (peaks.IsEmpty)
        {
            return TreeHash.Empty;
        }

        var root = peaks[^1];
        for (var i = peaks.Length - 2; i >= 0; i--)
        {
            root = TreeHash.Node(peaks[i], root);
        }

        return root;
    }

    /// <summary>The ranges whose roots prove that an entry stands in a tree, the nearest first.</summary>
    public static ImmutableArray<TreeRange> Inclusion(long index, long size)
    {
        var path = new Stack<TreeRange>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + Half(end - start);
            path.Push(index < middle ? new TreeRange(middle, end) : new TreeRange(start, middle));
            (start, end) = index < middle ? (start, middle) : (middle, end);
        }

        return [.. path];
    }

    /// <summary>The ranges whose roots prove that a tree is the beginning of another, in the order of the RFC.</summary>
    public static ImmutableArray<TreeRange> Consistency(long older, long newer)
    {
        var path = new Stack<TreeRange>();
        if (older == 0 || older == newer)
        {
            return [];
        }

        var (start, end) = (0L, newer);
        while (end != older)
        {
            var middle = start + Half(end - start);
            path.Push(older <= middle ? new TreeRange(middle, end) : new TreeRange(start, middle));
            (start, end) = older <= middle ? (start, middle) : (middle, end);
        }

        if (start > 0)
        {
            // a range from 0 is the older tree itself, whose root the verifier has
            path.Push(new TreeRange(start, end));
        }

        return [.. path];
    }

    /// <summary>The largest power of two below a number: where a tree of so many entries divides.</summary>
    private static long Half(long count) => 1L << BitOperations.Log2((ulong)(count - 1));
}
