namespace Interlock.Storage;

/// <summary>
/// A lock that belongs to the operating system (<c>flock</c>): whoever has the file open holds it, and it ends with the process, however
/// that ends. The file stays.
/// </summary>
internal static class FileLock
{
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

    /// <summary>Somebody else has it: ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK (Linux 11, macOS 35) elsewhere.</summary>
    public static bool IsHeldElsewhere(IOException error) =>
        error.GetType() == typeof(IOException)
        && error.HResult is unchecked((int)0x80070020) or 11 or 35;
}
