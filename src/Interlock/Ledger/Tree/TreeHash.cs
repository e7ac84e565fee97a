using System.Buffers;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The hashes of the tree (RFC 9162, section 2.1.1, with SHA-256). The first byte keeps leaves and nodes apart: without it two
/// hashes side by side could be passed off as an entry.
/// </summary>
public static class TreeHash
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    /// <summary>The root of a tree without leaves: the SHA-256 of nothing.</summary>
    public static Sha256Digest Empty { get; } = Sha256Digest.Of([]);

    /// <summary><c>SHA-256(0x00 ‖ entry)</c>.</summary>
    /// <param name="entry">The entry's canonical line, without its line feed.</param>
    public static Sha256Digest Leaf(ReadOnlySpan<byte> entry)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        buffer[0] = LeafPrefix;
        entry.CopyTo(buffer.AsSpan(1));
        var hash = Sha256Digest.Of(buffer.AsSpan(0, entry.Length + 1));
        ArrayPool<byte>.Shared.Return(buffer);
        return hash;
    }

    /// <summary><c>SHA-256(0x01 ‖ left ‖ right)</c>.</summary>
    /// <param name="left">The hash of the left subtree.</param>
    /// <param name="right">The hash of the right subtree.</param>
    public static Sha256Digest Node(Sha256Digest left, Sha256Digest right)
    {
        Span<byte> buffer = stackalloc byte[1 + (2 * Sha256Digest.Size)];
        buffer[0] = NodePrefix;
        left.CopyTo(buffer[1..]);
        right.CopyTo(buffer[(1 + Sha256Digest.Size)..]);
        return Sha256Digest.Of(buffer);
    }

    /// <summary>The root over 2^n hashes that stand side by side on one level.</summary>
    /// <param name="hashes">A power of two of them, at least 1.</param>
    public static Sha256Digest Full(ReadOnlySpan<Sha256Digest> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(System.Numerics.BitOperations.IsPow2(hashes.Length), true, nameof(hashes));
        if (hashes.Length == 1)
        {
            return hashes[0];
        }

        var level = hashes.ToArray().AsSpan();
        for (; level.Length > 1; level = level[..(level.Length / 2)])
        {
            for (var i = 0; i < level.Length / 2; i++)
            {
                level[i] = Node(level[2 * i], level[(2 * i) + 1]);
            }
        }

        return level[0];
    }
}
