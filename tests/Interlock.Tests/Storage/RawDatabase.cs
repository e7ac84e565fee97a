using Microsoft.Data.Sqlite;

namespace Interlock.Tests.Storage;

/// <summary>Somebody else at the database file: another process, or a hand that should not be there.</summary>
internal sealed class RawDatabase : IDisposable
{
    private readonly SqliteConnection connection;

    public RawDatabase(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA2100", Justification = "the statements are written in the tests")]
    public object? Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public static void Run(string path, string sql)
    {
        using var raw = new RawDatabase(path);
        raw.Execute(sql);
    }

    public void Dispose() => connection.Dispose();
}
