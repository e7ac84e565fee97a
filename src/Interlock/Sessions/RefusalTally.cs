using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Sessions;

/// <summary>
/// Coalesces refusals: the first of its kind is an entry, durable before it is answered; those like it within the window are
/// counted and become one entry with that count when the window or the engine ends. An agent in a loop writes an entry a window.
/// </summary>
internal sealed class RefusalTally : IAsyncDisposable
{
    private readonly ILedgerStore store;
    private readonly TimeProvider clock;
    private readonly TimeSpan window;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Open> open = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationToken ended;
    private int disposed;

    /// <param name="store">Where the entries go.</param>
    /// <param name="clock">Measures the windows.</param>
    /// <param name="window">How long a refusal stands for those like it.</param>
    public RefusalTally(ILedgerStore store, TimeProvider clock, TimeSpan window)
    {
        this.store = store;
        this.clock = clock;
        this.window = window;

        // a copy: it outlives its source, for a request that is still under way when the engine ends
        ended = ending.Token;
    }

    /// <summary>
    /// Writes a refusal down, or counts it. Null once the first of its kind is durable; else why it could not be written, and then
    /// none was counted.
    /// </summary>
    /// <param name="key">What makes refusals alike.</param>
    /// <param name="first">Appends the first one; why it could not, or null.</param>
    /// <param name="again">The event of so many more, made of the newest.</param>
    public Task<Refusal?> RecordAsync(string key, Func<Task<Refusal?>> first, Func<int, JsonObject> again)
    {
        Open started;
        lock (gate)
        {
            if (open.TryGetValue(key, out var one))
            {
                one.Again = again;
                return CountAsync(one);
            }

            started = new Open();
            open.Add(key, started);
        }

        return BeginAsync(key, started, first);
    }

    /// <summary>Writes down what has been counted and is not written yet.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await ending.CancelAsync();
        List<Task> windows;
        lock (gate)
        {
            windows = [.. open.Values.Select(one => one.Window).OfType<Task>()];
        }

        await Task.WhenAll(windows);
        ending.Dispose();
    }

    /// <summary>A refusal like one that is being written waits for it: what is answered is in the ledger, the count apart.</summary>
    private async Task<Refusal?> CountAsync(Open one)
    {
        if (await one.First.Task is { } refusal)
        {
            return refusal;
        }

        lock (gate)
        {
            if (!one.Closed)
            {
                one.Count++;
                return null;
            }
        }

        // the window closed while this one came in: it is written by itself
        return await AppendAsync(one, 1);
    }

    private async Task<Refusal?> BeginAsync(string key, Open one, Func<Task<Refusal?>> first)
    {
        // what holds where whoever asked first has left before it was written: then nobody like them is answered by it
        var refusal = Refusal.Of(RefusalCode.Busy, "the refusal could not be written down; ask again");
        try
        {
            refusal = await first();
            return refusal;
        }
        finally
        {
            lock (gate)
            {
                if (refusal is null)
                {
                    one.Window = RunAsync(key, one);
                }
                else
                {
                    open.Remove(key);
                }
            }

            one.First.SetResult(refusal);
        }
    }

    private async Task RunAsync(string key, Open one)
    {
        while (true)
        {
            await Task.Delay(window, clock, ended)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            int count;
            lock (gate)
            {
                count = one.Count;
                one.Count = 0;
                if (count == 0 || ended.IsCancellationRequested)
                {
                    one.Closed = true;
                    open.Remove(key);
                }
            }

            if (count > 0 && await AppendAsync(one, count) is not null)
            {
                lock (gate)
                {
                    // kept for the next window; where the engine ends, the ledger that refuses it has the first of them
                    one.Count += count;
                }
            }

            if (one.Closed)
            {
                return;
            }
        }
    }

    private async Task<Refusal?> AppendAsync(Open one, int count)
    {
        var again = one.Again ?? throw new InvalidOperationException("refusals were counted that nobody reported");
        return await store.AppendReadingAgainAsync(new Append { Events = [again(count)] }, CancellationToken.None) switch
        {
            AppendAnswer.Refused refused => refused.Refusal,

            // perhaps written: a second entry would count them twice, and what is in doubt is a number
            _ => null,
        };
    }

    /// <summary>Refusals of one kind while their window is open.</summary>
    private sealed class Open
    {
        public TaskCompletionSource<Refusal?> First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<int, JsonObject>? Again { get; set; }

        public int Count { get; set; }

        public bool Closed { get; set; }

        public Task? Window { get; set; }
    }
}
