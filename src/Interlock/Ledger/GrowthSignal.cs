using System.Collections.Immutable;

namespace Interlock.Ledger;

/// <summary>
/// Tells those who wait within one process that a store has grown, and only those whom the new entries concern: 64 waiters of 64 plans
/// that are all woken by every commit read the ledger 64 times for nothing.
/// </summary>
public sealed class GrowthSignal
{
    private readonly Lock gate = new();
    private readonly List<Listener> ofAll = [];
    private readonly Dictionary<StreamId, List<Listener>> ofStreams = [];

    /// <summary>Listens from now on; what was appended before has to be looked for after this call, or it is missed.</summary>
    /// <param name="stream">The stream whose growth matters; null for any entry.</param>
    public Listener Listen(StreamId? stream)
    {
        var listener = new Listener(this, stream);
        lock (gate)
        {
            if (stream is not { } one)
            {
                ofAll.Add(listener);
            }
            else if (ofStreams.TryGetValue(one, out var others))
            {
                others.Add(listener);
            }
            else
            {
                ofStreams.Add(one, [listener]);
            }
        }

        return listener;
    }

    /// <summary>Says that entries were committed. Nobody who listens runs within this call.</summary>
    /// <param name="entries">The entries.</param>
    public void Tell(IEnumerable<LedgerEntry> entries)
    {
        ImmutableArray<Listener> concerned;
        lock (gate)
        {
            var streams = entries.SelectMany(entry => entry.Streams).Distinct();
            concerned = [.. ofAll, .. streams.SelectMany(stream => ofStreams.GetValueOrDefault(stream) ?? [])];
        }

        foreach (var listener in concerned)
        {
            listener.Hear();
        }
    }

    private void Forget(Listener listener)
    {
        lock (gate)
        {
            if (listener.Stream is not { } stream)
            {
                ofAll.Remove(listener);
            }
            else if (ofStreams.TryGetValue(stream, out var list) && list.Remove(listener) && list.Count == 0)
            {
                ofStreams.Remove(stream);
            }
        }
    }

    /// <summary>One who waits. Disposed, it is told no more.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly GrowthSignal signal;
        private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Listener(GrowthSignal signal, StreamId? stream)
        {
            this.signal = signal;
            Stream = stream;
        }

        /// <summary>Ends with the first entry since the listening began.</summary>
        public Task Heard => heard.Task;

        internal StreamId? Stream { get; }

        /// <inheritdoc/>
        public void Dispose() => signal.Forget(this);

        internal void Hear() => heard.TrySetResult();
    }
}
