using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Interlock.Storage;

/// <summary>
/// One connection and its prepared statements; used by one thread at a time. Text is bound and read as UTF-8 bytes
/// (<c>CAST($1 AS TEXT)</c>), because the wrapper cuts text at a NUL.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    private readonly int busyMilliseconds;

    private SqliteSession(SqliteConnection connection, SqliteOptions options)
    {
        this.connection = connection;
        busyMilliseconds = (int)options.BusyTimeout.TotalMilliseconds;
    }

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>
    /// Whether the path no longer leads to the file that is open: deleted, renamed or replaced. SQLite would go on writing
    /// into a file that nobody will ever find again.
    /// </summary>
    public bool HasMoved => SqliteNative.HasMoved(connection);

    /// <summary>Opens an existing file.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteSession Open(string path, SqliteOptions options)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,

            // the wrapper's own retries sleep 150 ms at a time; SQLite's busy handler below waits in single milliseconds
            DefaultTimeout = 1,
        };
        var connection = new SqliteConnection(text.ToString());
        var session = new SqliteSession(connection, options);
        try
        {
            connection.Open();
            _ = raw.sqlite3_busy_timeout(connection.Handle, session.busyMilliseconds);

            // durable means on the disk: FULL syncs the log at each commit; fullfsync matters on macOS only
            session.Execute("PRAGMA synchronous=FULL");
            session.Execute("PRAGMA fullfsync=ON");
            session.Execute("PRAGMA checkpoint_fullfsync=ON");

            // an import of 64 MiB must not leave a log of that size behind for good
            session.Execute("PRAGMA journal_size_limit=16777216");

            // the file may have been tampered with: no functions from its schema, every page checked as it is read
            session.Execute("PRAGMA trusted_schema=OFF");
            session.Execute("PRAGMA cell_size_check=ON");
            if (options.MaxDatabaseBytes is { } limit)
            {
                var page = session.Number("PRAGMA page_size") ?? 4096;
                session.Execute($"PRAGMA max_page_count={Math.Max(1, limit / page)}");
            }

            return session;
        }
        catch (SqliteException)
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement to its end.</summary>
    public void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var reader = Query(sql, values);
        while (reader.Read())
        {
            // a PRAGMA answers with rows; nobody wants them
        }
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    public long? Number(string sql, params ReadOnlySpan<object> values)
    {
        using var reader = Query(sql, values);
        return reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;
    }

    /// <summary>Starts a query; dispose the reader before the same text is used again.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "every text is a constant of this project; values are bound")]
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] is string text ? Encoding.UTF8.GetBytes(text) : values[i];
        }

        return command.ExecuteReader();
    }

    /// <summary>Tries once to start a transaction that may write.</summary>
    /// <returns>False where another connection is writing.</returns>
    /// <exception cref="SqliteException">Anything else is wrong.</exception>
    public bool TryBegin()
    {
        var handle = connection.Handle;
        _ = raw.sqlite3_busy_timeout(handle, 0);
        var code = raw.sqlite3_exec(handle, "BEGIN IMMEDIATE");
        _ = raw.sqlite3_busy_timeout(handle, busyMilliseconds);
        return (code & 0xff) switch
        {
            0 => true,
            SqliteCode.Busy or SqliteCode.Locked => false,
            var primary => throw new SqliteException(raw.sqlite3_errmsg(handle).utf8_to_string(), primary, code),
        };
    }

    /// <summary>Ends an open transaction without its writes.</summary>
    /// <returns>Whether the connection is fit for further use.</returns>
    public bool TryRollback()
    {
        try
        {
            // a full disk makes SQLite roll back by itself
            if (InTransaction)
            {
                Execute("ROLLBACK");
            }

            return !InTransaction;
        }
        catch (SqliteException)
        {
            // nothing was committed and nothing will be: the caller closes the connection
            return false;
        }
    }

    /// <summary>The text of a column, with every byte of it.</summary>
    public static string Text(SqliteDataReader reader, int column) => Encoding.UTF8.GetString(Bytes(reader, column));

    /// <summary>The bytes of a column where SQLite holds them, until the next row is read: for those that are only hashed.</summary>
    public static ReadOnlySpan<byte> Span(SqliteDataReader reader, int column) => raw.sqlite3_column_blob(reader.Handle, column);

    /// <summary>The bytes of a column.</summary>
    public static byte[] Bytes(SqliteDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public void Dispose()
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
