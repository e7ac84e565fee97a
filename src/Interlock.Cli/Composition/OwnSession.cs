using System.Runtime.InteropServices;

namespace Interlock.Cli.Composition;

/// <summary>Leaves the terminal, the process group and the standard streams of whoever started this process.</summary>
internal static partial class OwnSession
{
    private const int OpenReadWrite = 2;

    /// <summary>
    /// Makes a session of its own (setsid(2)) and points the standard streams at <c>/dev/null</c>, so that a pipe whose other
    /// end is gone cannot end this process. Elsewhere than on Linux and macOS nothing is done.
    /// </summary>
    public static void Enter()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        _ = SetSid();
        var nothing = Open("/dev/null", OpenReadWrite, 0);
        if (nothing < 0)
        {
            return;
        }

        for (var stream = 0; stream <= 2; stream++)
        {
            _ = Dup2(nothing, stream);
        }

        if (nothing > 2)
        {
            _ = Close(nothing);
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
