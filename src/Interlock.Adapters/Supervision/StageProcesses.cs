using System.Globalization;
using System.Text;
using Interlock.Actions;

namespace Interlock.Adapters.Supervision;

/// <summary>Finds the processes of a stage, whoever started them: recovery waits for their end before it judges.</summary>
public static class StageProcesses
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Waits until no process of a stage is alive. It kills nothing: the stage's own supervisor does, as soon as its engine
    /// is gone. Only Linux can tell; elsewhere the answer is false.
    /// </summary>
    /// <param name="key">The stage's idempotency key, which every process of its tree carries in <c>INTERLOCK_STAGE</c>.</param>
    /// <param name="stageFolder">
    /// <see cref="AdapterEnvironment.StageFolder"/> of who ran the stage; null looks for the mark in the environment alone, which a
    /// process can wipe.
    /// </param>
    /// <param name="bound">The longest wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether none is alive; false after the bound.</returns>
    public static async Task<bool> WaitUntilGoneAsync(
        IdempotencyKey key, string? stageFolder, TimeSpan bound, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var mark = Encoding.ASCII.GetBytes($"{SupervisedChild.StageVariable}={key}");
        var records = stageFolder is null ? null : new StageRecords(stageFolder);
        var record = records?.Read(key);
        var start = time.GetTimestamp();

        // two looks: one that falls into the middle of an execve(2) finds an empty environment
        while (AnyAlive(mark, record) || AnyAlive(mark, record))
        {
            if (time.GetElapsedTime(start) >= bound)
            {
                return false;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        records?.Remove(key.ToString());
        return true;
    }

    private static bool AnyAlive(byte[] mark, StageRecord? record)
    {
        var processes = ProcessTable.All().ToArray();
        if (record is not null && record.IsAlive(processes, ProcessTable.Boot()))
        {
            return true;
        }

        foreach (var entry in processes)
        {
            if (!entry.Dead && entry.Id != Environment.ProcessId && Carries(entry.Id, mark))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Carries(int processId, byte[] mark)
    {
        try
        {
            var variables = File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/environ")).AsSpan();
            foreach (var range in variables.Split((byte)0))
            {
                if (variables[range].SequenceEqual(mark))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // gone meanwhile, or another user's by a set-user-id program: of those only the session tells
            return false;
        }
    }
}
