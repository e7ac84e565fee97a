namespace Interlock.Sessions;

/// <summary>
/// How much one agent may ask for and have waiting before it is refused without an entry, and how long refusals of the same kind count as one.
/// The defaults are far above what an agent needs that works with people.
/// </summary>
public sealed record VolumeLimits
{
    /// <summary>The requests (propose, check, execute, withdraw) that an agent may make at once after a rest: 1 to 1,000,000. Default 1,000.</summary>
    public int Burst { get; init; } = 1_000;

    /// <summary>The requests a minute that an agent may go on with: 1 to 1,000,000. Default 300.</summary>
    public int PerMinute { get; init; } = 300;

    /// <summary>
    /// How long a refusal stands for those like it (same agent, same reason, same plan): 100 ms to 1 hour. Default 10 seconds. The
    /// first is an entry before it is answered; the others of that time are one entry with their count.
    /// </summary>
    public TimeSpan Coalesce { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The proposals of one agent that may wait for a person at a time: 1 to 1,000, or null for no end. Default 20: more than a person
    /// reads with care in a day is not reviewed but waved through.
    /// </summary>
    public int? Pending { get; init; } = 20;

    /// <summary>
    /// How long the same agent may not propose a body again that a person rejected: 0, which is not at all, to 24 hours. Default 10
    /// minutes. Who is asked often enough says yes at last.
    /// </summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The limits that hold where nothing else is said.</summary>
    public static VolumeLimits Default { get; } = new();

    /// <summary>Requests a second.</summary>
    internal double PerSecond => PerMinute / 60.0;

    /// <summary>An entry older than this has been made good again: the time in which an empty allowance fills.</summary>
    internal TimeSpan Memory => TimeSpan.FromSeconds(Burst / PerSecond);

    /// <summary>Why these limits cannot hold; null where they can.</summary>
    internal string? Fault()
    {
        const int Most = 1_000_000;
        return Burst is < 1 or > Most ? $"{nameof(Burst)} is {Burst}; it must lie between 1 and {Most}"
            : PerMinute is < 1 or > Most ? $"{nameof(PerMinute)} is {PerMinute}; it must lie between 1 and {Most}"
            : Pending is < 1 or > 1_000 ? $"{nameof(Pending)} is {Pending}; it must lie between 1 and 1000, or be null"
            : Cooldown < TimeSpan.Zero || Cooldown > TimeSpan.FromHours(24) ? $"{nameof(Cooldown)} is {Cooldown}; it must lie between 0 and 24 hours"
            : Coalesce < TimeSpan.FromMilliseconds(100) || Coalesce > TimeSpan.FromHours(1)
                ? $"{nameof(Coalesce)} is {Coalesce}; it must lie between 100 ms and 1 hour"
            : null;
    }
}
