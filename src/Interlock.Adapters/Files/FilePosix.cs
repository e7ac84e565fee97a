using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Interlock.Adapters.Files;

/// <summary>Calls of the Linux kernel that open and rename relative to a folder that is held open, and never through a link.</summary>
internal static unsafe partial class FilePosix
{
    public const int NoEntry = 2;
    public const int Exists = 17;
    public const int NotADirectory = 20;
    public const int NotSupportedArgument = 22;
    public const int NoSystemCall = 38;
    public const int TooManyLinks = 40;

    private const int AtCurrentFolder = -100;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const ulong ResolveNoMagicLinks = 2;
    private const ulong ResolveNoSymlinks = 4;
    private const ulong ResolveBeneath = 8;
    private const long SysOpenAt2 = 437;
    private const uint RenameNoReplace = 1;

    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int Folder = Arm ? 0x4000 : 0x10000;
    private static readonly int NoFollow = Arm ? 0x8000 : 0x20000;
    private static readonly long SysRenameAt2 = Arm ? 276 : 316;

    /// <summary>Opens a root, itself without any link in its path.</summary>
    public static SafeFileHandle OpenRoot(string path, out int error) =>
        OpenAt2(AtCurrentFolder, path, Folder | CloseOnExec, 0, ResolveNoSymlinks | ResolveNoMagicLinks, out error);

    /// <summary>Opens a folder beneath an open one.</summary>
    public static SafeFileHandle OpenFolder(SafeFileHandle root, string relative, out int error) =>
        OpenAt2(Number(root), relative, Folder | CloseOnExec, 0, ResolveBeneath | ResolveNoSymlinks | ResolveNoMagicLinks, out error);

    /// <summary>Opens a file in an open folder for reading; a named pipe does not block.</summary>
    public static SafeFileHandle OpenFile(SafeFileHandle folder, string name, out int error) =>
        OpenAt2(
            Number(folder), name, NoFollow | NonBlocking | CloseOnExec, 0, ResolveBeneath | ResolveNoSymlinks | ResolveNoMagicLinks, out error);

    /// <summary>Creates a file in an open folder; it must not exist.</summary>
    public static SafeFileHandle CreateFile(SafeFileHandle folder, string name, out int error) =>
        OpenAt2(
            Number(folder),
            name,
            WriteOnly | Create | Exclusive | NoFollow | CloseOnExec,
            0x180,
            ResolveBeneath | ResolveNoSymlinks | ResolveNoMagicLinks,
            out error);

    /// <summary>Renames within an open folder, over whatever has the new name.</summary>
    /// <returns>0, or the error.</returns>
    public static int Rename(SafeFileHandle folder, string from, string to) =>
        RenameAt(Number(folder), from, Number(folder), to) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Renames within an open folder unless something has the new name already.</summary>
    /// <returns>0, or the error.</returns>
    public static int RenameNew(SafeFileHandle folder, string from, string to)
    {
        var number = Number(folder);
        if (RenameAt2(SysRenameAt2, number, from, number, to, RenameNoReplace) == 0)
        {
            return 0;
        }

        var error = Marshal.GetLastPInvokeError();
        if (error is not (NotSupportedArgument or NoSystemCall))
        {
            return error;
        }

        // a file system without that flag: a hard link is refused just as atomically where the name is taken
        return LinkAt(number, from, number, to, 0) != 0 ? Marshal.GetLastPInvokeError() : Unlink(folder, from);
    }

    /// <summary>Removes a name from an open folder.</summary>
    /// <returns>0, or the error.</returns>
    public static int Unlink(SafeFileHandle folder, string name) =>
        UnlinkAt(Number(folder), name, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Makes the names in a folder durable.</summary>
    /// <returns>0, or the error.</returns>
    public static int Sync(SafeFileHandle folder) => FSync(Number(folder)) == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static SafeFileHandle OpenAt2(int folder, string path, int flags, ulong mode, ulong resolve, out int error)
    {
        var how = stackalloc ulong[] { (ulong)flags, mode, resolve };
        var opened = OpenAt2(SysOpenAt2, folder, path, how, 3 * sizeof(ulong));
        error = opened < 0 ? Marshal.GetLastPInvokeError() : 0;
        return new SafeFileHandle((nint)opened, ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long OpenAt2(long number, long folder, string path, ulong* how, long size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long RenameAt2(long number, long fromFolder, string from, long toFolder, string to, long flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkAt(int fromFolder, string from, int toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkAt(int folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int descriptor);
}
