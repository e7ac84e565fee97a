using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Tests.Faults;

/// <summary>What an append comes to at the store's hands.</summary>
public enum AppendFault
{
    /// <summary>What the store makes of it.</summary>
    None = 0,

    /// <summary>Nothing is written, and the store says so.</summary>
    Refused,

    /// <summary>It is written; nobody is told.</summary>
    UnknownWritten,

    /// <summary>It is not written; nobody is told.</summary>
    UnknownLost,

    /// <summary>The store throws before anything is written.</summary>
    Throws,
}

/// <summary>A store in other hands: hooks before and after each append, faults, lies about what it holds.</summary>
internal sealed class HookedStore(ILedgerStore inner) : ILedgerStore
{
    private readonly TaskCompletionSource waited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int appends;
    private volatile bool mustReopen;

    public ILedgerStore Inner => inner;

    /// <summary>Before an append reaches the store: the gap in which somebody else is faster.</summary>
    public Func<Append, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Asked with the append's number since <see cref="CountFromHere"/> (0, 1, …).</summary>
    public Func<int, Append, AppendFault> Fault { get; set; } = (_, _) => AppendFault.None;

    /// <summary>What is handed out in place of the stored lines; with the first one's seq.</summary>
    public Func<long, ImmutableArray<ReadOnlyMemory<byte>>, ImmutableArray<ReadOnlyMemory<byte>>> Lines { get; set; } = (_, lines) => lines;

    /// <summary>What every read of stored lines is refused with, while it is set.</summary>
    public Refusal? ReadFault { get; set; }

    public Func<Sha256Digest, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Blob { get; set; } = (_, bytes) => bytes;

    public int Appends => appends;

    /// <summary>Ends when somebody has waited for the store to grow: an executor that is past its recovery.</summary>
    public Task Waited => waited.Task;

    public int Reopened { get; private set; }

    public void CountFromHere() => appends = 0;

    public async Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        await Before(append);
        if (mustReopen)
        {
            return new AppendAnswer.Refused(LedgerRefusals.ReadAgainFirst);
        }

        switch (Fault(Interlocked.Increment(ref appends) - 1, append))
        {
            case AppendFault.Refused:
                return new AppendAnswer.Refused(Refusal.Of(RefusalCode.Storage, "the disk is full; make room"));
            case AppendFault.Throws:
                throw new IOException("the store threw");
            case AppendFault.UnknownLost:
                mustReopen = true;
                return new AppendAnswer.OutcomeUnknown(Refusal.Of(RefusalCode.OutcomeUnknown, "the answer was lost"));
            case AppendFault.UnknownWritten:
                var answer = await inner.AppendAsync(append, cancellationToken);
                mustReopen = answer is AppendAnswer.Appended;
                return mustReopen ? new AppendAnswer.OutcomeUnknown(Refusal.Of(RefusalCode.OutcomeUnknown, "the answer was lost")) : answer;
            default:
                return await inner.AppendAsync(append, cancellationToken);
        }
    }

    public Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken) => inner.HeadAsync(cancellationToken);

    public async Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(long fromSeq, int limit, CancellationToken cancellationToken) =>
        ReadFault is { } fault ? fault
        : (await inner.ReadAsync(fromSeq, limit, cancellationToken)).TryGet(out var lines, out var refusal) ? Lines(fromSeq, lines) : refusal;

    public Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken) =>
        inner.ReadTileAsync(tile, cancellationToken);

    public Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken) =>
        inner.ReadStreamAsync(seen, cancellationToken);

    public async Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        (await inner.ReadBlobAsync(digest, cancellationToken)).TryGet(out var bytes, out var refusal) ? Blob(digest, bytes) : refusal;

    public Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken) =>
        inner.ListPlansAsync(query, cancellationToken);

    public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken)
    {
        waited.TrySetResult();
        return inner.WaitAsync(size, bound, cancellationToken);
    }

    public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) =>
        inner.WaitAsync(seen, bound, cancellationToken);

    public Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken)
    {
        mustReopen = false;
        Reopened++;
        return inner.ReopenAsync(cancellationToken);
    }

    public Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken) => inner.CheckAsync(visit, cancellationToken);

    public Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken) => inner.ContentsAsync(cancellationToken);

    /// <summary>Stays open: engines come and go over one store.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs once, before the first append that holds an event of a kind.</summary>
    public void Once(string kind, Func<Task> act)
    {
        var done = 0;
        Before = async append =>
        {
            if (append.Events.Any(e => e.Text(EventKinds.KindField) == kind) && Interlocked.Exchange(ref done, 1) == 0)
            {
                await act();
            }
        };
    }
}
