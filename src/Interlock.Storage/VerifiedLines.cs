using System.Diagnostics.CodeAnalysis;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>
/// The entries that this process verified lately. A stored line with the very bytes of one of them needs no second look: a plan's stream
/// is read some dozen times in the life of a plan. The bytes are read from the file each time, so what was changed there is seen.
/// </summary>
internal sealed class VerifiedLines
{
    /// <summary>A power of two; with <see cref="LongestLine"/> it bounds the memory to 8 MiB of lines.</summary>
    private const int Slots = 2_048;

    private const int LongestLine = 4_096;

    // a reference is read and written whole, so no lock is needed: the worst that a race costs is a verification
    private readonly LedgerEntry?[] slots = new LedgerEntry?[Slots];

    /// <summary>Reads a stored line by itself, see <see cref="LedgerEntry.TryReadAlone"/>.</summary>
    /// <param name="seq">Where it is stored.</param>
    /// <param name="line">The line.</param>
    /// <param name="entry">The entry; its own number may be another one, if somebody moved it.</param>
    /// <param name="error">Why the line is refused.</param>
    public bool TryRead(long seq, byte[] line, [NotNullWhen(true)] out LedgerEntry? entry, [NotNullWhen(false)] out string? error)
    {
        entry = Volatile.Read(ref slots[seq & (Slots - 1)]);
        if (entry is not null && entry.Line.Span.SequenceEqual(line))
        {
            error = null;
            return true;
        }

        if (!LedgerEntry.TryReadAlone(line, out entry, out error))
        {
            return false;
        }

        if (line.Length <= LongestLine)
        {
            Volatile.Write(ref slots[seq & (Slots - 1)], entry);
        }

        return true;
    }
}
