namespace Interlock.Tests.Faults.Simulation;

/// <summary>
/// Runs every process of a history on one thread. Each `await` that has to wait comes back here as a callback, and the dice say
/// which one is next: so a seed is one interleaving, and all of it. When nothing can run, time passes to the next timer.
/// </summary>
internal sealed class SimScheduler(Dice dice)
{
    private readonly List<Ready> ready = [];
    private readonly int thread = Environment.CurrentManagedThreadId;

    public SimClock Clock { get; } = new();

    public int Steps { get; private set; }

    /// <summary>Called before each step: what comes from outside (crashes, clock jumps) and what is waited for.</summary>
    public Action BeforeStep { get; set; } = () => { };

    public SimProcess Process(string name) => new(this, name, dice.Pick(Weights));

    // some processes crawl while others run: a race that needs three steps of one between two of another comes soon
    private static int[] Weights { get; } = [1, 4, 4, 16, 64];

    public void Enqueue(SimProcess process, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            throw new InvalidOperationException($"`{process}` was woken by another thread: its history cannot be replayed");
        }

        if (process.Alive)
        {
            ready.Add(new Ready(process, callback, state));
        }
    }

    /// <summary>Runs until nothing is left to run, nor to wait for.</summary>
    /// <param name="limit">The most steps: more means that somebody runs for ever.</param>
    /// <param name="until">Asked before each step: true ends it too.</param>
    /// <returns>Whether it came to rest.</returns>
    public bool Run(int limit, Func<bool>? until = null)
    {
        var before = SynchronizationContext.Current;
        try
        {
            for (var end = Steps + limit; Steps < end; Steps++)
            {
                BeforeStep();
                if (until?.Invoke() == true || !RunOne())
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private bool RunOne()
    {
        if (ready.Count == 0)
        {
            return Clock.FireNext();
        }

        var next = Choose();
        var chosen = ready[next];
        ready.RemoveAt(next);
        if (chosen.Process.Alive)
        {
            SynchronizationContext.SetSynchronizationContext(chosen.Process);
            chosen.Callback(chosen.State);
        }

        return true;
    }

    private int Choose()
    {
        if (ready.Count == 1)
        {
            return 0;
        }

        var sum = 0;
        foreach (var item in ready)
        {
            sum += item.Process.Weight;
        }

        var at = dice.Below(sum);
        for (var i = 0; ; i++)
        {
            at -= ready[i].Process.Weight;
            if (at < 0)
            {
                return i;
            }
        }
    }

    private readonly record struct Ready(SimProcess Process, SendOrPostCallback Callback, object? State);
}

/// <summary>A process of the simulated machine: what is its own comes back through it, and stops coming when it is dead.</summary>
internal sealed class SimProcess(SimScheduler scheduler, string name, int weight) : SynchronizationContext
{
    private TaskScheduler? tasks;

    public bool Alive { get; private set; } = true;

    public int Weight { get; set; } = weight;

    /// <summary>For code that asks for a scheduler instead of awaiting.</summary>
    public TaskScheduler Tasks
    {
        get
        {
            if (tasks is null)
            {
                var before = Current;
                SetSynchronizationContext(this);
                tasks = TaskScheduler.FromCurrentSynchronizationContext();
                SetSynchronizationContext(before);
            }

            return tasks;
        }
    }

    /// <summary>As `kill -9`: not one more line of it runs.</summary>
    public void Kill() => Alive = false;

    /// <summary>Starts something in the process.</summary>
    public void Start(Func<Task> run, Action<Exception?> ended) => Post(_ => Begin(run, ended), null);

    public override void Post(SendOrPostCallback d, object? state) => scheduler.Enqueue(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("one thread cannot wait for itself");

    public override SynchronizationContext CreateCopy() => this;

    public override string ToString() => name;

    private static async void Begin(Func<Task> run, Action<Exception?> ended)
    {
        Exception? failure = null;
        try
        {
            await run();
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        ended(failure);
    }
}
