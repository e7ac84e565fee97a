using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>What the ledger's tables answer. What is stored is believed only after it was looked at.</summary>
internal static class SqliteReads
{
    /// <summary>The newest entry's place in the chain; <see cref="ChainHead.Empty"/> where there is none.</summary>
    public static Result<ChainHead> Head(SqliteSession session)
    {
        using var reader = session.Query("SELECT seq, line FROM entries ORDER BY seq DESC LIMIT 1");
        if (!reader.Read())
        {
            return ChainHead.Empty;
        }

        if (!LedgerEntry.TryReadAlone(SqliteSession.Bytes(reader, 1), out var entry, out var error))
        {
            return LedgerRefusals.Broken(error);
        }

        return entry.Seq == reader.GetInt64(0)
            ? entry.Head
            : LedgerRefusals.Broken($"entry {entry.Seq} is stored in the place of entry {reader.GetInt64(0)}");
    }

    /// <summary>The lines of some entries, as they are stored.</summary>
    public static Result<ImmutableArray<ReadOnlyMemory<byte>>> Lines(SqliteSession session, long fromSeq, int limit)
    {
        var lines = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        using var reader = session.Query("SELECT line FROM entries WHERE seq >= $1 ORDER BY seq LIMIT $2", fromSeq, (long)limit);
        while (reader.Read())
        {
            lines.Add(SqliteSession.Bytes(reader, 0));
        }

        return lines.DrainToImmutable();
    }

    /// <summary>All entries of a stream, none missing.</summary>
    public static Result<ImmutableArray<LedgerEntry>> Stream(SqliteSession session, StreamId stream)
    {
        var entries = ImmutableArray.CreateBuilder<LedgerEntry>();
        using var reader = session.Query(
            "SELECT s.version, s.seq, e.line FROM streams s LEFT JOIN entries e ON e.seq = s.seq"
                + " WHERE s.stream=CAST($1 AS TEXT) ORDER BY s.version",
            stream.Name);
        while (reader.Read())
        {
            var seq = reader.GetInt64(1);
            if (reader.GetInt64(0) != entries.Count + 1)
            {
                return LedgerRefusals.Broken($"version {entries.Count + 1} of stream `{stream}` is missing");
            }

            if (reader.IsDBNull(2))
            {
                return LedgerRefusals.Broken($"entry {seq}, version {entries.Count + 1} of stream `{stream}`, is missing");
            }

            if (!LedgerEntry.TryReadAlone(SqliteSession.Bytes(reader, 2), out var entry, out var error))
            {
                return LedgerRefusals.Broken(error);
            }

            if (entry.Seq != seq || !entry.Streams.Contains(stream))
            {
                return LedgerRefusals.Broken($"what is stored as entry {seq} does not belong to stream `{stream}`");
            }

            entries.Add(entry);
        }

        return entries.DrainToImmutable();
    }

    /// <summary>A blob, hashed again.</summary>
    public static Result<ReadOnlyMemory<byte>> Blob(SqliteSession session, Sha256Digest digest)
    {
        using var reader = session.Query("SELECT bytes FROM blobs WHERE digest=$1", SqliteRows.Key(digest));
        if (!reader.Read())
        {
            return LedgerRefusals.BlobMissing(digest);
        }

        ReadOnlyMemory<byte> bytes = SqliteSession.Bytes(reader, 0);
        return Sha256Digest.Of(bytes.Span) == digest ? bytes : LedgerRefusals.BlobChanged(digest);
    }
}
