using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>What becomes of one durable write.</summary>
internal enum WriteFault
{
    None = 0,

    /// <summary>Not persisted: the process dies before the write.</summary>
    LostThenCrash,

    /// <summary>Persisted, and the process dies before it is told.</summary>
    WrittenThenCrash,

    /// <summary>Error: the store says that it wrote nothing.</summary>
    Refused,

    /// <summary>Error: the store throws before it writes.</summary>
    Throws,

    /// <summary>Outcome unknown, and it is not there.</summary>
    UnknownLost,

    /// <summary>Outcome unknown, and it is there.</summary>
    UnknownWritten,

    /// <summary>Persisted and acknowledged; a moment later the power fails for everybody.</summary>
    PowerLoss,
}

/// <summary>The one disk of a history: what is on it is what every process sees, and what a power loss leaves.</summary>
internal sealed class Disk(SimRun run)
{
    private readonly List<Waiter> waiters = [];

    public MemoryLedgerStore Inner { get; } = new(run.Scheduler.Clock);

    /// <summary>The chain.</summary>
    public List<LedgerEntry> Entries { get; } = [];

    public long Size => Entries.Count;

    /// <summary>How much of it a power loss leaves.</summary>
    public long Synced { get; private set; }

    /// <summary>How many writes were tried, since the history began.</summary>
    public int Writes { get; private set; }

    /// <summary>Blobs that somebody changed behind everybody's back.</summary>
    public Dictionary<Sha256Digest, ReadOnlyMemory<byte>> Tampered { get; } = [];

    /// <summary>How many wait for it to grow.</summary>
    public int Waiting => waiters.Count;

    public WriteFault NextFault(Append append) => run.FaultOf(Writes++, append);

    /// <summary>Compares, appends, and shows what is now there to whoever keeps count.</summary>
    public AppendAnswer Append(Append append, SimProcess writer, bool synced)
    {
        var answer = Done(Inner.AppendAsync(append, CancellationToken.None));
        if (answer is AppendAnswer.Appended appended)
        {
            foreach (var entry in appended.Entries)
            {
                run.Trace(writer, $"    {entry.Seq} {entry.Event}");
                run.Oracle.Durable(entry, writer);
                Entries.Add(entry);
            }

            Synced = synced ? Size : Synced;
        }

        return answer;
    }

    public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken) =>
        WaitAsync(() => Size > size, bound, cancellationToken);

    public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) =>
        WaitAsync(() => Entries.Count(entry => entry.Streams.Contains(seen.Stream)) > seen.Version, bound, cancellationToken);

    private Task<bool> WaitAsync(Func<bool> hasGrown, TimeSpan bound, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(hasGrown, cancellationToken);
        waiter.Timer = run.Scheduler.Clock.CreateTimer(_ => waiter.End.TrySetResult(false), null, bound, Timeout.InfiniteTimeSpan);
        waiters.Add(waiter);
        return waiter.End.Task;
    }

    /// <summary>Ends the waits that are over. Asked before every step: a registration on a token would wake another thread.</summary>
    public void Poll()
    {
        for (var i = waiters.Count - 1; i >= 0; i--)
        {
            var waiter = waiters[i];
            if (waiter.Token.IsCancellationRequested)
            {
                waiter.End.TrySetCanceled(waiter.Token);
            }
            else if (waiter.HasGrown())
            {
                waiter.End.TrySetResult(true);
            }

            if (waiter.End.Task.IsCompleted)
            {
                waiter.Timer?.Dispose();
                waiters.RemoveAt(i);
            }
        }
    }

    /// <summary>The store in memory answers at once, always.</summary>
    public static T Done<T>(Task<T> task) =>
        task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("the store in memory waits for something");

    private sealed class Waiter(Func<bool> hasGrown, CancellationToken token)
    {
        public Func<bool> HasGrown { get; } = hasGrown;

        public CancellationToken Token { get; } = token;

        public TaskCompletionSource<bool> End { get; } = new();

        public ITimer? Timer { get; set; }
    }
}

/// <summary>One process's connection to the disk. Every call is a point at which somebody else may be faster.</summary>
internal sealed class SimStore(SimRun run, SimProcess process) : ILedgerStore
{
    private bool mustReopen;

    private Disk Disk => run.Disk;

    /// <summary>Appends that this connection does not sync: none, unless a bug is seeded.</summary>
    public Func<Append, bool> Unsynced { get; set; } = _ => false;

    public async Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (run.Scenario.Only is null && run.Dice.Percent(12))
        {
            // a slow disk, or a process that is not given the processor: time for others, and for their timers
            await Task.Delay(TimeSpan.FromMilliseconds(run.Dice.Below(400)), run.Scheduler.Clock, CancellationToken.None);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (mustReopen)
        {
            return new AppendAnswer.Refused(LedgerRefusals.ReadAgainFirst);
        }

        var fault = Disk.NextFault(append);
        run.Met.Add((Disk.Writes - 2, append.Events[0].Text(EventKinds.KindField) ?? "?", fault));
        var kinds = string.Join(", ", append.Events.Select(e => e.Text(EventKinds.KindField)));
        run.Trace(process, $"write {Disk.Writes - 1} ({kinds}){(fault == WriteFault.None ? "" : $" !! {fault}")}");
        switch (fault)
        {
            case WriteFault.LostThenCrash:
                return await DieAsync();
            case WriteFault.Refused:
                return new AppendAnswer.Refused(Refusal.Of(RefusalCode.Storage, "the disk is full"));
            case WriteFault.Throws:
                throw new IOException("the store threw");
            case WriteFault.UnknownLost:
                return Unknown();
            case WriteFault.None or WriteFault.WrittenThenCrash or WriteFault.UnknownWritten or WriteFault.PowerLoss:
                break;
        }

        var answer = Disk.Append(append, process, !Unsynced(append));
        if (answer is not AppendAnswer.Appended)
        {
            run.Trace(process, answer is AppendAnswer.Conflict conflict ? $"    conflict on {conflict.Expected.Stream}" : "    refused");
            return answer;
        }

        if (fault == WriteFault.WrittenThenCrash)
        {
            return await DieAsync();
        }

        if (fault == WriteFault.UnknownWritten)
        {
            return Unknown();
        }

        await Task.Yield();
        if (fault == WriteFault.PowerLoss)
        {
            run.PowerFailsSoon();
        }

        return answer;
    }

    public async Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await Disk.Inner.HeadAsync(cancellationToken);
    }

    public async Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(long fromSeq, int limit, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await Disk.Inner.ReadAsync(fromSeq, limit, cancellationToken);
    }

    public async Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await Disk.Inner.ReadTileAsync(tile, cancellationToken);
    }

    public async Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await Disk.Inner.ReadStreamAsync(seen, cancellationToken);
    }

    public async Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        await Task.Yield();

        // a changed blob is handed out as it is: whoever decides on one hashes it again
        return Disk.Tampered.TryGetValue(digest, out var changed) ? changed : await Disk.Inner.ReadBlobAsync(digest, cancellationToken);
    }

    public async Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await Disk.Inner.ListPlansAsync(query, cancellationToken);
    }

    public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken) =>
        Disk.WaitAsync(size, bound, cancellationToken);

    public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) =>
        Disk.WaitAsync(seen, bound, cancellationToken);

    public async Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        mustReopen = false;
        return await Disk.Inner.ReopenAsync(cancellationToken);
    }

    public Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken) => Disk.Inner.CheckAsync(visit, cancellationToken);

    public Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken) => Disk.Inner.ContentsAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private AppendAnswer.OutcomeUnknown Unknown()
    {
        mustReopen = true;
        return new AppendAnswer.OutcomeUnknown(Refusal.Of(RefusalCode.OutcomeUnknown, "the answer was lost"));
    }

    private async Task<AppendAnswer> DieAsync()
    {
        run.Kill(process);
        return await new TaskCompletionSource<AppendAnswer>().Task;
    }
}

/// <summary>A store that passes everything on: what differs is overridden.</summary>
internal class StoreAround(ILedgerStore inner) : ILedgerStore
{
    protected ILedgerStore Inner => inner;

    public virtual Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken) =>
        inner.AppendAsync(append, cancellationToken);

    public virtual Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public virtual Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(long fromSeq, int limit, CancellationToken cancellationToken) =>
        inner.ReadAsync(fromSeq, limit, cancellationToken);

    public Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken) =>
        inner.ReadTileAsync(tile, cancellationToken);

    public virtual Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken) =>
        inner.ReadStreamAsync(seen, cancellationToken);

    public Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        inner.ReadBlobAsync(digest, cancellationToken);

    public Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken) =>
        inner.ListPlansAsync(query, cancellationToken);

    public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken) => inner.WaitAsync(size, bound, cancellationToken);

    public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) => inner.WaitAsync(seen, bound, cancellationToken);

    public Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken) => inner.ReopenAsync(cancellationToken);

    public Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken) => inner.CheckAsync(visit, cancellationToken);

    public Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken) => inner.ContentsAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

/// <summary>Notes what a process was told is durable: the outermost store, whatever stands below it.</summary>
internal sealed class WitnessedStore(ILedgerStore inner, Oracle oracle) : StoreAround(inner)
{
    public override async Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        var answer = await Inner.AppendAsync(append, cancellationToken);
        if (answer is AppendAnswer.Appended appended)
        {
            oracle.Acknowledged(appended.Entries);
        }

        return answer;
    }
}
