using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>
/// What the writer of a process knows of the end of the ledger: the last entry, the edge of the tree over all of them, and how far it
/// is anchored. Other processes append too: it catches up with their lines, which have to follow the chain.
/// </summary>
internal sealed class SqliteTip(IAnchor? anchor)
{
    private LedgerEntry? last;
    private Frontier edge = new();
    private TreeHead? anchored;

    /// <summary>The last entry as the table holds it now.</summary>
    public Result<LastEntry> Read(SqliteSession open)
    {
        long seq;
        byte[] line;
        using (var reader = open.Query("SELECT seq, line FROM entries ORDER BY seq DESC LIMIT 1"))
        {
            if (!reader.Read())
            {
                return last is null ? new LastEntry(null) : LedgerRefusals.Broken("every entry is gone that this process has read");
            }

            seq = reader.GetInt64(0);
            line = SqliteSession.Bytes(reader, 1);
        }

        if (last is not null && line.AsSpan().SequenceEqual(last.Line.Span))
        {
            return new LastEntry(last);
        }

        if (last is not null && (seq < last.Seq || !Holds(open, last)))
        {
            return LedgerRefusals.Broken($"it ends with entry {seq} and does not hold what this process has read before");
        }

        return (last is null ? Begin(open, seq, line) : CatchUp(open, last, seq)) is { } refusal ? refusal : new LastEntry(last);
    }

    /// <summary>The edge of the tree, to be continued by a transaction; <see cref="Take"/> says that it was committed.</summary>
    public Frontier Continue() => edge.Copy();

    /// <summary>Takes what was committed.</summary>
    public void Take(LedgerEntry newest, Frontier tree) => (last, edge) = (newest, tree);

    /// <summary>Has the committed head anchored.</summary>
    /// <returns>Why it is not; null where it is, or where nothing is signed.</returns>
    public Refusal? Anchor(SqliteSession open)
    {
        if (anchor is null)
        {
            return null;
        }

        var head = edge.Head;
        var refusal = anchor.Advance(head, anchored, (older, newer) => Prove(open, older, newer));
        anchored = refusal is null ? head : anchored;
        return refusal;
    }

    /// <summary>Holds the ledger as it is opened against its anchor, and makes the anchor of an empty one.</summary>
    /// <returns>Why the ledger must not be used; null where it may.</returns>
    public static Refusal? Check(SqliteSession open, IAnchor anchor)
    {
        if (!anchor.Read().TryGet(out var reading, out var refusal))
        {
            return refusal;
        }

        var entries = open.Number("SELECT max(seq) + 1 FROM entries") ?? 0;
        var newest = reading.Newest?.Head;
        var there = Sha256Digest.Zero;
        if (newest is { } head && head.Size <= entries)
        {
            if (!TreeQuery.Root(head.Size).Answer(tile => SqliteTree.Tile(open, tile)).TryGet(out var hashes, out refusal))
            {
                return refusal;
            }

            there = hashes[0];
        }

        return AnchorRules.Start(anchor.Name, entries, newest, there) ?? (newest is null ? anchor.Begin() : null);
    }

    /// <summary>The first look: the entry by itself, and the edge out of what is stored of the tree.</summary>
    private Refusal? Begin(SqliteSession open, long seq, byte[] line)
    {
        if (!LedgerEntry.TryReadAlone(line, out var entry, out var error))
        {
            return LedgerRefusals.Broken(error);
        }

        if (entry.Seq != seq)
        {
            return LedgerRefusals.Broken($"it ends with entry {entry.Seq}, stored in the place of entry {seq}");
        }

        if (!TreeQuery.Edge(seq + 1).Answer(tile => SqliteTree.Tile(open, tile)).TryGet(out var peaks, out var refusal))
        {
            return refusal;
        }

        Take(entry, Frontier.Of(seq + 1, peaks));
        return null;
    }

    /// <summary>Takes what others appended since, if it follows from what was known.</summary>
    private Refusal? CatchUp(SqliteSession open, LedgerEntry known, long seq)
    {
        var newest = known;
        var tree = edge.Copy();
        using var reader = open.Query("SELECT line FROM entries WHERE seq > $1 AND seq <= $2 ORDER BY seq", known.Seq, seq);
        while (reader.Read())
        {
            if (!LedgerEntry.TryVerify(newest.Head, SqliteSession.Bytes(reader, 0), out var entry, out var error))
            {
                return LedgerRefusals.Broken(error);
            }

            tree.Append(TreeHash.Leaf(entry.Line.Span));
            newest = entry;
        }

        if (newest.Seq != seq)
        {
            return LedgerRefusals.Broken($"entry {newest.Seq + 1} is missing");
        }

        Take(newest, tree);
        return null;
    }

    private static Result<ConsistencyProof> Prove(SqliteSession open, long older, long newer) =>
        TreeQuery.Consistency(older, newer).Answer(tile => SqliteTree.Tile(open, tile)).TryGet(out var hashes, out var refusal)
            ? new ConsistencyProof(older, newer, hashes)
            : refusal;

    /// <summary>Whether an entry that was read before is still there: a copy put back or a rewrite is not what others appended.</summary>
    private static bool Holds(SqliteSession open, LedgerEntry known)
    {
        using var reader = open.Query("SELECT line FROM entries WHERE seq=$1", known.Seq);
        return reader.Read() && SqliteSession.Bytes(reader, 0).AsSpan().SequenceEqual(known.Line.Span);
    }
}

/// <summary>The last entry, or none: a Result holds no null.</summary>
internal sealed record LastEntry(LedgerEntry? Entry);
