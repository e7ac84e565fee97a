using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>Connections that only read: as many as read at once, kept for the next reader.</summary>
internal sealed class SqliteReaders(string path, SqliteOptions options) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> idle = [];
    private volatile bool disposed;

    /// <summary>Reads on a connection that nobody else reads on.</summary>
    /// <param name="read">What is read; it answers for faults of the ledger, and throws for those of SQLite.</param>
    public Result<T> Read<T>(Func<SqliteSession, Result<T>> read)
        where T : notnull
    {
        SqliteSession? session = null;
        try
        {
            session = idle.TryTake(out var kept) ? kept : SqliteSession.Open(path, options);
            if (session.HasMoved)
            {
                return SqliteRefusals.Moved(path);
            }

            var answer = read(session);
            idle.Add(session);
            session = null;
            if (disposed)
            {
                // whoever disposed meanwhile has already looked for connections to close
                CloseIdle();
            }

            return answer;
        }
        catch (SqliteException error)
        {
            return SqliteRefusals.Of(path, options, error);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>Closes the connections that nobody reads on.</summary>
    public void CloseIdle()
    {
        while (idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    /// <summary>Closes them all: one that is read on now, as soon as that has ended.</summary>
    public void Dispose()
    {
        disposed = true;
        CloseIdle();
    }
}
