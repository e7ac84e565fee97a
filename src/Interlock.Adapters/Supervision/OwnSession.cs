namespace Interlock.Adapters.Supervision;

/// <summary>Leaves the terminal, the process group and the standard streams of whoever started this process.</summary>
public static class OwnSession
{
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

        Posix.NewSession();
        for (var stream = 0; stream <= 2; stream++)
        {
            // best effort: a stream that stays as it was is no reason not to run
            _ = Posix.PointAtNull(stream);
        }
    }
}
