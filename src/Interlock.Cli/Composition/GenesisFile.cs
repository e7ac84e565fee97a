using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Files;
using Interlock.Policies;

namespace Interlock.Cli.Composition;

/// <summary>
/// The file that pins which ledger counts: one line, the digest of its first entry as 64 lower-case hexadecimal digits. It is to belong to
/// somebody else than the user as whom agents run.
/// </summary>
internal static class GenesisFile
{
    private const int Line = (2 * Sha256Digest.Size) + 1;
    private const UnixFileMode Writable = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Reads it; refused with <see cref="RefusalCode.NotFound"/> where it is not there.</summary>
    public static Result<Sha256Digest> Read(string path)
    {
        if (!InputFile.Read(path, "the genesis file", "`interlock governance pin` makes it").TryGet(out var file, out var refusal))
        {
            return refusal;
        }

        var bytes = file.Span;
        return bytes.Length == Line && bytes[^1] == (byte)'\n' && Sha256Digest.TryParse(System.Text.Encoding.ASCII.GetString(bytes[..^1]), out var digest)
            ? digest
            : Refusal.Of(
                RefusalCode.Malformed,
                $"the genesis file `{Plain.Text(path)}` is not one line of 64 lower-case hexadecimal digits; compare it with `interlock governance show`, and put the true one back");
    }

    /// <summary>What a configuration pins: nothing where it is open, or where the file is not there, which is for the engine to refuse.</summary>
    public static Refusal? Pinned(InterlockConfiguration configuration, out Sha256Digest? genesis)
    {
        genesis = null;
        if (configuration.GenesisFile is not { } path || configuration.Approval.Governance.Mode != GovernanceMode.Locked)
        {
            return null;
        }

        if (Read(path).TryGet(out var pinned, out var refusal))
        {
            genesis = pinned;
            return null;
        }

        return refusal.Code == RefusalCode.NotFound ? null : refusal;
    }

    /// <summary>Writes it where it is not there yet; one that is there is never replaced.</summary>
    public static Refusal? Write(string path, Sha256Digest genesis)
    {
        if (NewFile.Write(path, System.Text.Encoding.ASCII.GetBytes($"{genesis}\n")) is { } refusal)
        {
            return refusal;
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        return null;
    }

    /// <summary>Why this user, and with it an agent of this user, could put another digest there; null where they could not.</summary>
    public static string? Weakness(string path) => Weakness(path, IsOwn);

    /// <summary>The same, by who owns what.</summary>
    internal static string? Weakness(string path, Func<string, bool> isOwn)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var real = RealPath.Of(path);
        var folders = real.Steps.Select((step, i) => FolderWeakness(step, isNearest: i == 0, isOwn));
        return isOwn(real.Path) ? "belongs to this user"
            : (File.GetUnixFileMode(real.Path) & Writable) != 0 ? "can be written by others"
            : folders.FirstOrDefault(static weakness => weakness is not null);
    }

    /// <summary>Whoever may write to a folder takes what stands in it away, a whole folder too, and puts another there.</summary>
    private static string? FolderWeakness(RealPathStep step, bool isNearest, Func<string, bool> isOwn)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var where = isNearest ? "lies in a folder" : $"lies beneath {Plain.Text(step.Folder)}, a folder";
        var mode = File.GetUnixFileMode(step.Folder);
        return isOwn(step.Folder) ? $"{where} of this user, who can put another {(isNearest ? "file" : "one")} there"

            // the sticky bit keeps others from what is not theirs; whose a link is, is not looked at
            : (mode & Writable) != 0 && ((mode & UnixFileMode.StickyBit) == 0 || step.IsLink) ? $"{where} that others can write to"
            : null;
    }

    /// <summary>Only who owns a file may set its mode: setting the one that it has changes nothing and tells.</summary>
    private static bool IsOwn(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // a file of somebody else: that is the answer
            return false;
        }
    }
}
