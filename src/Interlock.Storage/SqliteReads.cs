using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>What the ledger's tables answer. What is stored is believed only after it was looked at.</summary>
internal static class SqliteReads
{
    /// <summary>The newest entry's place in the chain; <see cref="ChainHead.Empty"/> where there is none.</summary>
    public static Result<ChainHead> Head(SqliteSession session, VerifiedLines verified)
    {
        using var reader = session.Query("SELECT seq, line FROM entries ORDER BY seq DESC LIMIT 1");
        if (!reader.Read())
        {
            return ChainHead.Empty;
        }

        var seq = reader.GetInt64(0);
        if (!verified.TryRead(seq, SqliteSession.Bytes(reader, 1), out var entry, out var error))
        {
            return LedgerRefusals.Broken(error);
        }

        return entry.Seq == seq
            ? entry.Head
            : LedgerRefusals.Broken($"entry {entry.Seq} is stored in the place of entry {seq}");
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

    /// <summary>The entries of a stream after those that were seen, none missing.</summary>
    public static Result<ImmutableArray<LedgerEntry>> Stream(SqliteSession session, VerifiedLines verified, StreamVersion seen)
    {
        var stream = seen.Stream;
        var version = seen.Version;
        var entries = ImmutableArray.CreateBuilder<LedgerEntry>();
        using var reader = session.Query(
            "SELECT s.version, s.seq, e.line FROM streams s LEFT JOIN entries e ON e.seq = s.seq"
                + " WHERE s.stream=CAST($1 AS TEXT) AND s.version > $2 ORDER BY s.version",
            stream.Name,
            version);
        while (reader.Read())
        {
            version++;
            var seq = reader.GetInt64(1);
            if (reader.GetInt64(0) != version)
            {
                return LedgerRefusals.Broken($"version {version} of stream `{stream}` is missing");
            }

            if (reader.IsDBNull(2))
            {
                return LedgerRefusals.Broken($"entry {seq}, version {version} of stream `{stream}`, is missing");
            }

            if (!verified.TryRead(seq, SqliteSession.Bytes(reader, 2), out var entry, out var error))
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

    /// <summary>A blob, hashed again; where it is gone, who erased it is looked up.</summary>
    public static Result<ReadOnlyMemory<byte>> Blob(SqliteSession session, VerifiedLines verified, Sha256Digest digest)
    {
        using var reader = session.Query("SELECT bytes FROM blobs WHERE digest=$1", SqliteRows.Key(digest));
        if (!reader.Read())
        {
            return Stream(session, verified, new StreamVersion(StreamId.Archive, 0)).TryGet(out var archive, out var refusal)
                ? LedgerRefusals.BlobGone(digest, archive)
                : refusal;
        }

        ReadOnlyMemory<byte> bytes = SqliteSession.Bytes(reader, 0);
        return Sha256Digest.Of(bytes.Span) == digest ? bytes : LedgerRefusals.BlobChanged(digest);
    }
}
