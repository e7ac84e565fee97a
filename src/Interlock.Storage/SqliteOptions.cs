using Interlock.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>How a <see cref="SqliteLedgerStore"/> waits and grows.</summary>
public sealed record SqliteOptions
{
    /// <summary>The longest wait for another process that is writing, before an append is refused. Default 10 s.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a waiting reader looks for entries of other processes. Default 40 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>The largest database in bytes; beyond it appends are refused as on a full disk. Null for no limit.</summary>
    public long? MaxDatabaseBytes { get; init; }

    /// <summary>
    /// The free space in bytes below which what can wait is refused (<see cref="Ledger.Append.CanWait"/>). 0 for none. Default 64 MiB.
    /// </summary>
    public long FreeSpaceFloor { get; init; } = 64L << 20;

    /// <summary>
    /// How large a reserve is kept beside the database, in bytes, for what must not wait. At most the floor, or what is given back
    /// of it would let agents in again. 0, the default, makes none; one that is there is used.
    /// </summary>
    public long ReserveBytes { get; init; }

    /// <summary>
    /// Where the newest signed checkpoint is kept. An append is answered only after its checkpoint stands there, and a ledger that does
    /// not agree with it is not opened. Null, the default: nothing is signed.
    /// </summary>
    public IAnchor? Anchor { get; init; }

    /// <summary>Tells how much is free, for tests; null asks the file system.</summary>
    internal Func<long>? FreeSpace { get; init; }

    /// <summary>Called around a commit, for fault tests: an exception stands for what the disk would have answered.</summary>
    internal Action<CommitMoment>? CommitFault { get; init; }
}

/// <summary>Where a commit can fail.</summary>
internal enum CommitMoment
{
    /// <summary>Never passed.</summary>
    Unknown = 0,

    /// <summary>Before anything is durable.</summary>
    Before,

    /// <summary>After everything is durable; only the answer is lost.</summary>
    After,
}

/// <summary>Result codes of SQLite that are told apart (https://www.sqlite.org/rescode.html).</summary>
internal static class SqliteCode
{
    public const int Permission = 3;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int ReadOnly = 8;
    public const int IoError = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int TooBig = 18;
    public const int NotADatabase = 26;

    public static bool IsBusy(SqliteException error) => error.SqliteErrorCode is Busy or Locked;
}
