using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Tests.Ledger;

/// <summary>What every store keeps. Each store has a sealed class that runs all of it.</summary>
public abstract class LedgerStoreContract : IAsyncLifetime
{
    private ILedgerStore? made;

    private protected SetClock Clock { get; } = new();

    private protected ILedgerStore Store => made ?? throw new InvalidOperationException("not initialised");

    public async ValueTask InitializeAsync() => made = await MakeAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<ILedgerStore> MakeAsync();

    [Fact]
    public async Task An_empty_ledger_has_no_head_no_entries_and_nothing_to_find()
    {
        Assert.Equal(ChainHead.Empty, (await Store.HeadAsync(default)).Value());
        Assert.Empty((await Store.ReadAsync(0, 10, default)).Value());
        Assert.Empty((await Store.ReadStreamAsync(StreamId.Brakes, default)).Value());
        Assert.Empty((await Store.ListPlansAsync(new PlanQuery(), default)).Value().Rows);
        Assert.Empty((await Store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task Appended_entries_form_one_chain_that_is_read_back_byte_for_byte()
    {
        var first = await Store.AppendOkAsync(Events.Proposal(1));
        var second = await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1), Events.Of(EventKinds.ExecutionStart, 1)));

        var chain = await Store.ChainAsync();
        Assert.Equal([.. first, .. second], chain, (left, right) => left.Line.Span.SequenceEqual(right.Line.Span));
        Assert.Equal(chain[^1].Head, (await Store.HeadAsync(default)).Value());
        Assert.Equal(Clock.Now, chain[0].At);
        Assert.Equal(2, (await Store.ReadAsync(1, 2, default)).Value().Length);
        Assert.Empty((await Store.ReadAsync(99, 2, default)).Value());
    }

    [Fact]
    public async Task An_append_whose_streams_are_as_read_is_written()
    {
        await Store.AppendOkAsync(Events.Proposal(1).Reading((Events.Stream(1), 0), (StreamId.Brakes, 0)));
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1)).Reading((Events.Stream(1), 1), (StreamId.Brakes, 0)));
        Assert.Equal(2, (await Store.ReadStreamAsync(Events.Stream(1), default)).Value().Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_stream_that_is_not_as_read_is_a_conflict_that_names_it_and_writes_nothing(long version)
    {
        await Store.AppendOkAsync(Events.Proposal(1));
        var answer = await Store.AppendAsync(
            Events.Append(Events.Of(EventKinds.Approved, 1)).Reading((Events.Stream(1), version)), default);

        var conflict = Assert.IsType<AppendAnswer.Conflict>(answer);
        Assert.Equal(new StreamVersion(Events.Stream(1), version), conflict.Expected);
        Assert.Equal(1, conflict.Actual);
        Assert.Equal(1, (await Store.HeadAsync(default)).Value().Size);
    }

    [Fact]
    public async Task Every_stream_read_counts_not_only_the_one_written()
    {
        await Store.AppendOkAsync(Events.Proposal(1));
        await Store.AppendOkAsync(Events.Append(JsonObject.Of(("kind", EventKinds.Stopped))));
        var answer = await Store.AppendAsync(
            Events.Append(Events.Of(EventKinds.ExecutionStart, 1)).Reading((Events.Stream(1), 1), (StreamId.Brakes, 0)), default);
        Assert.Equal(StreamId.Brakes, Assert.IsType<AppendAnswer.Conflict>(answer).Expected.Stream);
        Assert.Equal(2, (await Store.ChainAsync()).Count);
    }

    [Fact]
    public async Task The_proposals_of_an_agent_are_as_read_until_there_is_another_one_of_the_same_agent()
    {
        var (ann, bob) = (StreamId.Proposals("ann"), StreamId.Proposals("bob"));
        await Store.AppendOkAsync(Events.Proposal(1).Reading((ann, 0), (bob, 0)));
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1)));
        await Store.AppendOkAsync(Events.Proposal(2, "bob").Reading((ann, 1), (bob, 0)));
        await Store.AppendOkAsync(Events.Proposal(3).Reading((ann, 1), (bob, 3)));

        // of appends that share a commit each sees those before it
        var answers = await Task.WhenAll(Enumerable.Range(4, 20).Select(number => Store.AppendAsync(Events.Proposal(number).Reading((ann, 4)), default)));

        Assert.Single(answers.OfType<AppendAnswer.Appended>());
        Assert.All(answers.OfType<AppendAnswer.Conflict>(), conflict => Assert.Equal((new StreamVersion(ann, 4), 5), (conflict.Expected, conflict.Actual)));
        Assert.Equal(19, answers.OfType<AppendAnswer.Conflict>().Count());
        Assert.Empty((await Store.ReadStreamAsync(ann, default)).Value());
    }

    [Fact]
    public async Task Two_plans_that_lock_one_resource_cannot_both_win()
    {
        await Store.AppendOkAsync(Events.Proposal(1));
        await Store.AppendOkAsync(Events.Proposal(2));
        var free = (StreamId.Lock("server:web1"), 0L);
        var answers = await Task.WhenAll(
            Store.AppendAsync(Events.Append(Events.Locking(EventKinds.ExecutionStart, 1, "server:web1")).Reading(free), default),
            Store.AppendAsync(Events.Append(Events.Locking(EventKinds.ExecutionStart, 2, "server:web1")).Reading(free), default));
        Assert.Single(answers.OfType<AppendAnswer.Appended>());
        Assert.Single(answers.OfType<AppendAnswer.Conflict>());
        Assert.Single((await Store.ReadStreamAsync(StreamId.Lock("server:web1"), default)).Value());
    }

    [Fact]
    public async Task An_entry_belongs_to_every_stream_that_it_names_and_counts_once_in_each()
    {
        await Store.AppendOkAsync(Events.Proposal(1));
        var entry = (await Store.AppendOkAsync(Events.Append(Events.Locking(EventKinds.ExecutionStart, 1, "a:1", "b:2", "a:1"))))[0];
        foreach (var stream in new[] { Events.Stream(1), StreamId.Lock("a:1"), StreamId.Lock("b:2") })
        {
            Assert.Equal(entry.Seq, (await Store.ReadStreamAsync(stream, default)).Value()[^1].Seq);
        }

        Assert.Single((await Store.ReadStreamAsync(StreamId.Lock("a:1"), default)).Value());
    }

    [Fact]
    public async Task Either_all_events_of_an_append_are_written_or_none()
    {
        var answer = await Store.AppendAsync(
            Events.Append(Events.Proposed(1), JsonObject.Of(("kind", "nonsense"))) with { Blobs = ["left behind"u8.ToArray()] }, default);
        Assert.Equal(RefusalCode.Malformed, Assert.IsType<AppendAnswer.Refused>(answer).Refusal.Code);
        Assert.Equal(0, (await Store.HeadAsync(default)).Value().Size);
        Assert.Equal(RefusalCode.NotFound, (await Store.ReadBlobAsync(Sha256Digest.Of("left behind"u8), default)).Refusal().Code);
        Assert.Empty((await Store.ListPlansAsync(new PlanQuery(), default)).Value().Rows);
    }

    [Theory]
    [InlineData("""{"kind":"nonsense"}""")]
    [InlineData("""{"plan_id":"00000000-0000-4000-8000-000000000001"}""")]
    [InlineData("""{"kind":"approved","plan_id":"plan-1"}""")]
    [InlineData("""{"kind":"halt","locks":"server:web1","plan_id":"00000000-0000-4000-8000-000000000001"}""")]
    [InlineData("""{"kind":"halt","locks":[1],"plan_id":"00000000-0000-4000-8000-000000000001"}""")]
    public async Task An_event_whose_streams_are_not_known_is_refused(string json)
    {
        Assert.True(JsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(json), new(), out var value, out _));
        var answer = await Store.AppendAsync(Events.Append((JsonObject)value), default);
        Assert.Equal(RefusalCode.Malformed, Assert.IsType<AppendAnswer.Refused>(answer).Refusal.Code);
    }

    [Fact]
    public async Task A_line_of_exactly_the_limit_is_written_and_one_byte_more_is_refused()
    {
        var probe = (await new MemoryLedgerStore(Clock).AppendOkAsync(Events.Append(Events.Proposed(1, intent: ""))))[0];
        var room = LedgerEntry.MaxLineBytes - probe.Line.Length;

        var refused = await Store.AppendAsync(Events.Append(Events.Proposed(1, intent: new string('x', room + 1))), default);
        Assert.Equal(RefusalCode.TooLarge, Assert.IsType<AppendAnswer.Refused>(refused).Refusal.Code);
        var entry = (await Store.AppendOkAsync(Events.Append(Events.Proposed(1, intent: new string('x', room)))))[0];
        Assert.Equal(LedgerEntry.MaxLineBytes, entry.Line.Length);
        Assert.Single(await Store.ChainAsync());
    }

    [Fact]
    public async Task An_event_that_could_be_written_but_not_read_again_is_refused()
    {
        JsonValue deep = "x";
        for (var i = 0; i < 63; i++)
        {
            deep = new JsonArray([deep]);
        }

        var answer = await Store.AppendAsync(Events.Append(Events.Of(EventKinds.Halt, 1).With("deep", deep)), default);
        Assert.Equal(RefusalCode.TooLarge, Assert.IsType<AppendAnswer.Refused>(answer).Refusal.Code);
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Halt, 1).With("deep", ((JsonArray)deep).Items[0])));
        Assert.Single(await Store.ChainAsync());
    }

    [Fact]
    public async Task A_callers_mistake_throws_to_the_caller_and_spoils_nothing()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(Events.Append(), default));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.AppendAsync(Events.Append(Events.Proposed(1, intent: "\ud800")), default));
        await Store.AppendOkAsync(Events.Proposal(1));
        Assert.Single(await Store.ChainAsync());
    }

    [Fact]
    public async Task Sixty_four_writers_on_one_stream_win_each_version_exactly_once()
    {
        var won = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            var version = 0L;
            while (true)
            {
                var answer = await Store.AppendAsync(
                    Events.Append(JsonObject.Of(("kind", EventKinds.Stopped))).Reading((StreamId.Brakes, version)), default);
                if (answer is AppendAnswer.Appended)
                {
                    Interlocked.Increment(ref won);
                    return;
                }

                var conflict = Assert.IsType<AppendAnswer.Conflict>(answer);
                Assert.True(conflict.Actual > version);
                version = conflict.Actual;
            }
        })));
        Assert.Equal(64, won);
        Assert.Equal(64, (await Store.ReadStreamAsync(StreamId.Brakes, default)).Value().Length);
        Assert.Equal(64, (await Store.ChainAsync()).Count);
        Assert.Empty((await Store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task Concurrent_appends_get_each_its_own_answer()
    {
        await Store.AppendOkAsync(Events.Proposal(0));
        var answers = await Task.WhenAll(Enumerable.Range(1, 60).Select(i => Task.Run(() => (i % 3) switch
        {
            0 => Store.AppendAsync(Events.Proposal(i), default),
            1 => Store.AppendAsync(Events.Append(JsonObject.Of(("kind", "nonsense"))), default),
            _ => Store.AppendAsync(Events.Proposal(i).Reading((Events.Stream(0), 7)), default),
        })));
        for (var i = 1; i <= 60; i++)
        {
            var expected = (i % 3) switch
            {
                0 => typeof(AppendAnswer.Appended),
                1 => typeof(AppendAnswer.Refused),
                _ => typeof(AppendAnswer.Conflict),
            };
            Assert.Equal(expected, answers[i - 1].GetType());
            if (answers[i - 1] is AppendAnswer.Appended appended)
            {
                Assert.Equal(Events.Plan(i).ToString(), appended.Entries[0].Event.Text("plan_id"));
            }
        }

        Assert.Equal(21, (await Store.ChainAsync()).Count);
    }

    [Fact]
    public async Task Blobs_are_found_by_their_digest_and_a_second_copy_changes_nothing()
    {
        byte[] bytes = [0, 1, 2, 255];
        await Store.AppendOkAsync(Events.Append(Events.Proposed(1, body: bytes)) with { Blobs = [bytes, bytes] });
        await Store.AppendOkAsync(Events.Append(Events.Proposed(2, body: bytes)) with { Blobs = [bytes] });
        await Store.AppendOkAsync(Events.Append(Events.Proposed(3)) with { Blobs = [Array.Empty<byte>()] });

        Assert.Equal(bytes, (await Store.ReadBlobAsync(Sha256Digest.Of(bytes), default)).Value().ToArray());
        Assert.Empty((await Store.ReadBlobAsync(Sha256Digest.Of([]), default)).Value().ToArray());
        Assert.Equal(RefusalCode.NotFound, (await Store.ReadBlobAsync(Sha256Digest.Zero, default)).Refusal().Code);
        Assert.Empty((await Store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_clock_behind_the_last_entry_is_refused_where_asked_and_recorded_where_not()
    {
        await Store.AppendOkAsync(Events.Proposal(1));
        Clock.Now -= TimeSpan.FromSeconds(1);
        var answer = await Store.AppendAsync(Events.Append(Events.Of(EventKinds.ExecutionStart, 1)) with { RefuseClockBehind = true }, default);
        Assert.Equal(RefusalCode.ClockBehind, Assert.IsType<AppendAnswer.Refused>(answer).Refusal.Code);

        var entry = (await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Halt, 1))))[0];
        Assert.Equal(Clock.Now, entry.At);
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Expired, 1)) with { RefuseClockBehind = true });
    }

    [Fact]
    public async Task An_append_that_carries_an_end_is_refused_from_that_time_on_and_taken_before()
    {
        await Store.AppendOkAsync(Events.Proposal(1));
        var claim = Events.Append(Events.Of(EventKinds.ExecutionStart, 1)) with { RefuseFrom = Clock.Now };
        var answer = await Store.AppendAsync(claim, default);
        Assert.Equal(RefusalCode.Expired, Assert.IsType<AppendAnswer.Refused>(answer).Refusal.Code);

        await Store.AppendOkAsync(claim with { RefuseFrom = Clock.Now.AddTicks(10) });
    }

    [Fact]
    public async Task A_claim_in_the_microsecond_of_the_last_entry_is_not_behind_it()
    {
        Clock.Now = Clock.Now.AddTicks(9);
        await Store.AppendOkAsync(Events.Proposal(1));
        Clock.Now = Clock.Now.AddTicks(-9);
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.ExecutionStart, 1)) with { RefuseClockBehind = true });
    }

    [Fact]
    public async Task Listings_come_newest_first_in_pages()
    {
        for (var i = 1; i <= 5; i++)
        {
            await Store.AppendOkAsync(Events.Proposal(i));
        }

        var first = (await Store.ListPlansAsync(new PlanQuery { Limit = 2 }, default)).Value();
        var second = (await Store.ListPlansAsync(new PlanQuery { Limit = 2, Before = first.Next }, default)).Value();
        var third = (await Store.ListPlansAsync(new PlanQuery { Limit = 2, Before = second.Next }, default)).Value();
        Assert.Equal(
            [Events.Plan(5), Events.Plan(4), Events.Plan(3), Events.Plan(2), Events.Plan(1)],
            first.Rows.Concat(second.Rows).Concat(third.Rows).Select(row => row.Plan));
        Assert.Null(third.Next);
        Assert.Null((await Store.ListPlansAsync(new PlanQuery { Limit = 5 }, default)).Value().Next);
    }

    [Fact]
    public async Task Listings_are_filtered_by_agent_status_and_the_start_of_the_id()
    {
        await Store.AppendOkAsync(Events.Proposal(0x10, "ann"));
        await Store.AppendOkAsync(Events.Proposal(0x11, "bob", "späť 🔁\0\n"));
        await Store.AppendOkAsync(Events.Proposal(0x20, "ann"));
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 0x10)));

        Assert.Equal("20, 10", await ListAsync(new PlanQuery { Agent = "ann" }));
        Assert.Equal("10", await ListAsync(new PlanQuery { Status = "approved" }));
        Assert.Equal("20", await ListAsync(new PlanQuery { Status = "proposed", Agent = "ann" }));
        Assert.Equal("11, 10", await ListAsync(new PlanQuery { IdPrefix = "00000000-0000-4000-8000-00000000001" }));
        Assert.Equal("11", await ListAsync(new PlanQuery { IdPrefix = Events.Plan(0x11).ToString() }));
        Assert.Equal("", await ListAsync(new PlanQuery { IdPrefix = "%" }));
        Assert.Equal("", await ListAsync(new PlanQuery { Agent = "an" }));
        Assert.Equal("20, 11, 10", await ListAsync(new PlanQuery { IdPrefix = "" }));
        Assert.Equal(
            new PlanRow(Events.Plan(0x11), "bob", "späť 🔁\0\n", "proposed", 1, 1),
            (await Store.ListPlansAsync(new PlanQuery { Agent = "bob" }, default)).Value().Rows[0]);

        async Task<string> ListAsync(PlanQuery query) => string.Join(
            ", ", (await Store.ListPlansAsync(query, default)).Value().Rows.Select(row => row.Plan.ToString()[24..].TrimStart('0')));
    }

    [Fact]
    public async Task A_wait_ends_with_the_next_entry_or_with_its_bound()
    {
        Assert.False(await Store.WaitAsync(0, TimeSpan.FromMilliseconds(60), default));
        var waiting = Store.WaitAsync(0, TimeSpan.FromSeconds(20), default);
        Assert.False(waiting.IsCompleted);
        await Store.AppendOkAsync(Events.Proposal(1));
        Assert.True(await waiting);
        Assert.True(await Store.WaitAsync(0, TimeSpan.Zero, default));
        Assert.False(await Store.WaitAsync(1, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_stream_is_read_after_what_the_caller_has_seen()
    {
        await Store.AppendOkAsync(Events.Proposal(1));
        await Store.AppendOkAsync(Events.Proposal(2));
        var approved = (await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1))))[0];
        var seen = new StreamVersion(Events.Stream(1), 1);
        Assert.Equal(approved.Seq, Assert.Single((await Store.ReadStreamAsync(seen, default)).Value()).Seq);
        Assert.Empty((await Store.ReadStreamAsync(seen with { Version = 2 }, default)).Value());
        Assert.Equal(2, (await Store.ReadStreamAsync(seen with { Version = 0 }, default)).Value().Length);
    }

    [Fact]
    public async Task A_wait_for_a_stream_ends_with_its_next_entry_and_not_with_those_of_others()
    {
        var seen = new StreamVersion(StreamId.Plan(Events.Plan(1)), 1);
        await Store.AppendOkAsync(Events.Proposal(1));
        var waiting = Store.WaitAsync(seen, TimeSpan.FromSeconds(20), default);
        await Store.AppendOkAsync(Events.Proposal(2));
        Assert.False(await Store.WaitAsync(seen, TimeSpan.FromMilliseconds(60), default));
        Assert.False(waiting.IsCompleted);
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1)));
        Assert.True(await waiting);
        Assert.True(await Store.WaitAsync(seen, TimeSpan.Zero, default));
        Assert.False(await Store.WaitAsync(seen with { Version = 2 }, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_cancelled_wait_or_append_throws_and_writes_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Store.WaitAsync(0, TimeSpan.FromSeconds(20), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.AppendAsync(Events.Proposal(1), cancel.Token));
        Assert.Equal(0, (await Store.HeadAsync(default)).Value().Size);
    }

    [Fact]
    public async Task A_healthy_ledger_with_every_kind_of_thing_in_it_has_nothing_to_find()
    {
        var output = "printed"u8.ToArray();
        await Store.AppendOkAsync(Events.Append(JsonObject.Of(("kind", EventKinds.Genesis), ("random", "r"))));
        await Store.AppendOkAsync(Events.Proposal(1));
        await Store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Approved, 1)));
        await Store.AppendOkAsync(Events.Append(Events.Locking(EventKinds.ExecutionStart, 1, "server:web1")));
        await Store.AppendOkAsync(Events.Append(
            Events.Of(EventKinds.StageOutcome, 1).With("output", Sha256Digest.Of(output).ToString())) with
        { Blobs = [output] });
        await Store.AppendOkAsync(Events.Append(Events.Locking(EventKinds.ExecutionComplete, 1, "server:web1")));
        await Store.AppendOkAsync(Events.Append(JsonObject.Of(("kind", EventKinds.ProposeRejected), ("reason", "x"))));
        Assert.Empty((await Store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_blob_that_an_entry_names_and_nobody_stored_is_found()
    {
        await Store.AppendOkAsync(Events.Append(Events.Proposed(1, body: "gone"u8.ToArray())));
        var finding = Assert.Single((await Store.CheckAsync(default)).Value().Findings);
        Assert.Contains("entry 0 names as plan_hash, is missing", finding);
    }

    [Fact]
    public async Task A_store_that_is_reopened_goes_on_where_it_was()
    {
        var entry = (await Store.AppendOkAsync(Events.Proposal(1)))[0];
        Assert.Equal(entry.Head, (await Store.ReopenAsync(default)).Value());
        await Store.AppendOkAsync(Events.Proposal(2));
        Assert.Equal(2, (await Store.ChainAsync()).Count);
    }
}

public sealed class MemoryLedgerStoreContract : LedgerStoreContract
{
    private protected override Task<ILedgerStore> MakeAsync() => Task.FromResult<ILedgerStore>(new MemoryLedgerStore(Clock));
}
