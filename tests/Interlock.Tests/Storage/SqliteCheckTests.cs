using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Storage;

/// <summary>A hand at the file, and what <c>fsck</c> says of it.</summary>
public sealed class SqliteCheckTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string LedgerFile => folder.File("ledger.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("DELETE FROM entries WHERE seq = 3", "entry 3 is missing")]
    [InlineData("DELETE FROM entries WHERE seq IN (3, 4)", "entries 3 to 4 are missing")]
    [InlineData("DELETE FROM entries WHERE seq = 0", "entry 0 is missing")]
    [InlineData("UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'restart', 'destroy') AS BLOB) WHERE seq = 1",
        "entry 1 was changed")]
    [InlineData("UPDATE entries SET line = x'7b7d' WHERE seq = 1", "entry 1 is not an entry")]
    [InlineData("UPDATE entries SET line = (SELECT line FROM entries WHERE seq = 4) WHERE seq = 2", "entry 4 is stored in the place of entry 2")]
    [InlineData("UPDATE entries SET seq = 99 WHERE seq = 5", "entries 5 to 98 are missing")]
    [InlineData("UPDATE streams SET version = 7 WHERE version = 2", "entry 4 is not indexed as version 2 of stream `plan:")]
    [InlineData("DELETE FROM streams WHERE version = 2", "is at version 1, but the chain holds 2")]
    [InlineData("DELETE FROM streams", "is not indexed, but the chain holds")]
    [InlineData("INSERT INTO streams VALUES('brakes', 1, 2)", "entry 2 is indexed as version 1 of stream `brakes`, which it is not")]
    [InlineData("INSERT INTO streams VALUES('brakes', 1, 77)", "entry 77, indexed as version 1 of stream `brakes`, is missing")]
    [InlineData("DELETE FROM plans WHERE proposed_seq = 2", "proposed by entry 2, is not listed")]
    [InlineData("UPDATE plans SET status = 'executed' WHERE proposed_seq = 1", "is listed as `executed` at entry 4, but the chain gives `approved`")]
    [InlineData("UPDATE plans SET intent = 'x' WHERE proposed_seq = 1", "or its other fields differ")]
    [InlineData("INSERT INTO plans VALUES('00000000-0000-4000-8000-0000000000ff', 'a', 'b', 'proposed', 9, 9)", "is listed, but the chain holds no `proposed`")]
    [InlineData("INSERT INTO plans VALUES('nonsense', 'a', 'b', 'proposed', 9, 9)", "which is not the id of a plan")]
    [InlineData("UPDATE blobs SET bytes = x'00' WHERE bytes = CAST('body 2' AS BLOB)", "which entry 2 names as plan_hash, was changed")]
    [InlineData("DELETE FROM blobs WHERE bytes = CAST('body 2' AS BLOB)", "which entry 2 names as plan_hash, is missing")]
    [InlineData("INSERT INTO blobs VALUES(x'00', x'00')", "which is not a digest")]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM plans; END", "`t` is no part of a ledger")]
    [InlineData("DROP INDEX plans_by_age", "`plans_by_age` is missing")]
    public async Task What_was_changed_by_hand_is_found(string sql, string finding)
    {
        await using var store = await SampleAsync();
        var sound = (await store.CheckAsync(default)).Value();
        Assert.Empty(sound.Findings);
        Assert.Equal(sound.Contents, (await store.ContentsAsync(default)).Value());
        RawDatabase.Run(LedgerFile, sql);
        Assert.Contains((await store.CheckAsync(default)).Value().Findings, text => text.Contains(finding, StringComparison.Ordinal));

        // and nobody who remembers what was sound takes it for the same
        Assert.NotEqual(sound.Contents, (await store.ContentsAsync(default)).Value());
    }

    /// <summary>The tables are whole, and a list that goes by the one index finds the plans under the keys of the other.</summary>
    [Fact]
    public async Task An_index_that_is_not_that_of_its_table_is_found()
    {
        await using (await SampleAsync())
        {
            RawDatabase.Run(
                LedgerFile,
                "PRAGMA writable_schema=ON; CREATE TEMP TABLE roots AS SELECT name, rootpage FROM sqlite_schema WHERE name IN ('plans_by_age', 'plans_by_status');"
                    + " UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM roots WHERE roots.name <> sqlite_schema.name)"
                    + " WHERE name IN ('plans_by_age', 'plans_by_status')");
        }

        await using var store = (await SqliteLedgerStore.OpenAsync(LedgerFile, TimeProvider.System, null, default)).Value();
        Assert.Contains(
            (await store.CheckAsync(default)).Value().Findings,
            text => text.StartsWith("the database file is damaged: ", StringComparison.Ordinal) && text.Contains("index plans_by", StringComparison.Ordinal));
    }

    /// <summary>Else the digest of an altered schema would be remembered as sound, and whoever took it back in time could put it there again.</summary>
    [Fact]
    public async Task The_schema_is_judged_at_the_moment_of_the_digest_that_it_is_part_of()
    {
        await using var store = await SampleAsync();
        using var hand = new RawDatabase(LedgerFile);
        hand.Execute("CREATE TABLE t(x)");

        var check = (await store.CheckAsync((entry, _) => hand.Execute("DROP TABLE IF EXISTS t"), default)).Value();

        Assert.Contains(check.Findings, text => text.Contains("`t` is no part of a ledger", StringComparison.Ordinal));
        Assert.NotEqual(check.Contents, (await store.ContentsAsync(default)).Value());
    }

    [Theory]
    [InlineData("SELECT 1", 6)]
    [InlineData("DELETE FROM entries WHERE seq = 3", 3)]
    [InlineData("UPDATE entries SET line = x'7b7d' WHERE seq = 1", 1)]
    [InlineData("UPDATE entries SET line = (SELECT line FROM entries WHERE seq = 4) WHERE seq = 2", 2)]
    [InlineData("UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'restart', 'destroy') AS BLOB) WHERE seq = 2", 2)]
    [InlineData("DELETE FROM entries WHERE seq = 0", 0)]
    public async Task Entries_are_handed_on_up_to_the_first_fault(string sql, int sound)
    {
        await using var store = await SampleAsync();
        RawDatabase.Run(LedgerFile, sql);
        var seen = new List<(long Seq, bool IsItsLeaf)>();

        _ = (await store.CheckAsync((entry, leaf) => seen.Add((entry.Seq, leaf == TreeHash.Leaf(entry.Line.Span))), default)).Value();

        Assert.Equal(Enumerable.Range(0, sound).Select(static seq => ((long)seq, true)), seen);
    }

    [Fact]
    public async Task A_tail_that_was_cut_off_is_found_where_the_index_the_list_and_the_blobs_remember_it()
    {
        await using var store = await SampleAsync();
        RawDatabase.Run(LedgerFile, "DELETE FROM entries WHERE seq >= 3");
        var findings = (await store.CheckAsync(default)).Value().Findings;
        Assert.Contains(findings, text => text.Contains("entry 3, indexed as version 1 of stream `plan:", StringComparison.Ordinal));
        Assert.Contains(findings, text => text.Contains("is listed, but the chain holds no `proposed`", StringComparison.Ordinal));
        Assert.Contains(findings, text => text.Contains("is named by no entry", StringComparison.Ordinal));

        // this process remembers the head, so it also refuses to write behind the cut
        var answer = await store.AppendAsync(Events.Proposal(9), default);
        Assert.Equal(RefusalCode.Corrupt, Assert.IsType<AppendAnswer.Refused>(answer).Refusal.Code);
    }

    [Fact]
    public async Task A_tail_that_was_cut_off_with_all_its_traces_is_not_found_without_checkpoints()
    {
        // the honest limit, written down in docs/spec/ledger.md: whoever owns the file can take it back to an earlier state
        await using (await SampleAsync())
        {
        }

        RawDatabase.Run(
            LedgerFile,
            "DELETE FROM entries WHERE seq >= 3; DELETE FROM streams WHERE seq >= 3; DELETE FROM plans WHERE proposed_seq >= 3;"
                + " UPDATE plans SET status = 'proposed', last_seq = proposed_seq; DELETE FROM blobs WHERE bytes = CAST('body 3' AS BLOB)");
        await using var again = (await SqliteLedgerStore.OpenAsync(LedgerFile, TimeProvider.System, null, default)).Value();
        Assert.Empty((await again.CheckAsync(default)).Value().Findings);
        Assert.Equal(3, (await again.HeadAsync(default)).Value().Size);
    }

    [Fact]
    public async Task What_was_changed_is_refused_when_it_is_read()
    {
        await using var store = await SampleAsync();
        var head = (await store.HeadAsync(default)).Value();
        RawDatabase.Run(
            LedgerFile,
            "UPDATE blobs SET bytes = x'00' WHERE bytes = CAST('body 2' AS BLOB); DELETE FROM streams WHERE seq = 1;"
                + " UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'restart', 'destroy') AS BLOB) WHERE seq = 2");

        Assert.Equal(RefusalCode.Corrupt, (await store.ReadBlobAsync(Sha256Digest.Of("body 2"u8), default)).Refusal().Code);
        Assert.Contains("version 1 of stream", (await store.ReadStreamAsync(Events.Stream(1), default)).Refusal().Message);
        Assert.Contains("entry 2 was changed", (await store.ReadStreamAsync(Events.Stream(2), default)).Refusal().Message);
        var chain = await VerifiedChain.ReadAsync(store, ChainHead.Empty, _ => { }, default);
        Assert.Contains("entry 2 was changed", chain.Refusal().Message);
        Assert.Contains("entry 2 was changed", (await LedgerFiles.ExportAsync(store, folder.File("x.jsonl"), default)).Refusal().Message);
        Assert.False(File.Exists(folder.File("x.jsonl")));
        Assert.Equal(head, (await store.HeadAsync(default)).Value());
    }

    /// <summary>Entry 0 genesis, 1 to 3 proposals of plans 1 to 3, 4 and 5 approve plans 1 and 2.</summary>
    private async Task<SqliteLedgerStore> SampleAsync()
    {
        var store = (await SqliteLedgerStore.OpenAsync(LedgerFile, TimeProvider.System, null, default)).Value();
        await store.AppendOkAsync(Events.Append(JsonObject.Of(("kind", EventKinds.Genesis))));
        for (var i = 1; i <= 3; i++)
        {
            await store.AppendOkAsync(Events.Proposal(i));
        }

        await store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1)));
        await store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 2)));
        return store;
    }
}
