using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Execution;
using Interlock.Tests.Ledger;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Attacks;

/// <summary>One entry as it could be written again: when, and what.</summary>
internal sealed record Written(DateTimeOffset At, JsonObject Event)
{
    public string Kind => Event.Text(EventKinds.KindField) ?? "";
}

/// <summary>
/// A hand at the ledger's file with the code's own hashing: it writes the whole file anew, so that chain, streams, listing, tree and blobs
/// agree with each other. What it has not is the log's key, the anchor and anybody's signing key.
/// </summary>
internal sealed class Attacker(string ledger)
{
    private static readonly string[] Tables = ["entries", "streams", "plans", "tree"];

    /// <summary>The entries as they are stored.</summary>
    public async Task<ImmutableArray<Written>> ReadAsync()
    {
        await using var store = await OpenAsync(ledger, new TestClock());
        var lines = (await store.ReadAsync(0, 10_000, default)).Value();
        return
        [
            .. lines.Select(line => LedgerEntry.TryReadAlone(line, out var entry, out var error)
                ? new Written(entry.At, entry.Event)
                : throw new InvalidOperationException(error)),
        ];
    }

    /// <summary>Writes another history into the same file: hashes, streams, listing and tree are made anew; blobs stay, and some come.</summary>
    public async Task RewriteAsync(Func<ImmutableArray<Written>, IEnumerable<Written>> change, params ReadOnlyMemory<byte>[] blobs)
    {
        var forged = ledger + ".forged";
        File.Delete(forged);
        var clock = new ScriptedClock();
        var history = change(await ReadAsync()).ToList();
        await using (var store = await OpenAsync(forged, clock))
        {
            foreach (var entry in history)
            {
                clock.Now = entry.At;
                Assert.IsType<AppendAnswer.Appended>(await store.AppendAsync(new Append { Events = [entry.Event], Blobs = [.. blobs] }, default));
            }
        }

        using var raw = new RawDatabase(ledger);
        raw.Execute($"ATTACH '{forged}' AS forged");
        raw.Execute("BEGIN IMMEDIATE");
        foreach (var table in Tables)
        {
            raw.Execute($"DELETE FROM {table}");
            raw.Execute($"INSERT INTO {table} SELECT * FROM forged.{table}");
        }

        raw.Execute("INSERT INTO blobs SELECT * FROM forged.blobs WHERE digest NOT IN (SELECT digest FROM main.blobs)");
        raw.Execute("COMMIT");
    }

    /// <summary>Appends, as any process would that may write the file and does not care for the anchor.</summary>
    public async Task AppendAsync(TestClock clock, Func<Forger, Task> forge)
    {
        await using var store = await OpenAsync(ledger, clock);
        await forge(new Forger(store));
    }

    /// <summary>Runs SQL.</summary>
    public void Run(string sql) => RawDatabase.Run(ledger, sql);

    private static async Task<SqliteLedgerStore> OpenAsync(string path, TimeProvider clock) =>
        (await SqliteLedgerStore.OpenAsync(path, clock, null, default)).Value();

    private sealed class ScriptedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
