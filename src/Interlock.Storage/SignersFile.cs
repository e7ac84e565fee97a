using System.Text;

namespace Interlock.Storage;

/// <summary>Changes a file that decides whose signature counts: whole or not at all, one after the other, durable before anybody is told.</summary>
public static class SignersFile
{
    // who holds the lock reads and writes one small file
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Makes the file's next text of what stands there, writes it beside the file, syncs it, and renames it into place. The lock file beside
    /// it keeps other processes out from the look to the rename: of two changes at once neither is lost. A link is refused, since the
    /// rename would put a file in its place; the mode of the file stays.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="next">Reads what stands there and makes the whole new text of it; called once nobody else can write.</param>
    /// <returns>Why nothing was written; the file is then as it was.</returns>
    public static Refusal? Change(string path, Func<Result<string>> next)
    {
        var target = Path.GetFullPath(path);
        try
        {
            using var held = FileLock.TryTake($"{target}.lock", Patience);
            return held is null ? Refusal.Of(
                    RefusalCode.Busy, $"the keys `{path}` are being changed by another process for {Patience.TotalSeconds} s; wait for it or end it, then try again")
                : RegularFile.ReplaceFault(target) is { } fault ? Refusal.Of(RefusalCode.Storage, $"the keys `{path}` cannot be changed: {fault}")
                : !next().TryGet(out var text, out var refusal) ? refusal
                : Replace(target, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, "the keys", error);
        }
    }

    private static Refusal? Replace(string target, string text)
    {
        var temporary = $"{target}.new";

        // what a crash left there, or a link that somebody put there: neither is written to
        File.Delete(temporary);
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
            }

            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush();
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }

        File.Move(temporary, target, overwrite: true);
        FolderSync.Sync(Path.GetDirectoryName(target) ?? target);
        return null;
    }
}
