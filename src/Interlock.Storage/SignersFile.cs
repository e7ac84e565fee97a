using System.Text;

namespace Interlock.Storage;

/// <summary>Changes a file that decides whose signature counts: whole or not at all, one after the other, durable before anybody is told.</summary>
public static class SignersFile
{
    // who holds the lock reads and writes one small file
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Makes the file's next text of what stands there, and replaces it whole. The lock file beside it keeps other processes out from the look to the rename: of two changes at once neither is lost. A link is refused, since the
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
            if (held is null)
            {
                return Refusal.Of(
                    RefusalCode.Busy, $"the keys `{path}` are being changed by another process for {Patience.TotalSeconds} s; wait for it or end it, then try again");
            }

            if (RegularFile.ReplaceFault(target) is { } fault)
            {
                return Refusal.Of(RefusalCode.Storage, $"the keys `{path}` cannot be changed: {fault}");
            }

            if (!next().TryGet(out var text, out var refusal))
            {
                return refusal;
            }

            SmallFile.Replace(target, Encoding.UTF8.GetBytes(text), keepsMode: true);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, "the keys", error);
        }
    }
}
