using Interlock;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Sessions;

var (valve, any, clock) = (new Valve(), JsonObject.Empty, TimeProvider.System);
var turn = new ActionDefinition { Name = "turn", Description = "", ParametersSchema = any, Definition = any, Executor = valve };
var look = new ProbeDefinition { Name = "position", Description = "", ArgumentsSchema = any, Definition = any, Probe = valve };
var (policy, catalog) = (new Interlock.Policies.PolicyBuilder().Action("turn").Build(), new Catalog([turn], [look]));
var options = new EngineOptions { Store = new MemoryLedgerStore(clock), Clock = clock, Policy = policy, Catalog = catalog };
await using var engine = (await Engine.OpenAsync(options with { AllowUnsignedApprovals = true })).OrThrow();
if (!Agent.TryCreate("gardener", "olga", out var gardener) || !JsonReader.TryRead("""
    {"intent": "water the roses", "stages": [{"id": "open", "action": "turn", "params": {"to": "open"},
     "preconditions": [{"check": "position", "expect": {"op": "equals", "value": "shut"}}], "verify": [{"check": "position",
     "expect": {"op": "equals", "value": "open"}}], "rollback": {"action": "turn", "params": {"to": "shut"}}}]}
    """u8, JsonReadOptions.PlanBody, out var body, out _)) { return 1; }
var (agent, person) = (engine.ForAgent(gardener), engine.ForPerson());
var plan = (await agent.ProposeAsync(body, PlanLinks.None, default)).OrThrow().Id;
Console.WriteLine($"unapproved: {(await agent.ExecuteAsync(plan, null, default)).Text("status")}, the valve is {valve.Now}");
var review = (await person.ReviewAsync(plan, default)).OrThrow();
Console.WriteLine($"to review: {review.Stages[0].Effects.Effects[0].Summary}");
(await person.ApproveAsync(review, "rita", "the roses are dry", default)).OrThrow();
var (run, executor) = (agent.ExecuteAsync(plan, null, default), engine.RunExecutorAsync(TimeSpan.FromSeconds(1), default));
Console.WriteLine($"approved: {(await run).Text("status")}, the valve is {valve.Now}");
return await executor is null ? 0 : 1;

internal sealed class Valve : IExecutor, IProbe
{
    public string Now { get; private set; } = "shut";
    public Result<ImmutableArray<Effect>> Describe(Stage stage) => ImmutableArray.Create(new Effect(
        "turn", "valve", "", stage.Parameters, [new Resource("valve", "roses")], $"turn it {stage.Parameters.Text("to")}"));
    public Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken) =>
        Task.FromResult<StageOutcome>(new StageOutcome.Succeeded($"turned {Now = effect.Content.Text("to") ?? Now}"));
    public Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken) =>
        Task.FromResult<Observation>(new Observation.Seen(Now));
}
