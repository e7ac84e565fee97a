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
        var read = SmallFile.Read(path, "the memory of an earlier `fsck`,", AuditMark.MaxBytes);

        // not there: nothing was verified yet
        return !read.TryGet(out _, out var refusal) && refusal.Code == RefusalCode.NotFound ? Array.Empty<byte>() : read;
    }

    /// <summary>Writes it: whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <returns>Why it could not be written; the file is then as it was.</returns>
    public static Refusal? Write(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            SmallFile.Replace(path, bytes);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, "what was verified", error);
        }
    }
}
