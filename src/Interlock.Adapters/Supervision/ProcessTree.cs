namespace Interlock.Adapters.Supervision;

/// <summary>Ends everything that descends from this process. Linux: it must be a child subreaper.</summary>
internal static class ProcessTree
{
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(200);
    private const int HastyRounds = 400;

    /// <summary>
    /// Kills all descendants, again and again until none is alive: what forks meanwhile, double-forks or starts a session of its own
    /// is found in the next round, because an orphan becomes a child of this process. No bound: a process that cannot be killed
    /// (uninterruptible sleep, another user by a set-user-id program) keeps this one alive, and recovery waits for it.
    /// </summary>
    /// <param name="mainChild">The child that the runtime itself collects; 0 where there is none.</param>
    /// <returns>How many processes other than <paramref name="mainChild"/> were killed.</returns>
    public static int KillAll(int mainChild)
    {
        var self = Environment.ProcessId;
        var killed = new HashSet<(int Id, ulong Start)>();
        using var clock = new ManualResetEventSlim();
        for (var round = 0; ; round++)
        {
            var alive = 0;
            foreach (var entry in ProcessTable.Descendants(self))
            {
                if (entry.Dead)
                {
                    Reap(entry, mainChild);
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

            clock.Wait(round < HastyRounds ? ShortPause : LongPause);
        }
    }

    /// <summary>Collects the orphans that became children of this process and ended: a long command must not pile up zombies.</summary>
    public static void ReapOrphans(int mainChild)
    {
        foreach (var entry in ProcessTable.All())
        {
            if (entry.Dead)
            {
                Reap(entry, mainChild);
            }
        }
    }

    private static void Reap(ProcessEntry entry, int mainChild)
    {
        // the main child is the runtime's to collect: its exit code would be lost
        if (entry.Parent == Environment.ProcessId && entry.Id != mainChild)
        {
            Posix.Reap(entry.Id);
        }
    }
}
