using System.Runtime.InteropServices;

namespace Interlock.Storage;

/// <summary>Exchanges two files in one step (<c>renameat2(2)</c>), and syncs what one holds (<c>fdatasync(2)</c>): the base class library has neither.</summary>
internal static partial class AnchorSwap
{
    private const int CurrentFolder = -100;
    private const uint Exchange = 2;

    /// <summary>Puts a file in the place of another. Both stay where the system can exchange them; else the one takes the other's place.</summary>
    /// <returns>Whether both stayed.</returns>
    /// <exception cref="IOException">It cannot be done; both are as they were.</exception>
    public static bool Replace(string path, string spare)
    {
        if (OperatingSystem.IsLinux() && TryExchange(spare, path))
        {
            return true;
        }

        File.Move(spare, path, overwrite: true);
        return false;
    }

    /// <summary>Puts the bytes of a file on the disk; its times may follow later.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public static void Sync(FileStream file)
    {
        file.Flush();
        if (!OperatingSystem.IsLinux())
        {
            file.Flush(flushToDisk: true);
        }
        else if (SyncData(file.SafeFileHandle) != 0)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }
    }

    private static bool TryExchange(string one, string other)
    {
        try
        {
            // refused by file systems that cannot; whatever else is wrong, the rename that follows says
            return RenameAt(CurrentFolder, one, CurrentFolder, other, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            // a C library before 2018
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt(int oneFolder, string one, int otherFolder, string other, uint flags);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncData(SafeHandle file);
}
