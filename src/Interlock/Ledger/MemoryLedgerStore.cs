using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// A ledger in memory, for tests and for embedding where nothing has to survive the process. It keeps the contract of
/// <see cref="ILedgerStore"/> but durability.
/// </summary>
/// <param name="clock">Gives each entry its time.</param>
/// <param name="anchor">Where the newest checkpoint is kept; null where nothing is signed.</param>
public sealed class MemoryLedgerStore(TimeProvider clock, IAnchor? anchor = null) : ILedgerStore
{
    private readonly Lock gate = new();
    private readonly List<LedgerEntry> entries = [];
    private readonly Dictionary<StreamId, List<LedgerEntry>> streams = [];
    private readonly Dictionary<Sha256Digest, ReadOnlyMemory<byte>> blobs = [];
    private readonly Dictionary<PlanId, PlanRow> rows = [];
    private readonly MerkleTree tree = new();
    private readonly Dictionary<string, long> proposals = new(StringComparer.Ordinal);
    private readonly GrowthSignal growth = new();
    private TreeHead? anchored;
    private bool outcomeUnknown;

    /// <inheritdoc/>
    public Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<AppendAnswer>(cancellationToken);
        }

        lock (gate)
        {
            if (outcomeUnknown)
            {
                return Task.FromResult<AppendAnswer>(new AppendAnswer.Refused(LedgerRefusals.ReadAgainFirst));
            }

            if (entries.Count == 0 && anchor?.Begin() is { } refusal)
            {
                return Task.FromResult<AppendAnswer>(new AppendAnswer.Refused(refusal));
            }

            var last = entries.Count == 0 ? null : entries[^1];
            var answer = CompareAndAppend.Decide(append, last, clock.GetUtcNow(), VersionOf);
            if (answer is AppendAnswer.Appended appended)
            {
                Keep(append, appended.Entries);
                growth.Tell(appended.Entries);
                if (Anchor() is { } cause)
                {
                    outcomeUnknown = true;
                    answer = new AppendAnswer.OutcomeUnknown(LedgerRefusals.NotAnchored(cause));
                }
            }

            return Task.FromResult(answer);
        }
    }

    /// <inheritdoc/>
    public Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<Result<ChainHead>>(entries.Count == 0 ? ChainHead.Empty : entries[^1].Head);
        }
    }

    /// <inheritdoc/>
    public Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(
        long fromSeq,
        int limit,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSeq);
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit is >= 1 and <= 10_000, true, nameof(limit));
        lock (gate)
        {
            var from = (int)Math.Min(fromSeq, entries.Count);
            var count = Math.Min(limit, entries.Count - from);
            return Task.FromResult<Result<ImmutableArray<ReadOnlyMemory<byte>>>>(
                entries.GetRange(from, count).Select(entry => entry.Line).ToImmutableArray());
        }
    }

    /// <inheritdoc/>
    public Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            var held = TreeTile.Of(tile.Level, tile.Number, tree.Size).Width;
            return Task.FromResult<Result<ImmutableArray<Sha256Digest>>>(
                held < tile.Width ? LedgerRefusals.TileShort(tile, Math.Max(0, held)) : tree.Tile(tile).ToImmutableArray());
        }
    }

    /// <inheritdoc/>
    public Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<Result<ImmutableArray<LedgerEntry>>>(
                streams.TryGetValue(seen.Stream, out var list) ? list.Skip((int)seen.Version).ToImmutableArray() : []);
        }
    }

    /// <inheritdoc/>
    public Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes;
        lock (gate)
        {
            if (!blobs.TryGetValue(digest, out bytes))
            {
                return Task.FromResult<Result<ReadOnlyMemory<byte>>>(LedgerRefusals.BlobGone(digest, streams.GetValueOrDefault(StreamId.Archive) ?? []));
            }
        }

        return Task.FromResult<Result<ReadOnlyMemory<byte>>>(
            Sha256Digest.Of(bytes.Span) == digest ? bytes : LedgerRefusals.BlobChanged(digest));
    }

    /// <inheritdoc/>
    public Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Limit is >= 1 and <= 1_000, true, nameof(query));
        lock (gate)
        {
            var page = rows.Values
                .Where(row => (query.Agent is null || row.Agent == query.Agent)
                    && (query.Status is null || row.Status == query.Status)
                    && (query.Before is null || row.ProposedSeq < query.Before)
                    && (query.IdPrefix is null || row.Plan.ToString().StartsWith(query.IdPrefix, StringComparison.Ordinal)))
                .OrderByDescending(row => row.ProposedSeq)
                .Take(query.Limit + 1)
                .ToImmutableArray();
            return Task.FromResult<Result<PlanPage>>(PlanPage.Of(page, query.Limit));
        }
    }

    /// <inheritdoc/>
    public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken) =>
        WaitAsync(null, () => entries.Count > size, bound, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) =>
        WaitAsync(seen.Stream, () => VersionOf(seen.Stream) > seen.Version, bound, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (outcomeUnknown && Anchor() is { } refusal)
            {
                return Task.FromResult<Result<ChainHead>>(refusal);
            }

            outcomeUnknown = false;
        }

        return HeadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken)
    {
        var check = new LedgerCheck();
        var visited = new List<(LedgerEntry Entry, Sha256Digest Leaf)>();
        StoreCheck stored;
        lock (gate)
        {
            foreach (var entry in entries)
            {
                var line = StoredLine.Read(entry.Seq, entry.Line);
                if (check.Line(line) is { } sound)
                {
                    visited.Add((sound, line.Leaf));
                }
            }

            foreach (var (stream, list) in streams)
            {
                for (var i = 0; i < list.Count; i++)
                {
                    check.Indexed(stream.Name, i + 1, list[i].Seq);
                }
            }

            foreach (var row in rows.Values)
            {
                check.Row(row);
            }

            foreach (var (digest, bytes) in blobs)
            {
                check.Blob(digest, bytes.Span);
            }

            stored = new StoreCheck(check.Finish(), check.Head, Contents());
        }

        // not under the lock: a visitor reads
        foreach (var (entry, leaf) in visited)
        {
            visit?.Invoke(entry, leaf);
        }

        return Task.FromResult<Result<StoreCheck>>(stored);
    }

    /// <inheritdoc/>
    public Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult<Result<Sha256Digest>>(Contents());
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Streams and rows follow from the lines: nobody but this class writes them.</summary>
    private Sha256Digest Contents() => CanonicalJson.Hash(new JsonArray(
        [tree.Head.ToJson(), .. blobs.Keys.Select(static digest => digest.ToString()).Order(StringComparer.Ordinal).Select(static digest => (JsonValue)digest)]));

    private async Task<bool> WaitAsync(StreamId? stream, Func<bool> hasGrown, TimeSpan bound, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource(bound, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellationToken);
        while (true)
        {
            using var listener = growth.Listen(stream);
            lock (gate)
            {
                if (hasGrown())
                {
                    return true;
                }
            }

            try
            {
                await listener.Heard.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // the bound ran out: an answer, not a fault
                return false;
            }
        }
    }

    private long VersionOf(StreamId stream) => stream.Proposer is { } agent ? proposals.GetValueOrDefault(agent) : streams.TryGetValue(stream, out var list) ? list.Count : 0;

    private Refusal? Anchor()
    {
        var head = tree.Head;
        var refusal = anchor?.Advance(
            head,
            anchored,
            (older, newer) => newer <= tree.Size ? tree.ProveConsistency(older, newer) : LedgerRefusals.Broken($"it ends after {tree.Size} entries"));
        anchored = refusal is null ? head : anchored;
        return refusal;
    }

    private void Keep(Append append, ImmutableArray<LedgerEntry> added)
    {
        foreach (var blob in append.Blobs)
        {
            // copied: the caller may use its buffer again
            _ = blobs.TryAdd(Sha256Digest.Of(blob.Span), blob.ToArray());
        }

        foreach (var digest in append.Erases)
        {
            _ = blobs.Remove(digest);
        }

        foreach (var entry in added)
        {
            entries.Add(entry);
            tree.Append(TreeHash.Leaf(entry.Line.Span));
            foreach (var stream in entry.Streams)
            {
                if (!streams.TryGetValue(stream, out var list))
                {
                    streams.Add(stream, list = []);
                }

                list.Add(entry);
            }

            if (PlanRow.Concerns(entry) is { } plan && PlanRow.After(rows.GetValueOrDefault(plan), entry) is { } row)
            {
                rows[plan] = row;
                proposals[row.Agent] = Math.Max(proposals.GetValueOrDefault(row.Agent), row.ProposedSeq + 1);
            }
        }
    }
}
