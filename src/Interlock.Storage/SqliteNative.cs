using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>What the managed wrapper of SQLite does not offer (https://www.sqlite.org/c3ref/file_control.html).</summary>
internal static partial class SqliteNative
{
    private const int HasMovedOperation = 20;

    /// <summary>Whether the open file is no longer the one at its path. Where the system cannot say, no.</summary>
    public static bool HasMoved(SqliteConnection connection)
    {
        var handle = connection.Handle ?? throw new InvalidOperationException("the connection is not open");
        return FileControl(handle, "main", HasMovedOperation, out var moved) == 0 && moved != 0;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(SafeHandle database, string name, int operation, out int value);
}
