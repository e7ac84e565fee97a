using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Release;
using Interlock.Sessions;
using Interlock.Storage;

namespace Interlock.Bench;

/// <summary>Whole plans: proposed, reviewed, approved and executed, each decision durable, 64 at a time.</summary>
internal static class LifecycleBench
{
    private const int AtOnce = 64;

    public static async IAsyncEnumerable<Row> RunAsync()
    {
        using var folder = new Scratch();
        await using (var warm = await PlanRig.OpenAsync(folder.File("warm.db")))
        {
            await warm.RunAsync(10_000, AtOnce);
        }

        await using var rig = await PlanRig.OpenAsync(folder.File("ledger.db"));
        await rig.RunAsync(1_000, AtOnce);
        var few = await MedianRateAsync(rig);
        yield return new Row(
            "propose → approve → execute, one stage, durable, 64 concurrent",
            "20 plans/s at 1,000, never synced",
            "1,500 plans/s",
            $"{Row.Number(few)} plans/s",
            "–",
            "–",
            few >= 1_500);
        await rig.RunAsync(100_000, AtOnce);
        var many = await MedianRateAsync(rig);
        yield return new Row(
            "… with 100,000 plans before it", "–", "≥ 0.77 of the rate at 1,000", $"{Row.Number(many)} plans/s", "the rate at 1,000",
            $"{many / few:0.00}", many >= 0.77 * few);
    }

    /// <summary>Whether a few plans are executed at all.</summary>
    public static async Task CheckAsync()
    {
        using var folder = new Scratch();
        await using var rig = await PlanRig.OpenAsync(folder.File("ledger.db"));
        await rig.RunAsync(8, AtOnce);
    }

    private static async Task<double> MedianRateAsync(PlanRig rig) =>
        Rounds.Median([await rig.RateAsync(1_000, AtOnce), await rig.RateAsync(1_000, AtOnce), await rig.RateAsync(1_000, AtOnce)]);
}

/// <summary>An engine over SQLite with one action whose effect is counted, and its executor.</summary>
internal sealed class PlanRig : IExecutor, IProbe, IAsyncDisposable
{
    private static JsonObject Body(int valve) => Inputs.Value(Encoding.UTF8.GetBytes("""
        {"intent": "turn the valve", "stages": [{"id": "open", "action": "turn", "params": {"valve": "VALVE"},
         "preconditions": [{"check": "position", "expect": {"op": "equals", "value": "open"}}],
         "verify": [{"check": "position", "expect": {"op": "equals", "value": "open"}}],
         "rollback": {"action": "turn", "params": {"valve": "VALVE"}}}]}
        """.Replace("VALVE", valve.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    private readonly CancellationTokenSource end = new();
    private int effects;
    private int proposed;
    private SqliteLedgerStore? store;
    private Engine? engine;
    private Task<Refusal?>? executor;
    private Agent? agent;

    /// <param name="path">The ledger's file.</param>
    /// <param name="signers">Whose signatures count, and how archived ones are read; null where nobody signs.</param>
    public static async Task<PlanRig> OpenAsync(string path, (ISignatureVerifier Today, SignerReader Archived)? signers = null)
    {
        var rig = new PlanRig();
        var open = JsonObject.Empty;
        var turn = new ActionDefinition { Name = "turn", Description = "", ParametersSchema = open, Definition = open, Executor = rig };
        rig.store = Must(await SqliteLedgerStore.OpenAsync(path, TimeProvider.System, new SqliteOptions(), CancellationToken.None));
        rig.engine = Must(await Engine.OpenAsync(new EngineOptions
        {
            Store = rig.store,
            Clock = TimeProvider.System,
            Policy = new PolicyBuilder().Action("turn").Build(),
            Catalog = new Catalog(
                [turn],
                [new ProbeDefinition { Name = "position", Description = "", ArgumentsSchema = open, Definition = open, Probe = rig }]),
            AllowUnsignedApprovals = signers is null,
            Signers = signers?.Today,
            ReadSigners = signers?.Archived,

            // what is measured is the path of a plan, not the limit before it
            Volume = new VolumeLimits { Burst = 1_000_000, PerMinute = 1_000_000, Pending = null },
        }));
        rig.agent = Agent.TryCreate("bench", "bench", out var agent) ? agent : throw new InvalidOperationException("no agent");
        rig.executor = rig.engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, rig.end.Token);
        return rig;
    }

    public async Task<double> RateAsync(int plans, int atOnce) => plans / await Rounds.SecondsAsync(() => RunAsync(plans, atOnce));

    public async Task RunAsync(int plans, int atOnce)
    {
        var before = effects;
        await InTurnAsync(plans, atOnce, OneAsync);
        if (effects - before != plans)
        {
            throw new InvalidOperationException($"{plans} plans had {effects - before} effects");
        }
    }

    /// <summary>Proposes plans and leaves them there.</summary>
    public Task ProposeAsync(int plans, int atOnce) => InTurnAsync(plans, atOnce, NewAsync);

    public Result<ImmutableArray<Effect>> Describe(Stage stage) =>
        ImmutableArray.Create(new Effect("turn", "valve", "", stage.Parameters, [new Resource("valve", stage.Parameters.Text("valve") ?? "none")], "turn it"));

    public Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref effects);
        return Task.FromResult<StageOutcome>(new StageOutcome.Succeeded("turned"));
    }

    public Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken) =>
        Task.FromResult<Observation>(new Observation.Seen("open"));

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await (executor ?? Task.FromResult<Refusal?>(null));
        await (engine?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
        end.Dispose();
    }

    public (AgentSession Agent, ReviewSession Person) Sessions =>
        engine is { } open && agent is { } name
            ? (open.ForAgent(name), open.ForPerson())
            : throw new InvalidOperationException("not open");

    public static Task InTurnAsync(int count, int atOnce, Func<Task> one)
    {
        var left = count;
        return Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await one();
            }
        })));
    }

    public async Task<PlanId> NewAsync()
    {
        var body = Body(Interlocked.Increment(ref proposed));
        var proposal = Must(await Sessions.Agent.ProposeAsync(body, PlanLinks.None, CancellationToken.None));
        return proposal.Plan is not null
            ? proposal.Id
            : throw new InvalidOperationException($"a plan has to be approvable: {string.Join("; ", proposal.Validation.Errors)}");
    }

    private async Task OneAsync()
    {
        var plan = await NewAsync();
        var (proposing, deciding) = Sessions;
        var review = Must(await deciding.ReviewAsync(plan, CancellationToken.None));
        Must(await deciding.ApproveAsync(review, "reviewer", null, CancellationToken.None));
        var answer = await proposing.ExecuteAsync(plan, null, CancellationToken.None);
        if (answer.Text("status") != "executed")
        {
            throw new InvalidOperationException($"a plan has to be executed: {answer}");
        }
    }

    private static T Must<T>(Result<T> result)
        where T : notnull =>
        result.TryGet(out var value, out var refusal) ? value : throw new InvalidOperationException(refusal.Message);
}
