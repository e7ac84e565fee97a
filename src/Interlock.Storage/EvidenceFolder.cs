using Interlock.Evidence;

namespace Interlock.Storage;

/// <summary>A bundle of evidence as a folder.</summary>
public static class EvidenceFolder
{
    /// <summary>Writes a bundle. The manifest comes last: a folder without one is no bundle.</summary>
    /// <param name="files">The bundle.</param>
    /// <param name="folder">The folder; not there yet, or empty.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>Why it was not written; null where it was.</returns>
    public static async Task<Refusal?> WriteAsync(EvidenceFiles files, string folder, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(folder);
        try
        {
            if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            {
                return Refusal.Of(RefusalCode.Storage, $"the evidence cannot be written to `{folder}`: something stands there; name a new folder");
            }

            foreach (var name in files.Names.OrderBy(static name => name == EvidenceFiles.Last))
            {
                if (!files.Read(name).TryGet(out var bytes, out var refusal))
                {
                    return refusal;
                }

                var path = Path.Combine(target, name);
                _ = Directory.CreateDirectory(Path.GetDirectoryName(path) ?? target);
                await using var file = PrivateFiles.Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
                await file.WriteAsync(bytes, cancellationToken);
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(folder, "the folder of evidence", error);
        }
    }

    /// <summary>Reads a bundle: regular files in the folder and in folders in it, within the caps of <see cref="EvidenceFiles"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The bundle; refused with the name of the first thing in it that cannot be read.</returns>
    public static async Task<Result<EvidenceFiles>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(folder);
        if (!Directory.Exists(root))
        {
            return Refusal.Of(RefusalCode.NotFound, $"there is no folder `{folder}`; check the path");
        }

        try
        {
            var files = EvidenceFiles.Empty;
            var total = 0L;
            foreach (var (name, path) in Paths(root))
            {
                if (RegularFile.ReplaceFault(path) is { } fault)
                {
                    return new Refusal(RefusalCode.Corrupt, name, fault);
                }

                await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                total += file.Length;
                if (file.Length > EvidenceFiles.MaxFileBytes || total > EvidenceFiles.MaxBytes || files.Count == EvidenceFiles.MaxFiles)
                {
                    return new Refusal(RefusalCode.TooLarge, name, "the folder is larger than any bundle of evidence; name the right one");
                }

                var bytes = new byte[file.Length];
                await file.ReadExactlyAsync(bytes, cancellationToken);
                files = files.With(name, bytes);
            }

            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Unreadable(folder, "the evidence", error);
        }
    }

    /// <summary>What lies in the folder. A folder in a folder of it is handed out as a file, and refused as none.</summary>
    private static IEnumerable<(string Name, string Path)> Paths(string root)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(root))
        {
            var name = Path.GetFileName(path);
            if (!Directory.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                yield return (name, path);
                continue;
            }

            foreach (var below in Directory.EnumerateFileSystemEntries(path))
            {
                yield return ($"{name}/{Path.GetFileName(below)}", below);
            }
        }
    }
}
