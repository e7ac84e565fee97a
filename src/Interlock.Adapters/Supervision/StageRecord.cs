using System.Globalization;

namespace Interlock.Adapters.Supervision;

/// <summary>
/// Names the supervisor of one stage for ever: its number, when it started, and the boot that both count from. A child can wipe
/// its environment; it cannot leave this record, and leaves the supervisor's session only by beginning one of its own.
/// </summary>
/// <param name="Supervisor">The supervisor's number, which is its session's number too.</param>
/// <param name="StartTime">When it started, in ticks since boot.</param>
/// <param name="Boot">The kernel's id of that boot.</param>
internal sealed record StageRecord(int Supervisor, ulong StartTime, string Boot)
{
    /// <summary>The record of a process that runs now; null where it is gone.</summary>
    public static StageRecord? Of(int supervisor) =>
        ProcessTable.Find(supervisor) is { } entry ? new StageRecord(supervisor, entry.StartTime, ProcessTable.Boot()) : null;

    /// <summary>Whether the supervisor, or a process of its session, is among the processes of a boot.</summary>
    public bool IsAlive(IEnumerable<ProcessEntry> processes, string boot)
    {
        if (boot != Boot)
        {
            return false;
        }

        var alive = false;
        foreach (var entry in processes)
        {
            if (entry.Id == Supervisor && entry.StartTime != StartTime)
            {
                // the kernel gives a number again only when nothing is left of the session that it names
                return false;
            }

            alive |= !entry.Dead && entry.StartTime >= StartTime && (entry.Id == Supervisor || entry.Session == Supervisor);
        }

        return alive;
    }

    /// <summary>One line: number, start, boot.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Supervisor} {StartTime} {Boot}\n");

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static StageRecord? Parse(string text) =>
        text.EndsWith('\n')
        && text.TrimEnd('\n').Split(' ') is [var number, var start, { Length: > 0 } boot]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var supervisor)
        && ulong.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new StageRecord(supervisor, ticks, boot)
            : null;
}
