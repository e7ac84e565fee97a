using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>Feeds a ledger file to <see cref="LedgerCheck"/>: one snapshot, in the order of the chain.</summary>
internal static class SqliteCheck
{
    private const int Page = 1_024;

    /// <summary>Checks everything in the file.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static Result<StoreCheck> Run(SqliteSession session, CancellationToken cancellationToken)
    {
        var check = new LedgerCheck();
        session.Execute("BEGIN");
        try
        {
            Structure(session, check);
            Entries(session, check, cancellationToken);
            if (SqliteTree.Blocks(session) is { } blocks)
            {
                check.Blocks(blocks);
            }

            StreamEnds(session, check);
            Plans(session, check);
            Blobs(session, check, cancellationToken);
            return new StoreCheck(check.Finish(), check.Head, SqliteContents.Within(session, cancellationToken));
        }
        finally
        {
            _ = session.TryRollback();
        }
    }

    private static void Structure(SqliteSession session, LedgerCheck check)
    {
        using (var reader = session.Query("PRAGMA integrity_check(20)"))
        {
            while (reader.Read())
            {
                if (reader.GetString(0) is not "ok" and var problem)
                {
                    check.Report($"the database file is damaged: {problem}");
                }
            }
        }

        foreach (var difference in LedgerSchema.Differences(session))
        {
            check.Report($"the database was altered: {difference}");
        }
    }

    private static void Entries(SqliteSession session, LedgerCheck check, CancellationToken cancellationToken)
    {
        using var indexed = session.Query("SELECT stream, version, seq FROM streams ORDER BY seq");
        var more = indexed.Read();
        using var entries = session.Query("SELECT seq, line FROM entries ORDER BY seq");
        foreach (var page in Pages(entries))
        {
            cancellationToken.ThrowIfCancellationRequested();

            // what costs is to parse and to hash, and a line is read by itself as well: whether it follows is then only compared
            var alone = new LedgerEntry?[page.Count];
            _ = Parallel.For(0, page.Count, i => alone[i] = LedgerEntry.TryReadAlone(page[i].Line, out var entry, out _) ? entry : null);
            for (var i = 0; i < page.Count; i++)
            {
                more = Entry(page[i].Seq, check.Entry(page[i].Seq, page[i].Line, alone[i]), indexed, more, check);
            }
        }

        _ = SkipOrphans(indexed, more, long.MaxValue, check);
    }

    /// <summary>Compares the index rows of an entry with those that follow from it.</summary>
    private static bool Entry(
        long seq, ImmutableArray<StreamVersion>? expected, SqliteDataReader indexed, bool more, LedgerCheck check)
    {
        more = SkipOrphans(indexed, more, seq, check);
        var stored = new HashSet<(string Stream, long Version)>();
        for (; more && indexed.GetInt64(2) == seq; more = indexed.Read())
        {
            _ = stored.Add((SqliteSession.Text(indexed, 0), indexed.GetInt64(1)));
        }

        // a line that is no entry has been reported; what its streams were cannot be known
        foreach (var (stream, version) in expected ?? [])
        {
            if (!stored.Remove((stream.Name, version)))
            {
                check.Report($"entry {seq} is not indexed as version {version} of stream `{stream}`");
            }
        }

        foreach (var (stream, version) in expected is null ? [] : stored)
        {
            check.Report($"entry {seq} is indexed as version {version} of stream `{stream}`, which it is not");
        }

        return more;
    }

    private static IEnumerable<List<(long Seq, byte[] Line)>> Pages(SqliteDataReader entries)
    {
        var page = new List<(long Seq, byte[] Line)>(Page);
        while (entries.Read())
        {
            page.Add((entries.GetInt64(0), SqliteSession.Bytes(entries, 1)));
            if (page.Count == Page)
            {
                yield return page;
                page.Clear();
            }
        }

        yield return page;
    }

    /// <summary>Index rows below a <c>seq</c> that no entry has taken: the entry is gone.</summary>
    private static bool SkipOrphans(SqliteDataReader indexed, bool more, long seq, LedgerCheck check)
    {
        for (; more && indexed.GetInt64(2) < seq; more = indexed.Read())
        {
            check.Report($"entry {indexed.GetInt64(2)}, indexed as version {indexed.GetInt64(1)}"
                + $" of stream `{SqliteSession.Text(indexed, 0)}`, is missing");
        }

        return more;
    }

    private static void StreamEnds(SqliteSession session, LedgerCheck check)
    {
        using var reader = session.Query("SELECT stream, max(version) FROM streams GROUP BY stream");
        while (reader.Read())
        {
            check.StreamEnd(SqliteSession.Text(reader, 0), reader.GetInt64(1));
        }
    }

    private static void Plans(SqliteSession session, LedgerCheck check)
    {
        using var reader = session.Query("SELECT plan, agent, intent, status, proposed_seq, last_seq FROM plans");
        while (reader.Read())
        {
            if (SqliteRows.Read(reader) is { } row)
            {
                check.Row(row);
            }
            else
            {
                check.Report($"the list of plans holds `{SqliteSession.Text(reader, 0)}`, which is not the id of a plan");
            }
        }
    }

    private static void Blobs(SqliteSession session, LedgerCheck check, CancellationToken cancellationToken)
    {
        using var reader = session.Query("SELECT digest, bytes FROM blobs");
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = SqliteSession.Bytes(reader, 0);
            if (key.Length == Sha256Digest.Size)
            {
                check.Blob(Sha256Digest.FromBytes(key), SqliteSession.Bytes(reader, 1));
            }
            else
            {
                check.Report($"a blob is stored under {key.Length} bytes, which is not a digest");
            }
        }
    }
}
