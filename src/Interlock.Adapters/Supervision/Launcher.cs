using System.Collections.Concurrent;
using System.Diagnostics;

namespace Interlock.Adapters.Supervision;

/// <summary>
/// Starts every supervisor from one thread that never ends. Some kernels' mechanisms tie a child to the thread that forked it,
/// and the runtime's pool ends idle threads after 20 s; so no child is ever started from the pool.
/// </summary>
internal static class Launcher
{
    private static readonly BlockingCollection<Action> Work = [];

    static Launcher()
    {
        var thread = new Thread(Loop) { IsBackground = true, Name = "interlock launcher" };
        thread.Start();
    }

    /// <summary>Starts a process; an exception of the start is the task's.</summary>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var done = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(Process.Start(start) ?? throw new InvalidOperationException("no process was started"));
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // whatever the start throws belongs to the caller that awaits it, not to this thread
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private static void Loop()
    {
        foreach (var action in Work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
