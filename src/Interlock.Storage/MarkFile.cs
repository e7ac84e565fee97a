using Interlock.Release;

namespace Interlock.Storage;

/// <summary>
/// The file in which <c>fsck</c> keeps what it verified (<see cref="AuditMark"/>). It lies beside the anchor, where whoever writes the
/// data folder does not write; and if they did, it is signed.
/// </summary>
public static class MarkFile
{
    /// <summary>Where it lies, by the path of the anchor.</summary>
    /// <param name="anchor">The anchor.</param>
    public static string Beside(string anchor) => anchor + ".verified";

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its bytes, none where there is no file; refused where it cannot be read.</returns>
    public static Result<byte[]> Read(string path)
    {
        if (RegularFile.ReplaceFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"what an earlier `fsck` verified, `{path}`, cannot be read: {fault}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[AuditMark.MaxBytes + 1];
            return buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // nothing was verified yet
            return Array.Empty<byte>();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Unreadable(path, "what an earlier `fsck` verified", error);
        }
    }

    /// <summary>Writes it: whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>Why it could not be written; the file is then as it was.</returns>
    public static Refusal? Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var file = PrivateFiles.Open(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, "what was verified", error);
        }
    }
}
