using System.Globalization;

namespace Interlock.Sessions;

/// <summary>
/// How many probes one agent may have run for it: a bucket of <see cref="Burst"/> that fills again at one in
/// <see cref="Refill"/>. Probes look at real systems with real credentials; an agent in a loop must not turn them into load,
/// nor into a way to search for a value by asking often. Not for several threads: <see cref="ProbeAllowances"/> takes turns.
/// </summary>
internal sealed class ProbeAllowance(TimeProvider clock)
{
    /// <summary>The probes that may run at once after a rest.</summary>
    public const int Burst = 200;

    /// <summary>The time in which one more is allowed.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromMilliseconds(500);

    private long filledAt = clock.GetTimestamp();
    private double left = Burst;

    /// <summary>Whether it has rested long enough to be as a new one.</summary>
    public bool IsFull
    {
        get
        {
            Fill();
            return left >= Burst;
        }
    }

    /// <summary>Takes a number of probes at once, or none; then why.</summary>
    public Refusal? Take(int probes)
    {
        Fill();
        if (probes <= left)
        {
            left -= probes;
            return null;
        }

        var wait = probes > Burst
            ? $"a plan with more than {Burst.ToString(CultureInfo.InvariantCulture)} checks cannot be looked at ahead; propose it"
            : $"wait {Math.Ceiling((probes - left) * Refill.TotalSeconds).ToString(CultureInfo.InvariantCulture)} s and ask again";
        return Refusal.Of(RefusalCode.Busy, $"too many probes were asked for; {wait}");
    }

    private void Fill()
    {
        var now = clock.GetTimestamp();
        left = Math.Min(Burst, left + (clock.GetElapsedTime(filledAt, now) / Refill));
        filledAt = now;
    }
}
