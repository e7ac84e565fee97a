using System.ComponentModel;
using Interlock.Actions;
using Microsoft.Win32.SafeHandles;

namespace Interlock.Adapters.Files;

/// <summary>
/// The folder of a file, held open, so that what is checked and what is changed are in the same folder whatever is renamed
/// meanwhile. No part of the path beneath the root, and none of the root's, may be a link: the kernel checks that while it opens
/// (openat2, Linux 5.6), not we before it.
/// </summary>
internal sealed class OpenedFolder : IDisposable
{
    /// <summary>How the names of unfinished files start.</summary>
    public const string TemporaryPrefix = ".interlock-";

    private const UnixFileMode NewFileMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly SafeFileHandle folder;

    private OpenedFolder(SafeFileHandle folder) => this.folder = folder;

    /// <summary>Opens the folder of a path; null, with the reason, where that is not possible.</summary>
    public static OpenedFolder? Open(RootedPath path, out string reason)
    {
        if (!OperatingSystem.IsLinux())
        {
            reason = "file actions need Linux 5.6 or later: only there can a path be opened without following links";
            return null;
        }

        using var root = FilePosix.OpenRoot(path.Root, out var error);
        if (root.IsInvalid)
        {
            reason = Explain(error, path.Root);
            return null;
        }

        var opened = FilePosix.OpenFolder(root, path.Folder, out error);
        if (opened.IsInvalid)
        {
            opened.Dispose();
            reason = Explain(error, $"{path.Root}/{path.Folder}");
            return null;
        }

        reason = "";
        return new OpenedFolder(opened);
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    /// <summary>Opens a regular file; null where there is none, with a reason where there is something else.</summary>
    public FileStream? OpenFile(string name, out string? reason)
    {
        reason = null;
        SafeFileHandle? handle = null;
        FileStream? stream = null;
        try
        {
            handle = FilePosix.OpenFile(folder, name, out var error);
            if (handle.IsInvalid)
            {
                reason = error == FilePosix.NoEntry ? null : Explain(error, name);
                return null;
            }

            var isFolder = File.GetAttributes(handle).HasFlag(FileAttributes.Directory);
            stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            handle = null;
            if (stream.CanSeek && !isFolder)
            {
                var regular = stream;
                stream = null;
                return regular;
            }
        }
        catch (Exception odd) when (odd is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // something that the runtime cannot read as a file
        }
        finally
        {
            stream?.Dispose();
            handle?.Dispose();
        }

        reason = $"`{name}` is not a regular file";
        return null;
    }

    /// <summary>Writes a file under a temporary name, durably.</summary>
    /// <param name="key">Names the temporary file: what a crash left behind under it is removed first.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mode">Its permissions; null for 0644.</param>
    /// <param name="reason">Why it could not be written; nothing is left then.</param>
    /// <returns>The temporary name, or null.</returns>
    public string? WriteTemporary(IdempotencyKey key, byte[] bytes, UnixFileMode? mode, out string reason)
    {
        var name = $"{TemporaryPrefix}{key.ToString()[..24]}";
        _ = FilePosix.Unlink(folder, name);
        using var handle = FilePosix.CreateFile(folder, name, out var error);
        if (handle.IsInvalid)
        {
            reason = Explain(error, "its folder");
            return null;
        }

        try
        {
            using var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            stream.Write(bytes);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(handle, mode ?? NewFileMode);
            }

            stream.Flush(flushToDisk: true);
            reason = "";
            return name;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _ = FilePosix.Unlink(folder, name);
            reason = failure.Message;
            return null;
        }
    }

    /// <summary>Gives the temporary file its name, unless the name is taken. 0, or the error; then the temporary file is gone.</summary>
    public int PublishNew(string temporary, string name) => Finish(temporary, FilePosix.RenameNew(folder, temporary, name));

    /// <summary>Gives the temporary file its name, over the file that has it. 0, or the error; then the temporary file is gone.</summary>
    public int PublishOver(string temporary, string name) => Finish(temporary, FilePosix.Rename(folder, temporary, name));

    /// <summary>Removes a file. 0, or the error.</summary>
    public int Remove(string name) => FilePosix.Unlink(folder, name);

    /// <summary>Makes the change durable. 0, or the error.</summary>
    public int Sync() => FilePosix.Sync(folder);

    /// <summary>An error of the kernel in words.</summary>
    public static string Explain(int error, string what) => error switch
    {
        FilePosix.NoEntry => $"`{what}` does not exist",
        FilePosix.TooManyLinks => $"`{what}` is or leads through a symbolic link; name the real path",
        FilePosix.NotADirectory => $"`{what}` is no folder",
        FilePosix.NoSystemCall => "this kernel has no openat2; file actions need Linux 5.6 or later",
        _ => $"`{what}`: {new Win32Exception(error).Message.ToLowerInvariant()}",
    };

    private int Finish(string temporary, int error)
    {
        if (error != 0)
        {
            _ = FilePosix.Unlink(folder, temporary);
        }

        return error;
    }
}
