namespace Interlock.Storage;

/// <summary>
/// A file of a few KiB that is ours, and that is only ever replaced whole. A link or a device in its place is not followed: who may put one
/// there could choose what is believed, or what is overwritten.
/// </summary>
internal static class SmallFile
{
    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for people.</param>
    /// <param name="maxBytes">The most that it may hold; of a longer one, one byte more is read.</param>
    /// <returns>Its bytes; <see cref="RefusalCode.NotFound"/> where it is not there, refused otherwise where it cannot be read.</returns>
    public static Result<byte[]> Read(string path, string what, int maxBytes)
    {
        if (RegularFile.ReplaceFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"{what} `{path}` cannot be used: {fault}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[Math.Min(file.Length, maxBytes) + 1];
            return buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Unreadable(path, what, error);
        }
    }

    /// <summary>
    /// Replaces it: written beside its place under a name that nobody else writes to, synced, renamed, and the folder synced. After a crash
    /// it is as it was or as it is to be; what may lie beside it ends in <c>.tmp</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">All that it is to hold.</param>
    /// <param name="keepsMode">Whether it keeps the mode that it has; otherwise, and where it is new, 0600.</param>
    /// <exception cref="IOException">It is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It is as it was.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes, bool keepsMode = false)
    {
        var beside = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var file = PrivateFiles.Open(beside, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                if (keepsMode && !OperatingSystem.IsWindows() && File.Exists(path))
                {
                    File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(path));
                }

                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            // whatever went wrong is the caller's to say: here only nothing is left behind
            File.Delete(beside);
            throw;
        }

        FolderSync.Sync(Path.GetDirectoryName(path) ?? path);
    }
}
