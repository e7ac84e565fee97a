using System.Runtime.InteropServices;

namespace Interlock.Storage;

/// <summary>
/// Puts the names in a folder on the disk (<c>fsync(2)</c> of the folder): what a file holds is of no use after a power failure if
/// the name that leads to it is gone. The base class library opens no folders. Windows keeps names in its own journal.
/// </summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecElsewhere = 0x1000000;

    /// <summary>
    /// Syncs one folder. A folder that may not be read or a file system that syncs no folders is passed over, as SQLite does for
    /// its own files: there is nothing that anybody could do about it.
    /// </summary>
    public static void Sync(string folder)
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
