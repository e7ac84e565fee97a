using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions;

/// <summary>What an agent can make of the ledger by asking often, and how it tries to get around the limit.</summary>
public sealed class AgentVolume
{
    private const int Burst = 6;

    /// <summary>Between two looks at the ledger a process lets so many through that another process does not know of.</summary>
    private const int Unseen = 8;

    private static int made;

    private static readonly JsonObject Unsound = JsonObject.Of(("intent", "nothing"), ("stages", JsonArray.Empty));

    [Fact]
    public async Task An_agent_that_floods_is_told_the_limit_and_when_to_ask_again_and_leaves_no_entry()
    {
        await using var bench = await Few();
        await ProposeAsync(bench.AgentSession, Burst);
        var head = Bench.Must(await bench.Store.HeadAsync(default));

        var refusal = Bench.Refused(await bench.AgentSession.ProposeAsync(Another(), PlanLinks.None, default));

        Assert.Equal(RefusalCode.RateLimited, refusal.Code);
        Assert.Contains("6 requests at once and 1 a minute", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("wait 60 s", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(head, Bench.Must(await bench.Store.HeadAsync(default)));
    }

    [Theory]
    [InlineData("propose")]
    [InlineData("refused")]
    [InlineData("check")]
    [InlineData("execute")]
    [InlineData("withdraw")]
    public async Task Whatever_an_agent_asks_for_counts(string what)
    {
        await using var bench = await Few();
        bench.World.Counters["door"] = "open";
        var plan = Bench.Must(await bench.AgentSession.ProposeAsync(Another(), PlanLinks.None, default)).Id;
        for (var i = 1; i < Burst; i++)
        {
            Assert.NotEqual(RefusalCode.RateLimited.Word, await AskAsync(bench.AgentSession, what, plan));
        }

        Assert.Equal(RefusalCode.RateLimited.Word, await AskAsync(bench.AgentSession, what, plan));
    }

    [Fact]
    public async Task Looking_is_free_and_people_are_not_limited()
    {
        await using var bench = await Few();
        await ProposeAsync(bench.AgentSession, Burst);
        var plan = Bench.Must(await bench.AgentSession.ListAsync(new PlanQuery(), default)).Rows[0].Plan;

        for (var i = 0; i < 3 * Burst; i++)
        {
            Bench.Must(await bench.AgentSession.PlanAsync(plan, default));
            Bench.Must(await bench.Person.ReviewAsync(plan, default));
        }

        await bench.ApproveAsync(plan);
    }

    [Fact]
    public async Task A_new_session_begins_with_what_the_one_before_left()
    {
        await using var bench = await Few();
        for (var i = 0; i < Burst; i++)
        {
            Bench.Must(await bench.AgentNamed("greedy").ProposeAsync(Another(), PlanLinks.None, default));
        }

        Assert.Equal(RefusalCode.RateLimited, await RefusedAsync(bench.AgentNamed("greedy")));
    }

    [Fact]
    public async Task A_new_process_begins_with_what_the_ledger_says_was_asked()
    {
        await using var bench = await Few();
        bench.World.Counters["door"] = "open";
        await ProposeAsync(bench.AgentSession, Burst / 2);
        for (var i = 0; i < Burst / 2; i++)
        {
            Bench.Must(await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default));
        }

        // its end writes down what was counted
        await bench.Engine.DisposeAsync();
        await using var again = await bench.AnotherAsync();

        Assert.Equal(RefusalCode.RateLimited, await RefusedAsync(again.AgentSession));
        Bench.Must(await again.AgentNamed("modest").ProposeAsync(Another(), PlanLinks.None, default));
    }

    [Fact]
    public async Task Processes_that_run_side_by_side_share_one_allowance()
    {
        await using var one = await Few(burst: 40);
        await using var two = await one.AnotherAsync();
        await using var three = await one.AnotherAsync();
        var accepted = 0;
        for (var i = 0; i < 60; i++)
        {
            foreach (var bench in (Bench[])[one, two, three])
            {
                accepted += (await bench.AgentSession.ProposeAsync(Another(), PlanLinks.None, default)).TryGet(out _, out _) ? 1 : 0;
            }
        }

        Assert.InRange(accepted, 40, 40 + (3 * Unseen));
    }

    [Fact]
    public async Task Names_that_nobody_declared_share_one_allowance()
    {
        await using var bench = await Few(options => options with { DeclaredAgents = ["known"] });
        for (var i = 0; i < Burst; i++)
        {
            Bench.Must(await bench.AgentNamed($"made-up-{i}").ProposeAsync(Another(), PlanLinks.None, default));
        }

        Assert.Equal(RefusalCode.RateLimited, await RefusedAsync(bench.AgentNamed("yet-another")));
        Bench.Must(await bench.AgentNamed("known").ProposeAsync(Another(), PlanLinks.None, default));
    }

    [Fact]
    public async Task An_agent_that_floods_takes_nothing_from_another()
    {
        await using var bench = await Few();
        await ProposeAsync(bench.AgentNamed("greedy"), Burst);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(RefusalCode.RateLimited, await RefusedAsync(bench.AgentNamed("greedy")));
        }

        await ProposeAsync(bench.AgentNamed("modest"), Burst);
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_gives_a_process_nothing()
    {
        await using var bench = await Few();
        await using var beside = await bench.AnotherAsync();
        await ProposeAsync(beside.AgentNamed("modest"), 1);
        await ProposeAsync(bench.AgentSession, Burst);

        bench.Clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(RefusalCode.RateLimited, await RefusedAsync(bench.AgentSession));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_gives_at_most_one_burst_however_often_an_agent_connects()
    {
        await using var bench = await Few();
        await ProposeAsync(bench.AgentSession, Burst);
        bench.Clock.Advance(TimeSpan.FromHours(-1));
        var accepted = 0;
        for (var process = 0; process < 5; process++)
        {
            await using var again = await bench.AnotherAsync();
            while ((await again.AgentSession.ProposeAsync(Another(), PlanLinks.None, default)).TryGet(out _, out _))
            {
                accepted++;
            }
        }

        Assert.InRange(accepted, 1, Burst);
    }

    [Fact]
    public async Task A_clock_that_was_wrong_once_refuses_nobody_for_ever()
    {
        await using var bench = await Few();
        bench.Clock.Advance(TimeSpan.FromDays(365));
        await ProposeAsync(bench.AgentSession, Burst);
        bench.Clock.Advance(TimeSpan.FromDays(-365));
        await using var again = await bench.AnotherAsync();
        Bench.Must(await again.AgentSession.ProposeAsync(Another(), PlanLinks.None, default));

        bench.Clock.Advance(TimeSpan.FromMinutes(2 * Burst));
        await using var later = await bench.AnotherAsync();

        Bench.Must(await later.AgentSession.ProposeAsync(Another(), PlanLinks.None, default));
    }

    [Fact]
    public async Task What_is_asked_of_one_process_and_leaves_no_entry_hides_nothing_that_is_asked_of_another()
    {
        await using var bench = await Few(burst: 60);
        await using var beside = await bench.AnotherAsync();
        bench.World.Counters["door"] = "open";
        for (var i = 0; i < 20; i++)
        {
            Bench.Must(await bench.AgentSession.CheckAsync(Unsound, default));
        }

        await ProposeAsync(beside.AgentSession, 40 - Unseen);
        var accepted = 0;
        while ((await bench.AgentSession.CheckAsync(Unsound, default)).TryGet(out _, out _))
        {
            accepted++;
        }

        Assert.InRange(accepted, Unseen, 2 * Unseen);
    }

    [Fact]
    public async Task A_hundred_thousand_refused_proposals_leave_a_bounded_ledger_in_which_each_answer_is_counted()
    {
        await using var bench = await Bench.OpenAsync();
        var invalid = 0;
        var limited = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var answer = await bench.AgentSession.ProposeAsync(Unsound, PlanLinks.None, default);
            _ = answer.TryGet(out _, out var refusal) ? invalid++ : refusal.Code == RefusalCode.RateLimited ? limited++ : 0;
        }

        await bench.Engine.DisposeAsync();
        var entries = await RefusalsAsync(bench);
        Assert.Equal(100_000, invalid + limited);
        Assert.True(invalid >= VolumeLimits.Default.Burst, $"only {invalid} were looked at");
        Assert.Equal(invalid, entries.Sum(CountOf));
        Assert.InRange(entries.Length, 2, 30);
        Assert.InRange(entries.Sum(entry => entry.Line.Length), 1, 30 * 1_024);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1_000_001, 1)]
    public void Limits_that_are_none_are_a_mistake_of_the_program(int burst, int perMinute) =>
        Assert.NotNull(new VolumeLimits { Burst = burst, PerMinute = perMinute }.Fault());

    [Fact]
    public void Room_that_is_none_is_a_mistake_of_the_program()
    {
        Assert.Null(VolumeLimits.Default.Fault());
        Assert.Null(new VolumeLimits { Pending = null, Cooldown = TimeSpan.Zero }.Fault());
        Assert.NotNull(new VolumeLimits { Pending = 0 }.Fault());
        Assert.NotNull(new VolumeLimits { Pending = 1_001 }.Fault());
        Assert.NotNull(new VolumeLimits { Cooldown = TimeSpan.FromSeconds(-1) }.Fault());
        Assert.NotNull(new VolumeLimits { Cooldown = TimeSpan.FromHours(25) }.Fault());
    }

    internal static int CountOf(LedgerEntry entry) => entry.Event["count"] is JsonNumber count ? (int)count.Value : 1;

    internal static async Task<LedgerEntry[]> RefusalsAsync(Bench bench) => [.. Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Refusals, default))];

    private static Task<Bench> Few(Func<EngineOptions, EngineOptions> change) =>
        Bench.OpenAsync(change: options => change(options with { Volume = new VolumeLimits { Burst = Burst, PerMinute = 1, Pending = null } }));

    private static Task<Bench> Few(int burst = Burst) =>
        Bench.OpenAsync(change: options => options with { Volume = new VolumeLimits { Burst = burst, PerMinute = 1, Pending = null } });

    /// <summary>A body that nobody has proposed.</summary>
    private static JsonObject Another() => Bench.Body($"c{Interlocked.Increment(ref made)}");

    private static async Task ProposeAsync(AgentSession session, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Bench.Must(await session.ProposeAsync(Another(), PlanLinks.None, default));
        }
    }

    private static async Task<RefusalCode> RefusedAsync(AgentSession session) =>
        Bench.Refused(await session.ProposeAsync(Another(), PlanLinks.None, default)).Code;

    private static async Task<string?> AskAsync(AgentSession session, string what, PlanId plan)
    {
        switch (what)
        {
            case "propose":
                return (await session.ProposeAsync(Another(), PlanLinks.None, default)).TryGet(out _, out var none) ? null : none.Code.Word;
            case "refused":
                return (await session.ProposeAsync(Unsound, PlanLinks.None, default)).TryGet(out _, out var unsound) ? null : unsound.Code.Word;
            case "check":
                return (await session.CheckAsync(Bench.Body("a"), default)).TryGet(out _, out var unchecked_) ? null : unchecked_.Code.Word;
            case "withdraw":
                return (await session.WithdrawAsync(plan, default)).TryGet(out _, out var kept) ? null : kept.Code.Word;
            default:
                var run = await session.ExecuteAsync(plan, null, default);
                return run.Text("code");
        }
    }
}
