using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Interlock.Adapters.Supervision;

/// <summary>The few calls of the C library that the base class library does not offer. Linux only, but for what says otherwise.</summary>
internal static partial class Posix
{
    public const int SignalKill = 9;

    private const int OpenReadWrite = 2;
    private const int FcntlDuplicateCloseOnExec = 1030;
    private const int PrctlSetChildSubreaper = 36;
    private const int WaitNoHang = 1;
    private const int CloseRangeCloseOnExec = 4;

    // numbers from 424 on are the same on every architecture
    private const long SysPidfdSendSignal = 424;
    private const long SysPidfdOpen = 434;
    private const long SysCloseRange = 436;
    private const int ErrorNoSys = 38;

    /// <summary>Leads a session of its own, so that a signal to the engine's terminal or group does not reach it. macOS too.</summary>
    public static void NewSession() => _ = SetSid();

    /// <summary>Orphaned descendants become children of this process instead of leaving its tree.</summary>
    public static bool BecomeSubreaper() => Prctl(PrctlSetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>A copy of a descriptor that no child inherits; invalid on failure.</summary>
    public static SafeFileHandle DuplicatePrivately(int descriptor) =>
        new(Fcntl(descriptor, FcntlDuplicateCloseOnExec, 3), ownsHandle: true);

    /// <summary>Lets a descriptor be <c>/dev/null</c>. macOS too.</summary>
    public static bool PointAtNull(int descriptor)
    {
        // inherited on purpose, as a standard descriptor is: the flag against it has another number on every system
        var opened = Open("/dev/null", OpenReadWrite, 0);
        if (opened < 0)
        {
            return false;
        }

        if (opened == descriptor)
        {
            // it was closed, and the lowest free number is what open(2) gives
            return true;
        }

        var done = Dup2(opened, descriptor) == descriptor;
        _ = Close(opened);
        return done;
    }

    /// <summary>No descriptor but 0, 1 and 2 reaches a child, whoever opened it. Best effort (Linux 5.11).</summary>
    public static void KeepDescriptorsFromChildren() => _ = Syscall(SysCloseRange, 3, uint.MaxValue, CloseRangeCloseOnExec, 0);

    /// <summary>Collects a dead child so that it does not stay as a zombie.</summary>
    public static void Reap(int processId) => _ = WaitPid(processId, out _, WaitNoHang);

    /// <summary>
    /// Kills one process. It is pinned first and looked at again, so that a number that another program has got meanwhile
    /// is left alone.
    /// </summary>
    public static void Kill(int processId, Func<bool> stillTheSame)
    {
        var pinned = (int)Syscall(SysPidfdOpen, processId, 0, 0, 0);
        if (pinned < 0)
        {
            if (Marshal.GetLastPInvokeError() == ErrorNoSys && stillTheSame())
            {
                _ = KillNumber(processId, SignalKill);
            }

            return;
        }

        if (stillTheSame())
        {
            _ = Syscall(SysPidfdSendSignal, pinned, SignalKill, 0, 0);
        }

        _ = Close(pinned);
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int WaitPid(int processId, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int KillNumber(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long Syscall(long number, long a, long b, long c, long d);
}
