using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// One compare-and-append: "append these events if each stream that I read is still at the version I read". It is the only
/// concurrency control there is.
/// </summary>
public sealed record Append
{
    /// <summary>Every stream that the decision depended on, not only those it writes to.</summary>
    public ImmutableArray<StreamVersion> Reads { get; init; } = [];

    /// <summary>The events, in order; all are appended or none is.</summary>
    public required ImmutableArray<JsonObject> Events { get; init; }

    /// <summary>Blobs that the events name by digest, stored in the same transaction. Bodies, outputs, statements.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Blobs { get; init; } = [];

    /// <summary>
    /// Blobs that are erased in the same transaction, each named by an <c>erased</c> event of this append. What nobody stored is passed over.
    /// </summary>
    public ImmutableArray<Sha256Digest> Erases { get; init; } = [];

    /// <summary>
    /// Whether this can wait: what an agent asks for and what begins something new. Below its floor of free space a store refuses
    /// these; decisions of people, outcomes of what is under way and brakes are never among them.
    /// </summary>
    public bool CanWait { get; init; }

    /// <summary>
    /// Whether to refuse when now is before the last entry's time. A claim sets it: a clock that was set back revives nothing.
    /// </summary>
    public bool RefuseClockBehind { get; init; }

    /// <summary>
    /// Refused as expired when it is written at this time or later; null for no end. A claim sets it to the end of its approval:
    /// between the gate's look at the clock and the write a process may have been suspended for hours.
    /// </summary>
    public DateTimeOffset? RefuseFrom { get; init; }
}

/// <summary>What became of an <see cref="Append"/>. Closed; a caller handles each case.</summary>
public abstract class AppendAnswer
{
    private AppendAnswer()
    {
    }

    /// <summary>Appended and durable.</summary>
    /// <param name="entries">The new entries in order.</param>
    public sealed class Appended(ImmutableArray<LedgerEntry> entries) : AppendAnswer
    {
        /// <summary>The new entries in order.</summary>
        public ImmutableArray<LedgerEntry> Entries { get; } = entries;
    }

    /// <summary>A stream has moved on; nothing was written. Read again and decide again.</summary>
    /// <param name="expected">The stream as it was read.</param>
    /// <param name="actual">Its version now.</param>
    public sealed class Conflict(StreamVersion expected, long actual) : AppendAnswer
    {
        /// <summary>The stream as it was read.</summary>
        public StreamVersion Expected { get; } = expected;

        /// <summary>Its version now.</summary>
        public long Actual { get; } = actual;
    }

    /// <summary>Nothing was written: the clock is behind, the line too long, the disk full, the database read-only.</summary>
    /// <param name="refusal">Why.</param>
    public sealed class Refused(Refusal refusal) : AppendAnswer
    {
        /// <summary>Why.</summary>
        public Refusal Refusal { get; } = refusal;
    }

    /// <summary>
    /// Nobody knows whether it was written. The store takes no further append until the ledger has been read again
    /// (<see cref="ILedgerStore.ReopenAsync"/>).
    /// </summary>
    /// <param name="refusal">What happened.</param>
    public sealed class OutcomeUnknown(Refusal refusal) : AppendAnswer
    {
        /// <summary>What happened.</summary>
        public Refusal Refusal { get; } = refusal;
    }
}
