using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;
using Microsoft.Data.Sqlite;

namespace Interlock.Bench;

/// <summary>Durable appends: alone, after a million others, and many at once; beside a bare loop of commits on the same disk.</summary>
internal static class LedgerBench
{
    private const int Writers = 64;

    public static async IAsyncEnumerable<Row> RunAsync()
    {
        using var folder = new Scratch();
        await using var store = await OpenAsync(folder.File("ledger.db"));
        await FillAsync(store, 1_000);
        var (small, bare) = await LatencyAsync(store, folder.File("bare.db"));
        await FillAsync(store, 1_000_000);
        var (large, bareLater) = await LatencyAsync(store, folder.File("bare-later.db"));

        // both against the bare loop of their own moment: the disk is not the same from minute to minute
        var growth = large / bareLater / (small / bare);
        yield return new Row(
            "append with 1,000 → 1,000,000 entries before it",
            "3.8 → 288 ms and growing",
            "ratio of medians ≤ 1.3",
            $"{small * 1000:0.000} → {large * 1000:0.000} ms: {growth:0.00}",
            $"bare SQLite commit {bare * 1000:0.000} → {bareLater * 1000:0.000} ms",
            $"{bareLater / large:0.00}",
            growth <= 1.3);

        var one = await RateAsync(store, 1, 400);
        var many = await RateAsync(store, Writers, 200);
        yield return new Row(
            $"durable decisions/s at {Writers} writers against 1",
            "–",
            "≥ 5 ×",
            $"{Row.Number(many)}/s against {Row.Number(one)}/s: {many / one:0.0} ×",
            $"bare SQLite commit loop, {Row.Number(1 / bareLater)}/s",
            $"{many * bareLater:0.0}",
            many >= 5 * one);
    }

    /// <summary>The median of an append alone, and of a bare commit, taken in turn.</summary>
    private static async Task<(double Append, double Bare)> LatencyAsync(SqliteLedgerStore store, string bare)
    {
        using var connection = OpenBare(bare);
        var appends = new double[300];
        var commits = new double[appends.Length];
        var line = new byte[400];
        for (var i = -20; i < appends.Length; i++)
        {
            var append = await Rounds.SecondsAsync(() => AppendAsync(store, 1));
            var commit = Rounds.Seconds(() => Commit(connection, line));
            if (i >= 0)
            {
                (appends[i], commits[i]) = (append, commit);
            }
        }

        return (Rounds.Median(appends), Rounds.Median(commits));
    }

    private static async Task<double> RateAsync(SqliteLedgerStore store, int writers, int each)
    {
        var seconds = await Rounds.SecondsAsync(() => Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                await AppendAsync(store, 1);
            }
        }))));
        return writers * each / seconds;
    }

    private static async Task<SqliteLedgerStore> OpenAsync(string path) =>
        (await SqliteLedgerStore.OpenAsync(path, TimeProvider.System, new SqliteOptions(), CancellationToken.None)).TryGet(out var store, out var refusal)
            ? store
            : throw new InvalidOperationException(refusal.Message);

    private static async Task FillAsync(SqliteLedgerStore store, int upTo)
    {
        const int Batch = 1_000;
        while ((await store.HeadAsync(CancellationToken.None)).TryGet(out var head, out _) && head.Size < upTo)
        {
            await AppendAsync(store, (int)Math.Min(Batch, upTo - head.Size));
        }
    }

    private static async Task AppendAsync(SqliteLedgerStore store, int entries)
    {
        var plan = PlanId.Create(SystemRandom.Instance);
        var hash = Sha256Digest.Of(JsonObject.Of(("plan", plan.ToString()))).ToString();
        var events = Enumerable.Range(0, entries)
            .Select(i => JsonObject.Of(("kind", EventKinds.Approved), ("plan_id", plan.ToString()), ("approved_by", "bench"), ("plan_hash", hash)))
            .ToImmutableArray();
        var append = new Append { Events = events, Reads = [new StreamVersion(StreamId.Plan(plan), 0)] };
        if (await store.AppendAsync(append, CancellationToken.None) is not AppendAnswer.Appended)
        {
            throw new InvalidOperationException("an append has to be taken");
        }
    }

    private static SqliteConnection OpenBare(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE entries(seq INTEGER PRIMARY KEY, line BLOB) STRICT";
        command.ExecuteNonQuery();
        return connection;
    }

    private static void Commit(SqliteConnection connection, byte[] line)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO entries(line) VALUES ($1)";
        command.Parameters.AddWithValue("$1", line);
        command.ExecuteNonQuery();
    }
}
