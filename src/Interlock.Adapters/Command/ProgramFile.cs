using Interlock.Adapters.Declarations;
using Interlock.Canonical;

namespace Interlock.Adapters.Command;

/// <summary>The program that a command runs: found once, when the configuration is loaded.</summary>
/// <param name="Path">Its path, absolute.</param>
/// <param name="Digest">SHA-256 of its file: another file under the same name is another definition.</param>
internal sealed record ProgramFile(string Path, Sha256Digest Digest)
{
    /// <summary>Where a bare name is looked for. Fixed: the engine's own PATH may be anyone's.</summary>
    public const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Finds the program; a fault is noted.</summary>
    /// <param name="name">A bare name, an absolute path, or a path relative to the configuration file.</param>
    /// <param name="path">Its place in the declaration.</param>
    /// <param name="environment">The base of relative paths.</param>
    /// <param name="problems">Where faults are noted.</param>
    public static ProgramFile? Find(string name, string path, AdapterEnvironment environment, Problems problems)
    {
        var candidates = name.Contains('/', StringComparison.Ordinal)
            ? [System.IO.Path.GetFullPath(name, environment.BaseDirectory)]
            : SearchPath.Split(':').Select(folder => System.IO.Path.Combine(folder, name));
        var found = candidates.FirstOrDefault(IsExecutable);
        if (found is null)
        {
            problems.Add(path, $"there is no executable file `{name}`; give its absolute path, or one relative to the configuration file");
            return null;
        }

        if (TryDigest(found, out var digest))
        {
            return new ProgramFile(found, digest);
        }

        problems.Add(path, $"`{found}` cannot be read; its digest is part of the definition");
        return null;
    }

    /// <summary>SHA-256 of a file, false where it cannot be read.</summary>
    public static bool TryDigest(string file, out Sha256Digest digest)
    {
        digest = default;
        try
        {
            using var stream = File.OpenRead(file);
            digest = Sha256Digest.FromBytes(System.Security.Cryptography.SHA256.HashData(stream));
            return true;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // the callers say which file, and refuse: what cannot be read is not the program that was described
            return false;
        }
    }

    private static bool IsExecutable(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Executable) != 0);
}
