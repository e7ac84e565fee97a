namespace Interlock.Tests.Faults.Simulation;

/// <summary>A wall clock that people set, beside a steady one that timers follow. Neither moves by itself.</summary>
internal sealed class SimClock : TimeProvider
{
    private static readonly DateTimeOffset Origin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<SimTimer> timers = [];
    private TimeSpan wall;
    private TimeSpan steady;
    private TimeSpan most;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The latest that anybody can have read.</summary>
    public DateTimeOffset Latest => Origin + most;

    public override DateTimeOffset GetUtcNow() => Origin + wall;

    public override long GetTimestamp() => steady.Ticks;

    /// <summary>Somebody sets the wall clock, or the machine was asleep.</summary>
    public void Jump(TimeSpan by)
    {
        wall += by;
        most = wall > most ? wall : most;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, callback, state, SynchronizationContext.Current);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass to the next timer and fires it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool FireNext()
    {
        SimTimer? next = null;
        for (var i = timers.Count - 1; i >= 0; i--)
        {
            if (timers[i].Owner is SimProcess { Alive: false })
            {
                timers.RemoveAt(i);
            }
            else if (next is null || timers[i].Due <= next.Due)
            {
                next = timers[i];
            }
        }

        if (next is null)
        {
            return false;
        }

        timers.Remove(next);
        var passed = next.Due - steady;
        if (passed > TimeSpan.Zero)
        {
            steady += passed;
            Jump(passed);
        }

        next.Fire();
        return true;
    }

    private sealed class SimTimer(SimClock clock, TimerCallback callback, object? state, SynchronizationContext? owner) : ITimer
    {
        public SynchronizationContext? Owner => owner;

        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.timers.Remove(this);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Due = clock.steady + dueTime;
                clock.timers.Add(this);
            }

            return true;
        }

        public void Fire()
        {
            SynchronizationContext.SetSynchronizationContext(owner);
            callback(state);
        }

        public void Dispose() => clock.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
