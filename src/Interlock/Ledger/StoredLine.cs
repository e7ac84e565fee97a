using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// A line as it is stored, with what can be said of it by itself: nothing of it depends on the lines before, so that lines are read on all
/// cores, and what is left to do in their order is to compare.
/// </summary>
public sealed class StoredLine
{
    private StoredLine(long seq, ReadOnlyMemory<byte> line, LedgerEntry? alone, Sha256Digest leaf)
    {
        Seq = seq;
        Line = line;
        Alone = alone;
        Leaf = leaf;
    }

    /// <summary>The <c>seq</c> under which it is stored.</summary>
    public long Seq { get; }

    /// <summary>The line, sound or not.</summary>
    public ReadOnlyMemory<byte> Line { get; }

    /// <summary>The line as <see cref="LedgerEntry.TryReadAlone"/> reads it; null where it is no entry.</summary>
    public LedgerEntry? Alone { get; }

    /// <summary>Its hash in the tree.</summary>
    public Sha256Digest Leaf { get; }

    /// <summary>Reads a line.</summary>
    /// <param name="seq">The <c>seq</c> under which it is stored.</param>
    /// <param name="line">The line.</param>
    public static StoredLine Read(long seq, ReadOnlyMemory<byte> line) =>
        new(seq, line, LedgerEntry.TryReadAlone(line, out var alone, out _) ? alone : null, TreeHash.Leaf(line.Span));
}

/// <summary>Gets the entries of a chain, each once it is known to follow from the one before it.</summary>
/// <param name="entry">The entry.</param>
/// <param name="leaf">Its hash in the tree.</param>
public delegate void EntryVisitor(LedgerEntry entry, Sha256Digest leaf);
