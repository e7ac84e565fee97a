using System.Diagnostics.CodeAnalysis;

namespace Interlock.Storage;

/// <summary>
/// The folder that holds everything of one installation: <c>ledger.db</c>, its reserve, and <c>executor.lock</c>. Made with mode 0700.
/// </summary>
public sealed class DataFolder
{
    private DataFolder(string path) => Path = path;

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>The ledger's file.</summary>
    public string LedgerPath => System.IO.Path.Combine(Path, "ledger.db");

    /// <summary>The file whose lock makes a process the executor.</summary>
    public string ExecutorLockPath => System.IO.Path.Combine(Path, "executor.lock");

    /// <summary>The bytes that this user may still write to the folder's file system; null where the system does not say.</summary>
    public long? FreeBytes => FreeSpace.Of(Path);

    /// <summary>How much the reserve of the ledger holds, in bytes; 0 where there is none.</summary>
    public long ReserveBytes => new FileInfo(FreeSpace.PathFor(LedgerPath)) is { Exists: true } file ? file.Length : 0;

    /// <summary>A number of bytes as people read it, in MiB.</summary>
    /// <param name="bytes">The bytes.</param>
    public static string SizeText(long bytes) => FreeSpace.Text(bytes);

    /// <summary>Opens a folder, and makes it where there is none.</summary>
    /// <param name="path">The folder.</param>
    public static Result<DataFolder> Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return PrivateFiles.TryCreateFolder(full) is { } refusal ? refusal : new DataFolder(full);
    }

    /// <summary>Opens the ledger of this folder, and makes it where there is none.</summary>
    /// <param name="clock">Gives each entry its time.</param>
    /// <param name="options">How to wait and grow; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Result<SqliteLedgerStore>> OpenLedgerAsync(
        TimeProvider clock,
        SqliteOptions? options,
        CancellationToken cancellationToken) =>
        SqliteLedgerStore.OpenAsync(LedgerPath, clock, options, cancellationToken);

    /// <summary>Makes this process the executor: it alone executes, recovers and sweeps, until it lets go or dies.</summary>
    /// <returns>The lock; <see cref="RefusalCode.Locked"/> where another process holds it.</returns>
    public Result<ExecutorLock> TakeExecutorLock() => ExecutorLock.Take(ExecutorLockPath);

    /// <summary>The same for a caller who does not care why not.</summary>
    /// <param name="executorLock">The lock.</param>
    public bool TryTakeExecutorLock([NotNullWhen(true)] out ExecutorLock? executorLock) =>
        TakeExecutorLock().TryGet(out executorLock, out _);

    /// <summary>Whether some process, perhaps this one, is the executor at this moment.</summary>
    public bool IsExecutorRunning() => ExecutorLock.IsHeld(ExecutorLockPath);
}
