using System.Collections.Immutable;
using System.Text;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Sessions;

namespace Interlock.Tests.Execution;

/// <summary>A world of counters: action <c>set</c> sets one, probe <c>counter</c> reads one. Everything that happens is listed.</summary>
internal sealed class World : IExecutor, IProbe
{
    public Dictionary<string, string> Counters { get; } = new(StringComparer.Ordinal);

    /// <summary>What was dispatched, in order: <c>name=value</c>.</summary>
    public List<string> Dispatched { get; } = [];

    /// <summary>Called inside each dispatch, before the world changes; may throw, wait or answer instead.</summary>
    public Func<Effect, Task<StageOutcome?>> OnExecute { get; set; } = _ => Task.FromResult<StageOutcome?>(null);

    /// <summary>The keys of the dispatches, in order.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>Answers in place of a description, where it answers at all.</summary>
    public Func<Stage, Result<ImmutableArray<Effect>>?> OnDescribe { get; set; } = _ => null;

    /// <summary>Answers in place of a preview, where it answers at all.</summary>
    public Func<Effect, Task<Preview>?> OnPreview { get; set; } = _ => null;

    /// <summary>Answers in place of an observation, where it answers at all.</summary>
    public Func<Check, Task<Observation>?> OnProbe { get; set; } = _ => null;

    public Result<ImmutableArray<Effect>> Describe(Stage stage)
    {
        if (OnDescribe(stage) is { } described)
        {
            return described;
        }

        if (stage.Parameters["names"] is JsonArray names)
        {
            return names.Items.OfType<JsonString>().Select(name => EffectFor(stage, name.Value, name.Value)).ToImmutableArray();
        }

        return ImmutableArray.Create(EffectFor(stage, stage.Parameters.Text("name") ?? "?", string.Empty));
    }

    public Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken) =>
        OnPreview(effect) ?? Task.FromResult(new Preview(true, $"now {Counters.GetValueOrDefault(effect.Content.Text("name") ?? "?", "unset")}"));

    public async Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var name = effect.Content.Text("name") ?? "?";
        var value = effect.Content.Text("value") ?? "?";
        lock (Dispatched)
        {
            Dispatched.Add($"{name}={value}");
            Keys.Add(key.ToString());
        }

        if (await OnExecute(effect) is { } outcome)
        {
            return outcome;
        }

        Counters[name] = value;
        return new StageOutcome.Succeeded($"set {name}", Encoding.UTF8.GetBytes($"{name} is {value}"));
    }

    public Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken) =>
        OnProbe(check) ?? Task.FromResult<Observation>(Counters.TryGetValue(check.Arguments.Text("name") ?? "?", out var value)
            ? new Observation.Seen(value)
            : new Observation.Unanswered("no such counter"));

    public static Effect EffectFor(Stage stage, string name, string target) => new(
        "set",
        "world",
        target,
        JsonObject.Of(("name", name), ("value", stage.Parameters.Text("value") ?? "?")),
        [new Resource("counter", name)],
        $"set {name} to {stage.Parameters.Text("value")}");
}

/// <summary>An engine over a world, with a clock that tests turn.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private Bench(ILedgerStore store, World world, TestClock clock, Engine engine, EngineOptions options)
    {
        Store = store;
        World = world;
        Clock = clock;
        Engine = engine;
        Options = options;
        Interlock.Sessions.Agent.TryCreate("tester", "olga", out var agent);
        AgentSession = engine.ForAgent(agent ?? throw new InvalidOperationException("a name for an agent"));
        Person = engine.ForPerson();
    }

    /// <summary>Another process over the same store and world, as far as a test can make one.</summary>
    public Task<Bench> AnotherAsync(Func<EngineOptions, EngineOptions>? change = null) =>
        OpenAsync(Store, World, options => (change ?? (same => same))(Options with { Catalog = Counters.CatalogOf(World, World) }), Clock);

    public AgentSession AgentNamed(string name) =>
        Engine.ForAgent(Interlock.Sessions.Agent.TryCreate(name, null, out var agent) ? agent : throw new InvalidOperationException(name));

    public ILedgerStore Store { get; }

    public World World { get; }

    public TestClock Clock { get; }

    public Engine Engine { get; }

    public EngineOptions Options { get; }

    public AgentSession AgentSession { get; }

    public ReviewSession Person { get; }

    public static async Task<Bench> OpenAsync(
        ILedgerStore? store = null, World? world = null, Func<EngineOptions, EngineOptions>? change = null, TestClock? clock = null)
    {
        world ??= new World();
        clock ??= new TestClock();
        store ??= new MemoryLedgerStore(clock);
        var options = new EngineOptions
        {
            Store = store,
            Policy = new PolicyBuilder().Action("set", mutating: true).Build(),
            Catalog = Counters.CatalogOf(world, world),
            Clock = clock,
            AllowUnsignedApprovals = true,
        };
        options = change?.Invoke(options) ?? options;
        return new Bench(store, world, clock, Must(await Engine.OpenAsync(options)), options);
    }

    public static T Must<T>(Result<T> result)
        where T : notnull
    {
        Assert.True(result.TryGet(out var value, out var refusal), refusal?.Message);
        return value ?? throw new InvalidOperationException("a result without a value");
    }

    public static Refusal Refused<T>(Result<T> result)
        where T : notnull
    {
        Assert.False(result.TryGet(out _, out var refusal));
        return refusal ?? throw new InvalidOperationException("a result without a refusal");
    }

    /// <summary>A plan that sets counters one after another; each stage requires what the one before left.</summary>
    public static JsonObject Body(params string[] names) => JsonObject.Of(
        ("intent", $"set {string.Join(", ", names)}"),
        ("stages", new JsonArray(names.Select(name => (JsonValue)Stage(name)))));

    public static JsonObject Stage(string name, string value = "1") => JsonObject.Of(
        ("id", $"set-{name}"),
        ("action", "set"),
        ("target", JsonObject.Of(("kind", "counter"), ("id", name))),
        ("params", JsonObject.Of(("name", name), ("value", value))),
        ("preconditions", new JsonArray([Check("door", "open")])),
        ("verify", new JsonArray([Check(name, value)])),
        ("rollback", JsonObject.Of(("irreversible", true), ("justification", "a counter only goes up"))));

    public static JsonObject Check(string name, string value) => JsonObject.Of(
        ("check", "counter"),
        ("probe", JsonObject.Of(("name", name))),
        ("expect", JsonObject.Of(("op", "equals"), ("value", value))));

    public async Task<PlanId> ProposeAsync(JsonObject body)
    {
        World.Counters.TryAdd("door", "open");
        var proposal = Must(await AgentSession.ProposeAsync(body, PlanLinks.None, default));
        Assert.True(proposal.Plan is not null, proposal.ToJson().ToString());
        return proposal.Id;
    }

    public async Task<PlanId> ApprovedAsync(JsonObject body)
    {
        var id = await ProposeAsync(body);
        await ApproveAsync(id);
        return id;
    }

    public async Task ApproveAsync(PlanId id)
    {
        var review = Must(await Person.ReviewAsync(id, default));
        Must(await Person.ApproveAsync(review, "rita", "looks right", default));
    }

    /// <summary>Asks for the run and takes the executor's role until nothing is left to do.</summary>
    public async Task<JsonObject> ExecuteAsync(PlanId id)
    {
        var asked = AgentSession.ExecuteAsync(id, null, default);
        await RunUntilAsync(asked);
        return await asked;
    }

    /// <summary>Takes the executor's role, again and again, until somebody has their answer.</summary>
    /// <param name="answered">The answer.</param>
    /// <param name="calm">Whether the executor must always come to an orderly end.</param>
    public async Task RunUntilAsync(Task answered, bool calm = true)
    {
        while (!answered.IsCompleted)
        {
            var ended = await Engine.RunExecutorAsync(TimeSpan.Zero, default);
            Assert.True(ended is null || !calm, ended?.Message);
            await Task.WhenAny(answered, Task.Delay(1));
        }
    }

    public async Task<PlanRecord> PlanAsync(PlanId id) => Must(await Person.PlanAsync(id, default));

    /// <summary>The kinds of a plan's entries, in order.</summary>
    public async Task<string[]> KindsAsync(PlanId id) =>
        [.. Must(await Store.ReadStreamAsync(StreamId.Plan(id), default)).Select(entry => entry.Kind)];

    public async ValueTask DisposeAsync() => await Engine.DisposeAsync();

    /// <summary>The last refusal or code with which a run was not released.</summary>
    public async Task<string?> LastReasonAsync(PlanId id) =>
        Must(await Store.ReadStreamAsync(StreamId.Plan(id), default))[^1].Event.Text("code");
}

/// <summary>A clock that stands still until a test turns it; waits are real, so that loops go on, and may be shortened.</summary>
internal class TestClock : TimeProvider
{
    /// <summary>How many times shorter waits are than what is asked for.</summary>
    public int Hurry { get; init; } = 1;

    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime / Hurry, period);
}
