using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Interlock.Adapters.Supervision;

/// <summary>
/// The small process that stands between the engine and a command. It holds the whole tree of the command's processes and
/// ends it when the command ends, when the engine asks, and when the engine dies: its standard input is a pipe that only the
/// engine holds open. A parent-death signal was rejected: it fires when the <em>thread</em> that forked ends, and spares
/// grandchildren.
/// </summary>
public static class Supervisor
{
    /// <summary>The first argument of a process that is started as a supervisor.</summary>
    public const string Argument = "supervise";

    /// <summary>The exit code of a process that was asked to supervise but got no request it understands.</summary>
    private const int NotUnderstood = 2;

    /// <summary>
    /// Runs as a supervisor where the arguments say so. Call it first in <c>Main</c> of every program that executes command
    /// actions: Interlock starts that same program again as the supervisor.
    /// </summary>
    /// <param name="args">The arguments of <c>Main</c>.</param>
    /// <param name="exitCode">What <c>Main</c> returns where this answers true.</param>
    /// <returns>Whether this process was a supervisor, and is now done.</returns>
    public static bool TryRun(string[] args, out int exitCode)
    {
        exitCode = 0;
        if (args is not [Argument])
        {
            return false;
        }

        exitCode = Run();
        return true;
    }

    private static int Run()
    {
        using var control = OpenControl();
        using var reports = OpenReports();
        var first = Frame.Read(control);
        if (first.Kind != FrameKind.Run || ChildRequest.Read(first.Payload) is not { } request)
        {
            Console.Error.WriteLine("`supervise` is started by interlock itself; there is nothing to run by hand");
            return NotUnderstood;
        }

        if (OperatingSystem.IsLinux())
        {
            Posix.NewSession();
            if (!Posix.BecomeSubreaper())
            {
                Frame.Write(reports, FrameKind.SpawnFailed, "the kernel refused to make the supervisor a subreaper"u8);
                return 0;
            }

            Posix.KeepDescriptorsFromChildren();
        }

        Frame.Write(reports, FrameKind.Hello, Encoding.ASCII.GetBytes(SupervisorCommand.Greeting));
        using var run = new SupervisedRun(request, control, reports);
        run.Run();
        return 0;
    }

    /// <summary>Takes the control pipe away from descriptor 0, which becomes <c>/dev/null</c> for this process and its children.</summary>
    private static Stream OpenControl()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Console.OpenStandardInput();
        }

        return TakeOver(0, FileAccess.Read);
    }

    private static Stream OpenReports()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Console.OpenStandardOutput();
        }

        return TakeOver(1, FileAccess.Write);
    }

    private static FileStream TakeOver(int descriptor, FileAccess access)
    {
        SafeFileHandle? copy = null;
        try
        {
            copy = Posix.DuplicatePrivately(descriptor);
            if (copy.IsInvalid || !Posix.PointAtNull(descriptor))
            {
                throw new IOException("a pipe of the engine could not be taken over");
            }

            var stream = new FileStream(copy, access, bufferSize: 0);
            copy = null;
            return stream;
        }
        finally
        {
            copy?.Dispose();
        }
    }
}
