namespace Interlock.Storage;

/// <summary>
/// The lock that makes one process of a data folder the executor. It belongs to the operating system (<c>flock</c>), so it ends
/// with the process, however that ends; the file stays. A lock made of a process id in a file was rejected: ids are used again.
/// </summary>
public sealed class ExecutorLock : IDisposable
{
    /// <summary>Whoever asks <see cref="IsHeld"/> holds a shared lock for some microseconds; a taker outwaits it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly FileStream file;

    private ExecutorLock(FileStream file) => this.file = file;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    internal static Result<ExecutorLock> Take(string path)
    {
        FileStream? taken = null;
        try
        {
            if (!SpinWait.SpinUntil(() => (taken = FileLock.TryTake(path)) is not null, Patience) || taken is null)
            {
                return Refusal.Of(
                    RefusalCode.Locked, $"another process holds `{path}`: it is the executor of this data folder; use it or end it");
            }

            // some file systems answer every lock with yes; there two executors would run one plan
            using var second = FileLock.TryTake(path);
            if (second is not null)
            {
                taken.Dispose();
                return Refusal.Of(
                    RefusalCode.Storage, $"`{path}` lies on a file system that does not lock files; put the data folder on a local disk");
            }

            return new ExecutorLock(taken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            taken?.Dispose();
            return PrivateFiles.Denied(path, "the lock", error);
        }
    }

    internal static bool IsHeld(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException error) when (FileLock.IsHeldElsewhere(error))
        {
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // no file, no lock; and who may not open it hears why when it tries to take it
            return false;
        }
    }
}
