using System.Diagnostics;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Tests.Storage;

public sealed class SqliteLedgerStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string LedgerFile => folder.File("ledger.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_appended_is_there_after_the_file_is_opened_again()
    {
        ChainHead head;
        await using (var store = await OpenAsync())
        {
            await store.AppendOkAsync(Events.Proposal(1));
            head = (await store.HeadAsync(default)).Value();
        }

        await using var again = await OpenAsync();
        Assert.Equal(head, (await again.HeadAsync(default)).Value());
        await again.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1)).Reading((Events.Stream(1), 1)));
        Assert.Empty((await again.CheckAsync(default)).Value().Findings);
        Assert.Equal("wal", Raw("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task Two_stores_on_one_file_interleave_a_thousand_appends_into_one_chain()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(async () =>
        {
            var store = i % 2 == 0 ? one : other;
            await store.AppendOkAsync(Events.Proposal(i, i % 2 == 0 ? "one" : "other"));
        })));
        var chain = await one.ChainAsync();
        Assert.Equal(1_000, chain.Count);
        Assert.Equal(1_000, chain.Select(entry => entry.Event.Text("plan_id")).Distinct().Count());
        Assert.Equal((await one.HeadAsync(default)).Value(), (await other.HeadAsync(default)).Value());
        Assert.Empty((await other.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_neighbour_that_writes_without_a_pause_keeps_nobody_waiting_for_long()
    {
        await using var busy = await OpenAsync();
        await using var other = await OpenAsync(new SqliteOptions { BusyTimeout = TimeSpan.FromSeconds(30) });
        using var stop = new CancellationTokenSource();
        var theirs = 0;
        var neighbours = Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                await busy.AppendOkAsync(Events.Proposal((writer * 100_000) + count));
                Interlocked.Increment(ref theirs);
            }

            return count;
        })).ToArray();
        var ours = 0;
        for (; ours < 10 || (Volatile.Read(ref theirs) < 10 && ours < 1_000); ours++)
        {
            await other.AppendOkAsync(Events.Proposal(5_000_000 + ours));
        }

        await stop.CancelAsync();
        var written = (await Task.WhenAll(neighbours)).Sum();
        Assert.Equal(written + ours, (await other.HeadAsync(default)).Value().Size);

        // turns, not starvation, on either side: ours got through, and so did theirs, however the machine schedules them
        Assert.InRange(written, 10, 10_000);
        Assert.InRange(ours, 10, 999);
    }

    [Fact]
    public async Task Two_stores_on_one_file_cannot_both_win_a_version()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        for (var version = 0; version < 50; version++)
        {
            var append = Events.Append(JsonObject.Of(("kind", EventKinds.Stopped))).Reading((StreamId.Brakes, version));
            var answers = await Task.WhenAll(one.AppendAsync(append, default), other.AppendAsync(append, default));
            Assert.Single(answers.OfType<AppendAnswer.Appended>());
            Assert.Single(answers.OfType<AppendAnswer.Conflict>());
        }
    }

    [Fact]
    public async Task Eight_who_open_a_new_file_at_once_make_one_ledger()
    {
        for (var round = 0; round < 10; round++)
        {
            var path = folder.File($"new{round}.db");
            var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
                (await SqliteLedgerStore.OpenAsync(path, TimeProvider.System, null, default)).Value())));
            await Task.WhenAll(stores.Select((store, i) => store.AppendOkAsync(Events.Proposal(i))));
            Assert.Equal(8, (await stores[0].ChainAsync()).Count);
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ledger_that_was_deleted_or_replaced_under_a_running_process_is_refused(bool replaced)
    {
        await using var store = await OpenAsync();
        var head = (await store.AppendOkAsync(Events.Proposal(1)))[0].Head;
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            File.Delete(file);
        }

        if (replaced)
        {
            await using var other = await OpenAsync();
            await other.AppendOkAsync(Events.Proposal(5));
            await other.AppendOkAsync(Events.Proposal(6));
        }

        var refused = Assert.IsType<AppendAnswer.Refused>(await store.AppendAsync(Events.Proposal(2), default));
        Assert.Contains("deleted, moved or replaced while it was open", refused.Refusal.Message);
        Assert.False((await VerifiedChain.ReadAsync(store, head, _ => { }, default)).TryGet(out _, out _));
        Assert.False((await store.ReopenAsync(default)).TryGet(out _, out _));
    }

    [Fact]
    public async Task A_line_that_was_read_before_and_is_changed_in_the_file_is_refused_all_the_same()
    {
        await using var store = await OpenAsync();
        await store.AppendOkAsync(Events.Proposal(1));
        await store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1)));
        Assert.Equal(2, (await store.ReadStreamAsync(Events.Stream(1), default)).Value().Length);
        Assert.Equal(2, (await store.HeadAsync(default)).Value().Size);
        using (var raw = new RawDatabase(LedgerFile))
        {
            raw.Execute("UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'approved', 'rejected') AS BLOB) WHERE seq = 1");
        }

        Assert.Contains("entry 1 was changed", (await store.ReadStreamAsync(Events.Stream(1), default)).Refusal().Message);
        Assert.Contains("entry 1 was changed", (await store.HeadAsync(default)).Refusal().Message);
        using (var raw = new RawDatabase(LedgerFile))
        {
            raw.Execute("UPDATE entries SET line = (SELECT line FROM entries WHERE seq = 0) WHERE seq = 1");
        }

        Assert.Contains("does not belong to stream", (await store.ReadStreamAsync(Events.Stream(1), default)).Refusal().Message);
        Assert.Contains("is stored in the place of entry 1", (await store.HeadAsync(default)).Refusal().Message);
    }

    [Fact]
    public async Task A_wait_sees_what_another_process_wrote()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        var waiting = one.WaitAsync(0, TimeSpan.FromSeconds(20), default);
        var waitingForStream = one.WaitAsync(new StreamVersion(StreamId.Plan(Events.Plan(1)), 0), TimeSpan.FromSeconds(20), default);
        await other.AppendOkAsync(Events.Proposal(1));
        Assert.True(await waiting);
        Assert.True(await waitingForStream);
        Assert.Equal(1, (await one.HeadAsync(default)).Value().Size);
    }

    [Fact]
    public async Task Appends_that_wait_together_share_one_commit()
    {
        var commits = 0;
        await using var store = await OpenAsync(new SqliteOptions { CommitFault = moment => commits += moment == CommitMoment.Before ? 1 : 0 });
        Task<AppendAnswer>[] waiting;
        using (var raw = new RawDatabase(LedgerFile))
        {
            raw.Execute("BEGIN IMMEDIATE");
            waiting = [.. Enumerable.Range(0, 64).Select(i => store.AppendAsync(Events.Proposal(i), default))];
            raw.Execute("ROLLBACK");
        }

        Assert.All(await Task.WhenAll(waiting), answer => Assert.IsType<AppendAnswer.Appended>(answer));
        Assert.InRange(commits, 1, 2);
    }

    [Fact]
    public async Task One_append_that_cannot_be_written_does_not_spoil_its_neighbours()
    {
        await using var store = await OpenAsync(new SqliteOptions { MaxDatabaseBytes = 1 << 18 });
        Task<AppendAnswer>[] waiting;
        using (var raw = new RawDatabase(LedgerFile))
        {
            raw.Execute("BEGIN IMMEDIATE");
            waiting =
            [
                store.AppendAsync(Events.Proposal(1), default),
                store.AppendAsync(Events.Proposal(2), default),
                store.AppendAsync(Events.Append(Events.Proposed(3)) with { Blobs = [new byte[1 << 19]] }, default),
                store.AppendAsync(Events.Proposal(4), default),
            ];
            raw.Execute("ROLLBACK");
        }

        var answers = await Task.WhenAll(waiting);
        Assert.Equal(3, answers.OfType<AppendAnswer.Appended>().Count());
        var refusal = Assert.IsType<AppendAnswer.Refused>(answers[2]).Refusal;
        Assert.Equal(RefusalCode.Storage, refusal.Code);
        Assert.Contains("it has reached its limit of 262144 bytes", refusal.Message);
        Assert.Equal(3, (await store.ChainAsync()).Count);
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_file_locked_by_another_process_is_waited_for_and_then_refused_with_the_reason()
    {
        await using var store = await OpenAsync(new SqliteOptions { BusyTimeout = TimeSpan.FromMilliseconds(300) });
        using var raw = new RawDatabase(LedgerFile);
        raw.Execute("BEGIN IMMEDIATE");
        var since = Stopwatch.StartNew();
        var answer = await store.AppendAsync(Events.Proposal(1), default);
        var refusal = Assert.IsType<AppendAnswer.Refused>(answer).Refusal;
        Assert.Equal(RefusalCode.Storage, refusal.Code);
        Assert.Contains("is locked by another process for 0.3 s", refusal.Message);
        Assert.Contains(LedgerFile, refusal.Message);
        Assert.InRange(since.Elapsed.TotalSeconds, 0.3, 30);
        Assert.Equal(0, (await store.HeadAsync(default)).Value().Size);

        raw.Execute("ROLLBACK");
        await store.AppendOkAsync(Events.Proposal(1));
    }

    [Fact]
    public async Task An_append_that_is_cancelled_while_it_waits_is_never_written()
    {
        await using var store = await OpenAsync();
        using var cancel = new CancellationTokenSource();
        using (var raw = new RawDatabase(LedgerFile))
        {
            raw.Execute("BEGIN IMMEDIATE");
            var waiting = store.AppendAsync(Events.Proposal(1), cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            raw.Execute("ROLLBACK");
        }

        Assert.Equal(0, (await store.AppendOkAsync(Events.Proposal(2)))[0].Seq);
        Assert.Single(await store.ChainAsync());
    }

    [Theory]
    [InlineData(CommitMoment.Before, 1)]
    [InlineData(CommitMoment.After, 2)]
    public async Task A_commit_without_a_certain_outcome_stops_the_store_until_the_ledger_is_read_again(object moment, long size)
    {
        var failing = false;
        await using var store = await OpenAsync(new SqliteOptions
        {
            CommitFault = at =>
            {
                if (failing && at == (CommitMoment)moment)
                {
                    throw new SqliteException("disk I/O error", SqliteCode.IoError, 1034);
                }
            },
        });
        await store.AppendOkAsync(Events.Proposal(1));
        failing = true;
        var answer = await store.AppendAsync(Events.Proposal(2), default);
        Assert.Equal(RefusalCode.OutcomeUnknown, Assert.IsType<AppendAnswer.OutcomeUnknown>(answer).Refusal.Code);

        failing = false;
        RawDatabase.Run(LedgerFile, "BEGIN IMMEDIATE; ROLLBACK");
        var next = await store.AppendAsync(Events.Proposal(3), default);
        Assert.Equal(RefusalCode.OutcomeUnknown, Assert.IsType<AppendAnswer.Refused>(next).Refusal.Code);

        Assert.Equal(size, (await store.ReopenAsync(default)).Value().Size);
        Assert.Equal(size, (await store.AppendOkAsync(Events.Proposal(3)))[0].Seq);
        Assert.Equal(size + 1, (await store.ChainAsync()).Count);
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_full_database_at_the_commit_is_surely_not_written_and_does_not_stop_the_store()
    {
        var failing = true;
        await using var store = await OpenAsync(new SqliteOptions
        {
            CommitFault = at =>
            {
                if (failing && at == CommitMoment.Before)
                {
                    throw new SqliteException("database or disk is full", SqliteCode.Full, SqliteCode.Full);
                }
            },
        });
        var refused = Assert.IsType<AppendAnswer.Refused>(await store.AppendAsync(Events.Proposal(1), default));
        Assert.Contains("its disk is full; free space", refused.Refusal.Message);
        failing = false;
        Assert.Equal(0, (await store.AppendOkAsync(Events.Proposal(1)))[0].Seq);
    }

    [Fact]
    public async Task A_file_that_is_no_ledger_is_refused_with_the_reason_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(folder.File("text"), new string('x', 5_000));
        var text = await RefusedAsync("text");
        Assert.Equal(RefusalCode.Corrupt, text.Code);
        Assert.Contains("is not a database", text.Message);
        Assert.Equal(new string('x', 5_000), await File.ReadAllTextAsync(folder.File("text")));

        RawDatabase.Run(folder.File("other"), "CREATE TABLE t(a)");
        Assert.Contains("another program", (await RefusedAsync("other")).Message);
        Directory.CreateDirectory(folder.File("folder"));
        Assert.Contains("is a folder", (await RefusedAsync("folder")).Message);
        Assert.Equal(RefusalCode.Storage, (await RefusedAsync("text/ledger.db")).Code);
    }

    [Fact]
    public async Task A_ledger_of_a_newer_version_or_with_a_strangers_trigger_is_refused()
    {
        await (await OpenAsync()).DisposeAsync();
        RawDatabase.Run(LedgerFile, "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM plans; END");
        Assert.Contains("`t` is no part of a ledger", (await RefusedAsync("ledger.db")).Message);
        RawDatabase.Run(LedgerFile, "PRAGMA user_version=3");
        Assert.Contains("upgrade interlock", (await RefusedAsync("ledger.db")).Message);
    }

    [Fact]
    public async Task A_damaged_file_is_a_refusal_that_names_it()
    {
        await using (var store = await OpenAsync())
        {
            await store.AppendOkAsync(Events.Append(Events.Proposed(1)) with { Blobs = [new byte[100_000]] });
        }

        var bytes = await File.ReadAllBytesAsync(LedgerFile);
        bytes.AsSpan(4_096).Fill(0xff);
        await File.WriteAllBytesAsync(LedgerFile, bytes);
        await using var again = await OpenAsync();
        var refusal = (await again.HeadAsync(default)).Refusal();
        Assert.Equal(RefusalCode.Corrupt, refusal.Code);
        Assert.Contains(LedgerFile, refusal.Message);
        Assert.IsType<AppendAnswer.Refused>(await again.AppendAsync(Events.Proposal(2), default));
    }

    [Fact]
    public async Task A_store_that_was_disposed_of_says_so()
    {
        var store = await OpenAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.AppendAsync(Events.Proposal(1), default));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.HeadAsync(default));
    }

    private async Task<SqliteLedgerStore> OpenAsync(SqliteOptions? options = null) =>
        (await SqliteLedgerStore.OpenAsync(LedgerFile, TimeProvider.System, options, default)).Value();

    private async Task<Refusal> RefusedAsync(string name) =>
        (await SqliteLedgerStore.OpenAsync(folder.File(name), TimeProvider.System, null, default)).Refusal();

    private object? Raw(string sql)
    {
        using var raw = new RawDatabase(LedgerFile);
        return raw.Execute(sql);
    }
}
