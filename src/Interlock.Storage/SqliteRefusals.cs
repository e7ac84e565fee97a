using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>Says for people what SQLite says in numbers: which file, what, and the mend.</summary>
internal static class SqliteRefusals
{
    /// <summary>A refusal for a failure after which nothing has been written.</summary>
    public static Refusal Of(string path, SqliteOptions options, SqliteException error)
    {
        var (code, what) = error.SqliteErrorCode switch
        {
            SqliteCode.Busy or SqliteCode.Locked => (RefusalCode.Storage, Locked(options)),
            SqliteCode.Full when options.MaxDatabaseBytes is { } limit => (RefusalCode.Storage,
                $"cannot grow: its disk is full or it has reached its limit of {limit} bytes; free space or raise the limit"),
            SqliteCode.Full => (RefusalCode.Storage, "cannot grow: its disk is full; free space and try again"),
            SqliteCode.ReadOnly or SqliteCode.Permission => (RefusalCode.Storage,
                "is read-only, or its folder is; make both writable for this user"),
            SqliteCode.CannotOpen => (RefusalCode.Storage,
                "cannot be opened; check that its folder exists and that this user may read and write both"),
            SqliteCode.IoError => (RefusalCode.Storage,
                $"cannot be read or written (input/output error {error.SqliteExtendedErrorCode}); check its disk"),
            SqliteCode.Corrupt => (RefusalCode.Corrupt, "is damaged; restore it from a backup"),
            SqliteCode.NotADatabase => (RefusalCode.Corrupt,
                "is not a database; it was overwritten or the path is wrong: name another file or restore it from a backup"),
            SqliteCode.TooBig => (RefusalCode.TooLarge, "cannot take a blob of this size; make it smaller"),
            _ => (RefusalCode.Storage, $"failed with SQLite error {error.SqliteExtendedErrorCode}; run `interlock doctor`"),
        };
        return Refusal.Of(code, $"the ledger `{path}` {what}");
    }

    /// <summary>A refusal where the bound of the wait ran out.</summary>
    public static Refusal Busy(string path, SqliteOptions options) =>
        Refusal.Of(RefusalCode.Storage, $"the ledger `{path}` {Locked(options)}");

    /// <summary>A refusal for a file that is no longer at its path.</summary>
    public static Refusal Moved(string path) => Refusal.Of(
        RefusalCode.Storage,
        $"the ledger `{path}` was deleted, moved or replaced while it was open; put the file back, then start this process again");

    /// <summary>A refusal for a commit of which nobody knows whether it took effect.</summary>
    public static Refusal Unknown(string path, SqliteException error) => Refusal.Of(
        RefusalCode.OutcomeUnknown,
        $"the ledger `{path}` failed while committing (SQLite error {error.SqliteExtendedErrorCode}): whether the entries were"
        + " written is not known; read the ledger again before anything else");

    private static string Locked(SqliteOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"is locked by another process for {options.BusyTimeout.TotalSeconds:0.#} s; wait for it or end it, then try again");
}
