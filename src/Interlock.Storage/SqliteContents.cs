using Interlock.Canonical;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>
/// Reads all of a ledger file, table after table and each in one order, and takes the digest of it: of the schema and of every row, each value
/// with its length before it. Who found a file sound knows by it that it is still the same file.
/// </summary>
internal static class SqliteContents
{
    private static readonly (SqliteTable Table, string Query)[] Tables =
    [
        (SqliteTable.Schema, "SELECT name, sql FROM sqlite_schema ORDER BY name"),
        (SqliteTable.Entries, "SELECT seq, line FROM entries ORDER BY seq"),
        (SqliteTable.Streams, "SELECT stream, version, seq FROM streams ORDER BY stream, version"),
        (SqliteTable.Plans, "SELECT plan, agent, intent, status, proposed_seq, last_seq FROM plans ORDER BY plan"),
        (SqliteTable.Blobs, "SELECT digest, bytes FROM blobs ORDER BY rowid"),
        (SqliteTable.Tree, "SELECT level, number, hash FROM tree ORDER BY level, number"),
    ];

    /// <summary>Reads one moment of the file.</summary>
    /// <param name="session">The file.</param>
    /// <param name="visitor">Sees the rows as they are read; null where nobody does.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static Sha256Digest Read(SqliteSession session, ISqliteRows? visitor, CancellationToken cancellationToken)
    {
        session.Execute("BEGIN");
        try
        {
            using var hash = new PipelinedHash();
            foreach (var (table, query) in Tables)
            {
                if (table != SqliteTable.Tree || SqliteTree.Has(session))
                {
                    Rows(session, table, query, hash, visitor, cancellationToken);
                }

                // no row is of as many bytes: what ends one table cannot be taken for a value
                hash.End();
                visitor?.End(table);
            }

            return hash.Finish();
        }
        finally
        {
            _ = session.TryRollback();
        }
    }

    private static void Rows(
        SqliteSession session, SqliteTable table, string query, PipelinedHash hash, ISqliteRows? visitor, CancellationToken cancellationToken)
    {
        using var reader = session.Query(query);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();

            // the visitor first: to ask a number for its bytes makes text of it
            visitor?.Row(table, reader);
            for (var column = 0; column < reader.FieldCount; column++)
            {
                hash.Add(SqliteSession.Span(reader, column));
            }
        }
    }
}

/// <summary>The tables of a ledger file, and its schema.</summary>
internal enum SqliteTable
{
    Schema,
    Entries,
    Streams,
    Plans,
    Blobs,
    Tree,
}

/// <summary>Who looks at the rows of a ledger file as they are read, in the order of <see cref="SqliteTable"/>.</summary>
internal interface ISqliteRows
{
    /// <summary>Takes a row; the reader stands on it until this returns.</summary>
    void Row(SqliteTable table, SqliteDataReader reader);

    /// <summary>That was the last row of a table, if it has any; no reader is open.</summary>
    void End(SqliteTable table);
}
