namespace Interlock.Storage;

/// <summary>Files and folders that only their owner may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Makes a folder with mode 0700 where there is none, and puts its name on the disk: what is acknowledged out of a new folder
    /// must not be gone with the folder after a power failure.
    /// </summary>
    public static Refusal? TryCreateFolder(string path)
    {
        var above = Above(Path.GetFullPath(path)).ToList();
        try
        {
            _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, Folder);
            above.ForEach(FolderSync.Sync);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Denied(path, "the folder", error);
        }
    }

    /// <summary>The folders that hold the name of a folder that is not there yet, the highest last.</summary>
    private static IEnumerable<string> Above(string path)
    {
        for (var next = path; !Directory.Exists(next) && Path.GetDirectoryName(next) is { Length: > 0 } above; next = above)
        {
            yield return above;
        }
    }

    /// <summary>Makes an empty file with mode 0600, and its folder, where there is none; an existing file is left as it is.</summary>
    public static Refusal? TryCreate(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && TryCreateFolder(folder) is { } refusal)
        {
            return refusal;
        }

        if (Directory.Exists(path))
        {
            return Refusal.Of(RefusalCode.Storage, $"the ledger `{path}` is a folder; name a file in it");
        }

        try
        {
            using var file = Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            return null;
        }
        catch (IOException) when (File.Exists(path))
        {
            // it was there, or another process made it first: either way it is left as it is
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Denied(path, "the ledger", error);
        }
    }

    /// <summary>Opens a file; one that is made gets mode 0600.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows() && mode is FileMode.CreateNew or FileMode.OpenOrCreate)
        {
            options.UnixCreateMode = Owner;
        }

        return new FileStream(path, options);
    }

    /// <summary>A refusal for what the operating system refused.</summary>
    public static Refusal Denied(string path, string what, Exception error) => Refusal.Of(
        RefusalCode.Storage,
        error is UnauthorizedAccessException
            ? $"{what} `{path}` cannot be written: it or its folder is not this user's; change its owner or name another place"
            : $"{what} `{path}` cannot be written: {Reason(error)}; mend that or name another place");

    /// <summary>A refusal for a file that could not be read.</summary>
    public static Refusal Unreadable(string path, string what, Exception error) => Refusal.Of(
        error is FileNotFoundException or DirectoryNotFoundException ? RefusalCode.NotFound : RefusalCode.Storage,
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"there is no file `{path}`; check the path",
            UnauthorizedAccessException => $"{what} `{path}` cannot be read: it is a folder or not this user's; check the path",
            _ => $"{what} `{path}` cannot be read: {Reason(error)}; mend that and try again",
        });

    /// <summary>The system's words in our form: lower case first letter, no full stop.</summary>
    private static string Reason(Exception error)
    {
        var text = error.Message.TrimEnd('.');
        return text.Length == 0 ? "the system gives no reason" : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
