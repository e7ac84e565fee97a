using Interlock.Canonical;

namespace Interlock.Adapters.Files;

/// <summary>What an effect would change in a file, as text.</summary>
internal static class FilePreview
{
    /// <summary>Describes the change.</summary>
    /// <param name="content">What would be done.</param>
    /// <param name="present">The present bytes; null where there is no file.</param>
    public static string Of(FileContent content, byte[]? present)
    {
        if (present is null && content.Operation != FileOperation.Write)
        {
            return $"`{content.Path.Full}` does not exist: the stage would fail";
        }

        if (present is not null && content.Operation == FileOperation.Write)
        {
            return $"`{content.Path.Full}` exists already: the stage would fail";
        }

        if (content.Expected is { } expected && present is not null && Sha256Digest.Of(present) != expected)
        {
            return $"`{content.Path.Full}` is not the file that the plan expects ({Sha256Digest.Of(present)}): the stage would fail";
        }

        var before = present is null ? "" : FileContent.TryText(present);
        var after = FileContent.TryText(content.Bytes);
        if (before is null || after is null)
        {
            return $"binary: {Binary(present ?? [])} becomes {(content.Operation == FileOperation.Delete ? "nothing" : Binary(content.Bytes))}";
        }

        if (present is not null && content.Operation != FileOperation.Delete && before == after)
        {
            return "no change: the file has this content already";
        }

        return LineDiff.Unified(
            present is null ? "/dev/null" : content.Path.Full,
            content.Operation == FileOperation.Delete ? "/dev/null" : content.Path.Full,
            before,
            after);
    }

    private static string Binary(byte[] bytes) => $"{bytes.Length} bytes with SHA-256 {Sha256Digest.Of(bytes)}";
}
