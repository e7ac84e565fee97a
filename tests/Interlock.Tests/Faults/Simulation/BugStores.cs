using System.Collections.Immutable;
using Interlock.Ledger;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>Alters what is appended on its way to the store.</summary>
internal sealed class AlteringStore(ILedgerStore inner, Func<Append, Append> alter) : StoreAround(inner)
{
    public override Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken) =>
        Inner.AppendAsync(alter(append), cancellationToken);
}

/// <summary>
/// Says that entries of some kinds were appended and keeps them back: until an entry of another kind comes, before which they are
/// then written, or for ever.
/// </summary>
internal sealed class HoldingStore(SimRun run, ILedgerStore inner, ImmutableArray<string> kinds, string? until) : StoreAround(inner)
{
    private readonly List<Append> held = [];
    private readonly Dictionary<StreamId, long> missing = [];

    public override async Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        var kind = append.Events[0].Text(EventKinds.KindField) ?? "";
        var asItStands = append with
        {
            Reads = [.. append.Reads.Select(read => read with { Version = read.Version - missing.GetValueOrDefault(read.Stream) })],
        };
        if (kinds.Contains(kind))
        {
            return await HoldAsync(append, asItStands);
        }

        if (kind != until || held.Count == 0)
        {
            return await Inner.AppendAsync(asItStands, cancellationToken);
        }

        var all = held[0] with
        {
            Events = [.. held.SelectMany(early => early.Events), .. append.Events],
            Blobs = [.. held.SelectMany(early => early.Blobs), .. append.Blobs],
        };
        held.Clear();
        missing.Clear();
        return await Inner.AppendAsync(all, cancellationToken) is var answer && answer is AppendAnswer.Appended appended
            ? new AppendAnswer.Appended([appended.Entries[^1]])
            : answer;
    }

    private async Task<AppendAnswer> HoldAsync(Append append, Append asItStands)
    {
        var head = (await Inner.HeadAsync(default)).TryGet(out var found, out _) ? found : ChainHead.Empty;
        var ghost = LedgerEntry.Next(head, run.Scheduler.Clock.GetUtcNow(), append.Events[0]).TryGet(out var entry, out var refusal)
            ? entry
            : throw new InvalidOperationException(refusal.Message);
        run.Trace(null, $"keeps back {ghost.Kind}");
        if (until is not null)
        {
            held.Add(asItStands);
        }

        foreach (var stream in ghost.Streams)
        {
            missing[stream] = missing.GetValueOrDefault(stream) + 1;
        }

        return new AppendAnswer.Appended([ghost]);
    }
}

/// <summary>Shows an executor's verified fold the ledger as it was when it last claimed, while a plan runs.</summary>
internal sealed class StaleView(SimRun run, ILedgerStore inner) : StoreAround(inner)
{
    private long seen;

    public override async Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(long fromSeq, int limit, CancellationToken cancellationToken)
    {
        if (!run.Oracle.Model.Plans.Values.Any(plan => plan.Status == "executing"))
        {
            seen = run.Disk.Size;
        }

        return fromSeq >= seen
            ? ImmutableArray<ReadOnlyMemory<byte>>.Empty
            : await Inner.ReadAsync(fromSeq, (int)Math.Min(limit, seen - fromSeq), cancellationToken);
    }
}
