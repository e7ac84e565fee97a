namespace Interlock.Storage;

/// <summary>A file with a secret: made with mode 0600, never over another, and not read where anybody else may.</summary>
public static class SecretFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes the file, and puts its bytes and its name on the disk.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="what">What it is, for people: "the log key".</param>
    /// <param name="content">Its bytes.</param>
    /// <returns>Why not; null where it is done. An existing file is never replaced.</returns>
    public static Refusal? Create(string path, string what, ReadOnlySpan<byte> content)
    {
        try
        {
            using (var file = PrivateFiles.Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
            return null;
        }
        catch (IOException) when (Path.Exists(path))
        {
            return Refusal.Of(RefusalCode.Forbidden, $"{what} `{path}` is there already and is never replaced; name another file, or move it away");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, what, error);
        }
    }

    /// <summary>Reads the whole file.</summary>
    /// <param name="path">The file, a regular one.</param>
    /// <param name="what">What it is, for people.</param>
    /// <param name="maxBytes">The most that it may hold.</param>
    /// <returns>Its bytes, the caller's to wipe; refused where others than its owner may read or write it.</returns>
    public static Result<byte[]> Read(string path, string what, int maxBytes)
    {
        if (RegularFile.ReadFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"{what} `{path}` cannot be read: {fault}");
        }

        try
        {
            using var file = File.OpenHandle(path);

            // asked of the open file, not of its name: the name may lead elsewhere a moment later
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            {
                return Refusal.Of(
                    RefusalCode.Forbidden, $"{what} `{path}` may be used by others than its owner; run `chmod 600` on it, and make a new one if anybody else was here");
            }

            var buffer = new byte[maxBytes + 1];
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
            }

            return length > maxBytes
                ? Refusal.Of(RefusalCode.TooLarge, $"{what} `{path}` is larger than {maxBytes} bytes; name the right file")
                : buffer[..length];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Unreadable(path, what, error);
        }
    }
}
