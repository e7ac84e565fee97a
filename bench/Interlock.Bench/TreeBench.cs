using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Bench;

/// <summary>What a signed checkpoint at every commit costs, and a proof out of a tree of any size.</summary>
internal static class TreeBench
{
    private const int Rounds = 9;

    public static async IAsyncEnumerable<Row> RunAsync()
    {
        using var folder = new Scratch();
        using var key = Must(LogKey.Create("interlock.example/bench", SystemRandom.Instance));
        var anchor = new AnchorFile(folder.File("anchor"), LogNotes.Verifier(key), LogNotes.Signer(key));
        await using (var plain = await OpenAsync(folder.File("plain.db"), null))
        await using (var anchored = await OpenAsync(folder.File("anchored.db"), anchor))
        {
            yield return await RatesAsync(plain, anchored, writers: 64, each: 40, share: 0.70);
            yield return await RatesAsync(plain, anchored, writers: 1, each: 100, share: 0.35);
        }

        await using var store = await OpenAsync(folder.File("large.db"), null);
        double? least = null;
        foreach (var size in (int[])[1_000, 100_000, 1_000_000])
        {
            await FillAsync(store, size);
            var median = await ProofAsync(store, size);
            least ??= median;
            yield return new Row(
                $"inclusion proof among {size:#,0} entries",
                "–",
                "< 2 ms and flat (≤ 3 × that among 1,000)",
                $"{median * 1000:0.000} ms",
                "–",
                "–",
                median < 0.002 && median <= 3 * least);
        }
    }

    /// <summary>Both in turn, round after round: the disk is not the same from minute to minute.</summary>
    private static async Task<Row> RatesAsync(SqliteLedgerStore plain, SqliteLedgerStore anchored, int writers, int each, double share)
    {
        var without = new double[Rounds];
        var with = new double[Rounds];
        for (var round = -1; round < Rounds; round++)
        {
            var (one, other) = (await RateAsync(plain, writers, each), await RateAsync(anchored, writers, each));
            if (round >= 0)
            {
                (without[round], with[round]) = (one, other);
            }
        }

        var (bare, signed) = (Bench.Rounds.Median(without), Bench.Rounds.Median(with));
        return new Row(
            $"append with a signed, anchored checkpoint at {writers} writers",
            "–",
            $"≥ {share:0.00} of the rate without",
            $"{Row.Number(signed)}/s: {signed / bare:0.00}",
            $"without, {Row.Number(bare)}/s",
            $"{signed / bare:0.00}",
            signed >= share * bare);
    }

    private static async Task<double> RateAsync(SqliteLedgerStore store, int writers, int each)
    {
        var seconds = await Bench.Rounds.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                await AppendAsync(store, 1);
            }
        }))));
        return writers * each / seconds;
    }

    private static async Task<double> ProofAsync(SqliteLedgerStore store, int size)
    {
        var root = Must(await store.RootAtAsync(size, CancellationToken.None));
        var times = new double[101];
        for (var i = 0; i < times.Length; i++)
        {
            var index = (long)i * (size - 1) / (times.Length - 1);
            InclusionProof? proof = null;
            times[i] = await Bench.Rounds.SecondsAsync(async () => proof = Must(await store.ProveInclusionAsync(index, size, CancellationToken.None)));
            var line = Must(await store.ReadAsync(index, 1, CancellationToken.None))[0];
            if (proof?.Verify(TreeHash.Leaf(line.Span), root) is not true)
            {
                throw new InvalidOperationException("a proof has to verify");
            }
        }

        return Bench.Rounds.Median(times);
    }

    private static async Task FillAsync(SqliteLedgerStore store, int upTo)
    {
        const int Batch = 1_000;
        for (var head = Must(await store.HeadAsync(CancellationToken.None)); head.Size < upTo; head = Must(await store.HeadAsync(CancellationToken.None)))
        {
            await AppendAsync(store, (int)Math.Min(Batch, upTo - head.Size));
        }
    }

    private static async Task AppendAsync(SqliteLedgerStore store, int entries)
    {
        var plan = PlanId.Create(SystemRandom.Instance);
        var hash = Sha256Digest.Of(JsonObject.Of(("plan", plan.ToString()))).ToString();
        var events = Enumerable.Range(0, entries)
            .Select(_ => JsonObject.Of(("kind", EventKinds.Approved), ("plan_id", plan.ToString()), ("approved_by", "bench"), ("plan_hash", hash)))
            .ToImmutableArray();
        if (await store.AppendAsync(new Append { Events = events }, CancellationToken.None) is not AppendAnswer.Appended)
        {
            throw new InvalidOperationException("an append has to be taken");
        }
    }

    private static async Task<SqliteLedgerStore> OpenAsync(string path, IAnchor? anchor) =>
        Must(await SqliteLedgerStore.OpenAsync(path, TimeProvider.System, new SqliteOptions { Anchor = anchor }, CancellationToken.None));

    private static T Must<T>(Result<T> result)
        where T : notnull => result.OrThrow();
}
