using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Release;
using Interlock.Tests.Faults.Simulation;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Attacks;

/// <summary>
/// A ledger that somebody holds in their hand and a checkpoint that they do not: whatever they change, with all hashes made anew, the
/// checkpoint does not agree.
/// </summary>
public sealed class HeldCheckpoint
{
    private const int Mutations = 10_000;

    [Fact]
    public async Task Ten_thousand_mutations_of_a_held_ledger_are_all_caught()
    {
        var (lines, head) = await SampleAsync();
        Assert.Null(await FaultAsync(lines, head));
        Assert.Empty(await MissedAsync(lines, mutated => FaultAsync(mutated, head)));
    }

    [Fact]
    public async Task A_checker_that_asks_the_chain_alone_or_the_size_alone_is_found_out()
    {
        var (lines, head) = await SampleAsync();
        Assert.NotEmpty(await MissedAsync(lines, mutated => FaultAsync(mutated, null)));
        Assert.NotEmpty(await MissedAsync(lines, mutated => FaultAsync(mutated, Root(mutated) with { Size = head.Size })));
    }

    /// <summary>The seeds of those that nobody caught.</summary>
    private static async Task<List<int>> MissedAsync(ImmutableArray<ReadOnlyMemory<byte>> lines, Func<ImmutableArray<ReadOnlyMemory<byte>>, Task<Refusal?>> check)
    {
        var missed = new List<int>();
        for (var (seed, made) = (0, 0); made < Mutations; seed++)
        {
            // what only follows behind the held lines is growth: a ledger may be ahead of its checkpoint
            var mutated = Mutate(lines, new Dice((ulong)seed));
            if (Holds(mutated, lines))
            {
                continue;
            }

            made++;
            if (await check(mutated) is null)
            {
                missed.Add(seed);
            }
        }

        return missed;
    }

    /// <summary>What the release gate finds wrong in lines that stand in a store, against an anchor.</summary>
    private static async Task<Refusal?> FaultAsync(ImmutableArray<ReadOnlyMemory<byte>> lines, TreeHead? head)
    {
        using var ledger = new VerifiedLedger(new LinesStore(lines), head is { } held ? MemoryAnchor.At(held) : null);
        return (await ledger.ReadAsync(state => state.Head, default)).TryGet(out _, out var refusal) ? null : refusal;
    }

    private static ImmutableArray<ReadOnlyMemory<byte>> Mutate(ImmutableArray<ReadOnlyMemory<byte>> lines, Dice dice)
    {
        var at = dice.Below(lines.Length);
        var other = dice.Below(lines.Length);
        return dice.Below(12) switch
        {
            0 => lines.SetItem(at, Flipped(lines[at], dice)),
            1 => lines.RemoveAt(at),
            2 => lines.Insert(at, lines[other]),
            3 => lines.SetItem(at, lines[other]).SetItem(other, lines[at]),
            4 => lines[..at],

            // from here on with hashes, places and links made anew
            5 => Again(History(lines).RemoveAt(at)),
            6 => Again(History(lines).Insert(at, History(lines)[other])),
            7 => Again(History(lines).SetItem(at, History(lines)[other]).SetItem(other, History(lines)[at])),
            8 => Again(History(lines).SetItem(at, History(lines)[at] with { At = History(lines)[at].At.AddMicroseconds(1 + dice.Below(1_000_000)) })),
            9 => Again(History(lines).SetItem(at, History(lines)[at] with { Event = History(lines)[at].Event.With("reason", new JsonString($"{dice.Below(1_000)}")) })),
            10 => Again([.. History(lines)[..at], .. History(lines)[at..].Select(_ => new Written(default, Stop(dice)))]),
            _ => Again(History(lines).SetItem(at, new Written(History(lines)[at].At, Stop(dice)))),
        };
    }

    private static JsonObject Stop(Dice dice) =>
        JsonObject.Of((EventKinds.KindField, EventKinds.Stopped), ("by", $"mallory {dice.Below(1_000)}"), ("assurance", "none"));

    private static ReadOnlyMemory<byte> Flipped(ReadOnlyMemory<byte> line, Dice dice)
    {
        var bytes = line.ToArray();
        bytes[dice.Below(bytes.Length)] ^= (byte)(1 << dice.Below(8));
        return bytes;
    }

    private static ImmutableArray<Written> History(ImmutableArray<ReadOnlyMemory<byte>> lines) =>
        [.. lines.Select(line => LedgerEntry.TryReadAlone(line, out var entry, out var error) ? new Written(entry.At, entry.Event) : throw new InvalidOperationException(error))];

    private static ImmutableArray<ReadOnlyMemory<byte>> Again(ImmutableArray<Written> history)
    {
        var head = ChainHead.Empty;
        var lines = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(history.Length);
        foreach (var (at, @event) in history)
        {
            var entry = LedgerEntry.Next(head, at, @event).Value();
            lines.Add(entry.Line);
            head = entry.Head;
        }

        return lines.DrainToImmutable();
    }

    private static bool Holds(ImmutableArray<ReadOnlyMemory<byte>> mutated, ImmutableArray<ReadOnlyMemory<byte>> lines) =>
        mutated.Length >= lines.Length && mutated.Zip(lines).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));

    private static TreeHead Root(ImmutableArray<ReadOnlyMemory<byte>> lines)
    {
        var tree = new MerkleTree();
        foreach (var line in lines)
        {
            tree.Append(TreeHash.Leaf(line.Span));
        }

        return tree.Head;
    }

    private static async Task<(ImmutableArray<ReadOnlyMemory<byte>> Lines, TreeHead Head)> SampleAsync()
    {
        await using var bench = await SignedBench.OpenAsync();
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(await bench.ApprovedAsync())).Text("status"));
        _ = await bench.ApprovedAsync("b");
        await bench.StopAsync();
        var lines = (await bench.Store.ReadAsync(0, 1_000, default)).Value();
        return (lines, Root(lines));
    }

    /// <summary>Lines in a row, and nothing else of a store.</summary>
    private sealed class LinesStore(ImmutableArray<ReadOnlyMemory<byte>> lines) : ILedgerStore
    {
        public Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(long fromSeq, int limit, CancellationToken cancellationToken) =>
            Task.FromResult<Result<ImmutableArray<ReadOnlyMemory<byte>>>>(lines.Skip((int)fromSeq).Take(limit).ToImmutableArray());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
