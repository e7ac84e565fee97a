using System.Diagnostics.CodeAnalysis;

namespace Interlock.Storage;

/// <summary>
/// A lock that belongs to the operating system (<c>flock</c>): whoever has the file open holds it, and it ends with the process, however
/// that ends. The file stays.
/// </summary>
internal static class FileLock
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    // real time on purpose: a lock of another process does not know a test's clock
    private static readonly TimeProvider RealTime = TimeProvider.System;

    /// <summary>Tries once.</summary>
    /// <returns>The open file, or null where somebody else holds it.</returns>
    /// <exception cref="IOException">Anything else is wrong.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is not this user's.</exception>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return PrivateFiles.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            // what the caller asked
            return null;
        }
    }

    /// <summary>Tries for a while: who holds it does so for a moment.</summary>
    /// <returns>The open file, or null where somebody else held it all the time.</returns>
    /// <exception cref="IOException">Anything else is wrong.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is not this user's.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "the lock is the caller's, who lets go of it")]
    public static FileStream? TryTake(string path, TimeSpan patience)
    {
        var since = RealTime.GetTimestamp();
        var held = TryTake(path);
        if (held is not null)
        {
            return held;
        }

        using var never = new ManualResetEventSlim();
        while (held is null && RealTime.GetElapsedTime(since) < patience)
        {
            _ = never.Wait(Look);
            held = TryTake(path);
        }

        return held;
    }

    /// <summary>Somebody else has it: ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK (Linux 11, macOS 35) elsewhere.</summary>
    public static bool IsHeldElsewhere(IOException error) =>
        error.GetType() == typeof(IOException)
        && error.HResult is unchecked((int)0x80070020) or 11 or 35;
}
