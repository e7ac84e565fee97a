using System.Text;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Ledger;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Faults;

/// <summary>Executors, probes and previews that throw, answer nothing, or answer with what no entry and no terminal should hold.</summary>
public sealed class HostileAdapters
{
    private const string Steering = "\u001b[2J\u202egnp.exe\u2066\u0007\r\nline two";

    public static TheoryData<string, string, string> Outcomes() => new()
    {
        { "throws", "in_doubt", "halted-execute" },
        { "throws synchronously", "in_doubt", "halted-execute" },
        { "throws a message that is no Unicode", "in_doubt", "halted-execute" },
        { "answers null", "in_doubt", "halted-execute" },
        { "answers no task", "in_doubt", "halted-execute" },
        { "is cancelled", "in_doubt", "halted-execute" },
        { "fails with steering text", "execute", "halted-execute" },
        { "fails without a detail", "execute", "halted-execute" },
        { "fails with half a pair", "execute", "halted-execute" },
        { "fails with 10 MB", "execute", "halted-execute" },
        { "is in doubt with 10 MB", "in_doubt", "halted-execute" },
        { "did not start", "execute", "halted-execute" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task An_executor_at_its_worst_leaves_a_plan_with_an_end_and_entries_that_hold(string what, string code, string status)
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.World.OnExecute = _ => what switch
        {
            "throws" => Task.FromException<StageOutcome?>(new InvalidOperationException(Steering)),
            "throws synchronously" => throw new InvalidOperationException(Steering),
            "throws a message that is no Unicode" => throw new InvalidOperationException("half \ud83d of a pair"),
            "answers null" => Task.FromResult<StageOutcome?>(new StageOutcome.InDoubt("nothing")),
            "answers no task" => Nothing<Task<StageOutcome?>>(),
            "is cancelled" => Task.FromCanceled<StageOutcome?>(new CancellationToken(true)),
            "fails with steering text" => Task.FromResult<StageOutcome?>(new StageOutcome.Failed(Steering)),
            "fails without a detail" => Task.FromResult<StageOutcome?>(new StageOutcome.Failed(Nothing<string>())),
            "fails with half a pair" => Task.FromResult<StageOutcome?>(new StageOutcome.Failed("half \udc00 of a pair")),
            "fails with 10 MB" => Task.FromResult<StageOutcome?>(new StageOutcome.Failed(new string('"', 10 << 20))),
            "is in doubt with 10 MB" => Task.FromResult<StageOutcome?>(new StageOutcome.InDoubt(new string('\u00e9', 10 << 20))),
            _ => Task.FromResult<StageOutcome?>(new StageOutcome.NotDispatched("no such program")),
        };

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("halted", result.Text("status"));
        Assert.Equal(code, result.Text("halt_code"));
        Assert.Equal(status, (await bench.PlanAsync(id)).Stages[^1].Status);
        await AssertEntriesAsync(bench, id);
    }

    [Fact]
    public async Task An_output_that_is_too_large_to_archive_does_not_lose_the_outcome()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.World.OnExecute = _ =>
        {
            bench.World.Counters["a"] = "1";
            return Task.FromResult<StageOutcome?>(new StageOutcome.Succeeded("much", new byte[32 << 20]));
        };

        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("no task")]
    [InlineData("null")]
    [InlineData("no value")]
    [InlineData("half a pair")]
    [InlineData("10 MB")]
    [InlineData("steering")]
    [InlineData("a reason of 10 MB")]
    [InlineData("a reason that is no Unicode")]
    public async Task A_probe_at_its_worst_halts_the_plan_and_never_passes(string what)
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.World.OnProbe = check => check.Arguments.Text("name") != "a" ? null : what switch
        {
            "throws" => Task.FromException<Observation>(new InvalidOperationException(Steering)),
            "no task" => throw new InvalidOperationException(Steering),
            "null" => Task.FromResult(Nothing<Observation>()),
            "no value" => Task.FromResult<Observation>(new Observation.Seen(Nothing<JsonValue>())),
            "half a pair" => Task.FromResult<Observation>(new Observation.Seen("half \ud83d")),
            "10 MB" => Task.FromResult<Observation>(new Observation.Seen(new string('"', 10 << 20))),
            "steering" => Task.FromResult<Observation>(new Observation.Seen(Steering)),
            "a reason of 10 MB" => Task.FromResult<Observation>(new Observation.Unanswered(new string('x', 10 << 20))),
            _ => Task.FromResult<Observation>(new Observation.Unanswered("half \udc00")),
        };

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("verify", result.Text("halt_code"));
        await AssertEntriesAsync(bench, id);
    }

    [Fact]
    public async Task A_hundred_checks_that_each_see_much_are_recorded_all_the_same_and_in_full_beside_the_entry()
    {
        await using var bench = await Bench.OpenAsync();
        var much = new string('"', 2_000);
        bench.World.OnProbe = check =>
            check.Arguments.Text("name") == "door" ? null : Task.FromResult<Observation>(new Observation.Seen(much));
        var stage = Bench.Stage("a").With("verify", new JsonArray(Enumerable.Range(0, 100).Select(_ => (JsonValue)Bench.Check("a", much))));
        var passing = await bench.ApprovedAsync(JsonObject.Of(("intent", "much"), ("stages", new JsonArray([stage]))));

        Assert.Equal("executed", (await bench.ExecuteAsync(passing)).Text("status"));
        var entries = Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(passing), default));
        var committed = entries.Single(entry => entry.Kind == "stage-committed").Event;
        Assert.True(Sha256Digest.TryParse(committed.Text("verify_digest"), out var digest));
        Assert.True(Bench.Must(await bench.Store.ReadBlobAsync(digest, default)).Length > 400_000);

        var failing = await bench.ApprovedAsync(JsonObject.Of(
            ("intent", "much"), ("stages", new JsonArray([stage.With("preconditions", stage["verify"] ?? JsonNull.Instance)]))));
        much = "other";
        Assert.Equal("precondition", (await bench.ExecuteAsync(failing)).Text("halt_code"));
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
        await AssertEntriesAsync(bench, failing);
    }

    [Fact]
    public async Task The_end_of_a_run_fits_its_entry_where_everything_in_it_is_as_long_as_it_may_be()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.OnDescribe = stage => System.Collections.Immutable.ImmutableArray.Create(new Effect(
            "set",
            "world",
            string.Empty,
            JsonObject.Of(("name", stage.Id), ("value", "1")),
            [new Resource("counter", $"{stage.Index}{new string('"', 60)}")],
            "long"));
        bench.World.OnProbe = check => Task.FromResult<Observation>(new Observation.Seen("open"));
        var stages = Enumerable.Range(0, 100).Select(i => (JsonValue)Bench.Stage("a")
            .Without("target")
            .With("id", $"{i:000}{new string('"', 125)}")
            .With("verify", new JsonArray(Enumerable.Range(0, i == 99 ? 60 : 1).Select(_ => (JsonValue)Bench.Check("door", "open")))));
        var id = await bench.ApprovedAsync(JsonObject.Of(("intent", "long"), ("stages", new JsonArray(stages))));
        bench.World.OnExecute = effect => Task.FromResult<StageOutcome?>(
            effect.Content.Text("name")?.StartsWith("099", StringComparison.Ordinal) == true
                ? new StageOutcome.InDoubt(new string('"', 5_000))
                : new StageOutcome.Succeeded("ok"));

        Assert.Equal("in_doubt", (await bench.ExecuteAsync(id)).Text("halt_code"));
        await AssertEntriesAsync(bench, id);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("throws at once")]
    [InlineData("cancels itself")]
    [InlineData("null")]
    [InlineData("half a pair")]
    [InlineData("100 MB")]
    [InlineData("never")]
    public async Task A_preview_at_its_worst_leaves_a_review_that_can_be_shown_and_decided_on(string what)
    {
        await using var bench = await Bench.OpenAsync(change: options => options with { CheckTimeout = TimeSpan.FromSeconds(2) });
        var id = await bench.ProposeAsync(Bench.Body("a"));
        bench.World.OnPreview = _ => what switch
        {
            "throws" => Task.FromException<Preview>(new InvalidOperationException(Steering)),
            "throws at once" => throw new InvalidOperationException(Steering),
            "cancels itself" => Task.FromCanceled<Preview>(new CancellationToken(true)),
            "null" => Task.FromResult(Nothing<Preview>()),
            "half a pair" => Task.FromResult(new Preview(true, "half \ud83d")),
            "100 MB" => Task.FromResult(new Preview(true, new string('x', 50 << 20))),
            _ => new TaskCompletionSource<Preview>().Task,
        };

        var review = Bench.Must(await bench.Person.ReviewAsync(id, default).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.InRange(CanonicalJson.Write(review.ToJson()).Length, 1, 1 << 20);
        Bench.Must(await bench.Person.ApproveAsync(review, "rita", null, default));
    }

    private static T Nothing<T>()
        where T : class => System.Runtime.CompilerServices.Unsafe.As<T>(Array.CreateInstance(typeof(T), 1).GetValue(0))!;

    /// <summary>Every line is within its bound and canonical, the chain holds, and no text of it steers a terminal.</summary>
    private static async Task AssertEntriesAsync(Bench bench, PlanId id)
    {
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
        foreach (var entry in Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(id), default)))
        {
            Assert.InRange(entry.Line.Length, 1, LedgerEntry.MaxLineBytes);
            var detail = entry.Event.Text("detail") ?? string.Empty;
            Assert.DoesNotContain(detail.EnumerateRunes(), rune => Rune.IsControl(rune) || rune.Value is 0x202e or 0x2066);
        }
    }
}
