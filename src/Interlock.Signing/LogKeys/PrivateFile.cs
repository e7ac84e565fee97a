using System.Runtime.InteropServices;
using Interlock.Canonical;

namespace Interlock.Signing.LogKeys;

/// <summary>A file with a secret: made with mode 0600, never over another, and not read where anybody else may.</summary>
internal static partial class PrivateFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const int ReadOnly = 0;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecElsewhere = 0x1000000;

    /// <summary>Makes a file and puts its bytes and its name on the disk; null where that is done.</summary>
    public static Refusal? Create(string path, string what, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }

        try
        {
            using (var file = new FileStream(path, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
            return null;
        }
        catch (IOException) when (Path.Exists(path))
        {
            return Refusal.Of(
                RefusalCode.Forbidden, $"{what} `{Shown(path)}` is there already and is never replaced; name another file, or move it away");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(
                RefusalCode.Storage,
                $"{what} `{Shown(path)}` cannot be written: {Reason(error)}; make its folder, or name a place that this user may write");
        }
    }

    /// <summary>Reads a whole file of at most so many bytes.</summary>
    public static Result<byte[]> Read(string path, string what, int maxBytes)
    {
        try
        {
            using var file = File.OpenHandle(path);

            // asked of the open file, not of its name: the name may lead elsewhere a moment later
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            {
                return Refusal.Of(
                    RefusalCode.Forbidden, $"{what} `{Shown(path)}` may be used by others than its owner; run `chmod 600` on it, and make a new one if anybody else was here");
            }

            var buffer = new byte[maxBytes + 1];
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
            }

            return length > maxBytes
                ? Refusal.Of(RefusalCode.TooLarge, $"{what} `{Shown(path)}` is larger than {maxBytes} bytes; name the right file")
                : buffer[..length];
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refusal.Of(RefusalCode.NotFound, $"there is no file `{Shown(path)}` for {what}; check the path");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(
                RefusalCode.Storage, $"{what} `{Shown(path)}` cannot be read: {Reason(error)}; check the path and whose file it is");
        }
    }

    private static string Shown(string path) => SafeText.Escape(path, 200);

    /// <summary>The system's words in our form: lower case first letter, no full stop, nothing that steers a terminal.</summary>
    private static string Reason(Exception error)
    {
        var text = SafeText.Escape(error.Message.TrimEnd('.'), 300);
        return text.Length == 0 ? "the system gives no reason" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    /// <summary>Puts the names in a folder on the disk, as far as the file system does that; the base class library opens no folders.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly | (OperatingSystem.IsLinux() ? CloseOnExecLinux : CloseOnExecElsewhere));
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
