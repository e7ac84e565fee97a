using System.Globalization;

namespace Interlock.Sessions;

/// <summary>
/// The requests that one agent has left: a bucket that fills by the process's own time, which a clock that is set does not move.
/// Not for several threads: <see cref="AgentAllowances"/> takes turns.
/// </summary>
internal sealed class AgentAllowance(VolumeLimits limits, TimeProvider clock)
{
    private long filledAt = clock.GetTimestamp();
    private double left = limits.Burst;

    /// <summary>Requests of this process that may stand in the ledger and were paid for here already.</summary>
    public int Paid { get; set; }

    /// <summary>Whether forgetting it gives nobody anything.</summary>
    public bool IsRested
    {
        get
        {
            Fill();
            return left >= limits.Burst && Paid == 0;
        }
    }

    /// <summary>Takes one request; where there is none left, after what time there is.</summary>
    public TimeSpan? Take()
    {
        Fill();
        if (left >= 1)
        {
            left--;
            return null;
        }

        return TimeSpan.FromSeconds(Math.Ceiling((1 - left) / limits.PerSecond));
    }

    /// <summary>
    /// Charges what the ledger says this agent asked of other processes, oldest first. An age is believed no further than this
    /// bucket's own time reaches back, so that a clock that jumps ahead makes nothing of what was seen happening just now.
    /// </summary>
    /// <param name="requests">How many each, and how long ago.</param>
    /// <param name="isNew">Whether this bucket has only now been made: then it saw nothing, and the ages are all there is.</param>
    public void Charge(IReadOnlyList<(int Count, TimeSpan Age)> requests, bool isNew)
    {
        var now = clock.GetTimestamp();
        var reach = isNew ? limits.Memory : clock.GetElapsedTime(filledAt, now);
        foreach (var (count, said) in requests)
        {
            var age = said < reach ? said : reach;
            left = Math.Min(limits.Burst, left + ((reach - age).TotalSeconds * limits.PerSecond));

            // never further down than one rest fills: what others wrote must not lock an agent out for ever
            left = Math.Max(-limits.Burst, left - count);
            reach = age;
        }

        left = Math.Min(limits.Burst, left + (reach.TotalSeconds * limits.PerSecond));
        filledAt = now;
    }

    /// <summary>The refusal of a request that there is nothing left for.</summary>
    public static Refusal Refused(string agent, VolumeLimits limits, TimeSpan wait) => Refusal.Of(
        RefusalCode.RateLimited,
        string.Create(
            CultureInfo.InvariantCulture,
            $"agent `{agent}` asks too often: {limits.Burst} requests at once and {limits.PerMinute} a minute are allowed; "
            + $"nothing was written down, wait {wait.TotalSeconds:0} s and ask again"));

    private void Fill()
    {
        var now = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(filledAt, now);
        if (elapsed > TimeSpan.Zero)
        {
            left = Math.Min(limits.Burst, left + (elapsed.TotalSeconds * limits.PerSecond));
            filledAt = now;
        }
    }
}
