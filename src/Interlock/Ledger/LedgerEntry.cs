using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>The end of a chain: how many entries it has and the hash of the last one (zeros for an empty chain).</summary>
/// <param name="Size">How many entries there are; the next one's <c>seq</c>.</param>
/// <param name="Hash">The hash of the last entry.</param>
public readonly record struct ChainHead(long Size, Sha256Digest Hash)
{
    /// <summary>The head of the empty chain.</summary>
    public static ChainHead Empty => default;
}

/// <summary>
/// One line of the chain: <c>{"event", "hash", "prev", "seq", "ts"}</c> with
/// <c>hash = hex(SHA-256(ASCII(prev) ‖ JCS({seq, ts, prev, event})))</c>. Only <see cref="Next"/> and
/// <see cref="TryVerify"/> make one, so that an entry in hand is an entry whose hash is right.
/// </summary>
public sealed class LedgerEntry
{
    /// <summary>The longest canonical line in bytes, without its line feed.</summary>
    public const int MaxLineBytes = 65_535;

    private static readonly JsonReadOptions LineOptions = new() { MaxBytes = MaxLineBytes, MaxDepth = 64 };

    private LedgerEntry(
        long seq, DateTimeOffset at, Sha256Digest prev, JsonObject @event, ImmutableArray<StreamId> streams, Sha256Digest hash, ReadOnlyMemory<byte> line)
    {
        Seq = seq;
        At = at;
        Prev = prev;
        Event = @event;
        Streams = streams;
        Hash = hash;
        Line = line;
    }

    /// <summary>The place in the chain, from 0 without gaps.</summary>
    public long Seq { get; }

    /// <summary>When it was appended, by the appender's clock, in whole microseconds.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The hash of the entry before.</summary>
    public Sha256Digest Prev { get; }

    /// <summary>What happened; <c>kind</c> says which of <see cref="EventKinds"/>.</summary>
    public JsonObject Event { get; }

    /// <summary>The entry's own hash.</summary>
    public Sha256Digest Hash { get; }

    /// <summary>The canonical line in UTF-8, without a line feed; at most <see cref="MaxLineBytes"/>.</summary>
    public ReadOnlyMemory<byte> Line { get; }

    /// <summary>The event's kind.</summary>
    public string Kind => Event.Text(EventKinds.KindField) ?? string.Empty;

    /// <summary>The streams that the entry belongs to.</summary>
    public ImmutableArray<StreamId> Streams { get; }

    /// <summary>The head of the chain that ends with this entry.</summary>
    public ChainHead Head => new(Seq + 1, Hash);

    /// <summary>Whether this is the entry that comes after a head.</summary>
    /// <param name="head">The head.</param>
    public bool Follows(ChainHead head) => Seq == head.Size && Prev == head.Hash;

    /// <summary>Makes the entry that follows a head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="at">When; cut to microseconds.</param>
    /// <param name="event">What happened.</param>
    public static Result<LedgerEntry> Next(ChainHead head, DateTimeOffset at, JsonObject @event)
    {
        if (EventKinds.StreamsOf(@event) is not { } streams)
        {
            return Refusal.Of(RefusalCode.Malformed, "an event of no known kind, or without what its kind requires, cannot be appended");
        }

        if (Depth(@event) > LineOptions.MaxDepth - 1)
        {
            // what is written must be readable: a deeper line would end the chain for every reader
            return Refusal.Of(RefusalCode.TooLarge, "the event is nested too deeply for an entry; move it into a blob");
        }

        using var made = new ComposedLine(head, at, @event);
        return made.Length <= MaxLineBytes
            ? new LedgerEntry(head.Size, Microseconds(at), head.Hash, @event, streams, made.Hash, made.ToArray())
            : Refusal.Of(
                RefusalCode.TooLarge,
                $"the entry would have {made.Length} bytes and the limit is {MaxLineBytes}; move its text into a blob");
    }

    /// <summary>Reads a line and checks that it is the one that follows a head: canonical form, place, link and hash.</summary>
    /// <param name="head">The head of the chain before the line.</param>
    /// <param name="line">The line without its line feed; the entry keeps it, so nobody may write there afterwards.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="error">Why the line is refused.</param>
    public static bool TryVerify(
        ChainHead head,
        ReadOnlyMemory<byte> line,
        [NotNullWhen(true)] out LedgerEntry? entry,
        [NotNullWhen(false)] out string? error) => TryRead(head, line, out entry, out error);

    /// <summary>Reads a line by itself: canonical form and hash, but not its place in a chain.</summary>
    /// <param name="line">The line without its line feed; the entry keeps it, so nobody may write there afterwards.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="error">Why the line is refused.</param>
    public static bool TryReadAlone(
        ReadOnlyMemory<byte> line,
        [NotNullWhen(true)] out LedgerEntry? entry,
        [NotNullWhen(false)] out string? error) => TryRead(after: null, line, out entry, out error);

    /// <param name="after">The head that it has to follow; null for the one that it says itself.</param>
    /// <param name="line">The line.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="error">Why the line is refused.</param>
    private static bool TryRead(
        ChainHead? after,
        ReadOnlyMemory<byte> line,
        [NotNullWhen(true)] out LedgerEntry? entry,
        [NotNullWhen(false)] out string? error)
    {
        entry = null;
        var expected = after?.Size ?? 0;
        using var parser = new JsonParser(line.Span, LineOptions, canonical: true);
        if (!parser.TryParse(out var syntax))
        {
            error = $"entry {expected}: {syntax.Message}";
            return false;
        }

        var tape = parser.Tape;
        if (!EntryFields.TryFind(tape, out var fields) || !fields.TryDigests(tape, out var prev, out var hash))
        {
            error = $"entry {expected} is not an entry: it needs exactly event, hash, prev, seq and ts";
            return false;
        }

        var seq = JsonTree.Number(tape.Text(fields.Seq));
        var head = after ?? new ChainHead(seq is >= 0 and <= JsonNumber.MaxSafeInteger ? (long)seq : 0, prev);
        error = PlaceFault(head, seq, prev);
        if (error is not null)
        {
            return false;
        }

        if (!UtcTime.TryParse(tape.Quoted(fields.Ts), out var at))
        {
            error = $"entry {head.Size} has a ts that is not ISO 8601 in UTC with microseconds";
            return false;
        }

        if (JsonTree.Build(tape, fields.Event) is not JsonObject @event || EventKinds.StreamsOf(@event) is not { } streams)
        {
            error = $"entry {head.Size} is of a kind that this version does not know; read it with the version that wrote it";
            return false;
        }

        // by construction: the entry is made again from its values, and hash and line have to be what comes of it
        using var made = new ComposedLine(head, at, @event);
        error = made.Hash != hash ? $"entry {head.Size} was changed: its hash is not the hash of its content"
            : !made.Is(line.Span) ? $"entry {head.Size}: {JsonReader.NotAsWritten(line.Span, made.ToArray())?.Message}"
            : null;
        entry = error is null ? new LedgerEntry(head.Size, at, prev, @event, streams, hash, line) : null;
        return entry is not null;
    }

    private static string? PlaceFault(ChainHead head, double seq, Sha256Digest prev) =>
        seq != head.Size ? $"entry {head.Size} has seq {new JsonNumber(seq)}: an entry is missing or out of place"
        : prev != head.Hash ? $"entry {head.Size} does not follow the entry before it: prev is not that entry's hash"
        : null;

    private static int Depth(JsonValue value)
    {
        var deepest = 0;
        switch (value)
        {
            case JsonArray { Items: var items }:
                foreach (var item in items)
                {
                    deepest = Math.Max(deepest, Depth(item));
                }

                return deepest + 1;
            case JsonObject { Members: var members }:
                foreach (var member in members)
                {
                    deepest = Math.Max(deepest, Depth(member.Value));
                }

                return deepest + 1;
            default:
                return 0;
        }
    }

    private static DateTimeOffset Microseconds(DateTimeOffset at) =>
        at.ToUniversalTime().AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond));
}
