namespace Interlock.Adapters.Supervision;

/// <summary>Ends everything that descends from this process. Linux: it must be a child subreaper.</summary>
internal static class ProcessTree
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Kills all descendants, again and again until none is alive: what forks meanwhile, double-forks or starts a session of its own
    /// is found in the next round, because an orphan becomes a child of this process. No bound: a process that cannot be killed
    /// yet (uninterruptible sleep) keeps this one alive, and recovery waits for it.
    /// </summary>
    /// <param name="mainChild">The child that the runtime itself collects; 0 where there is none.</param>
    /// <returns>How many processes other than <paramref name="mainChild"/> were killed.</returns>
    public static int KillAll(int mainChild)
    {
        var self = Environment.ProcessId;
        var killed = new HashSet<(int Id, ulong Start)>();
        using var clock = new ManualResetEventSlim();
        while (true)
        {
            var alive = 0;
            foreach (var entry in ProcessTable.Descendants(self))
            {
                if (entry.Dead)
                {
                    if (entry.Parent == self && entry.Id != mainChild)
                    {
                        Posix.Reap(entry.Id);
                    }

                    continue;
                }

                alive++;
                Posix.Kill(entry.Id, () => ProcessTable.Find(entry.Id) is { } now && now.StartTime == entry.StartTime);
                if (entry.Id != mainChild)
                {
                    killed.Add((entry.Id, entry.StartTime));
                }
            }

            if (alive == 0)
            {
                return killed.Count;
            }

            clock.Wait(Pause);
        }
    }
}
