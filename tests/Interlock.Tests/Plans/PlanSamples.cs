using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Tests.Plans;

/// <summary>A valid body, a policy and a catalog that accept it, and the parts to spoil them with.</summary>
internal static class PlanSamples
{
    public const string Secret = "AKIAABCDEFGHIJKLMNOP";

    public static Policy SomePolicy { get; } = new PolicyBuilder().Action("restart").Action("read", mutating: false).Build();

    public static JsonObject SomeCheck { get; } = JsonObject.Of(
        ("check", "up"),
        ("probe", JsonObject.Of(("host", "web-1"))),
        ("expect", JsonObject.Of(("op", "equals"), ("value", "true"))));

    public static JsonObject SomeStage { get; } = JsonObject.Of(
        ("id", "s1"),
        ("action", "restart"),
        ("target", JsonObject.Of(("kind", "service"), ("id", "web-1"))),
        ("params", JsonObject.Of(("host", "web-1"))),
        ("preconditions", new JsonArray([SomeCheck])),
        ("verify", new JsonArray([SomeCheck])),
        ("rollback", JsonObject.Of(("irreversible", true), ("justification", "a restart has no way back"))),
        ("note", "first"));

    public static JsonObject Body { get; } = BodyOf(SomeStage);

    public static JsonObject BodyOf(params IEnumerable<JsonObject> stages) =>
        JsonObject.Of(("intent", "restart the web server"), ("stages", new JsonArray(stages)));

    public static Validation Validate(JsonValue body, Policy? policy = null, Catalog? catalog = null, PlanLimits? limits = null) =>
        new PlanValidator(policy ?? SomePolicy, catalog, limits ?? PlanLimits.Default).ValidateBody(body);

    public static IEnumerable<int> Failed(this Validation validation) =>
        validation.Invariants.Where(invariant => !invariant.Ok).Select(invariant => invariant.Id);

    public static string Detail(this Validation validation, string name) =>
        validation.Invariants.Single(invariant => invariant.Name == name).Detail;

    public static Effect EffectOf(Stage stage, string target = "", string? host = null) => new(
        stage.Action,
        "fake",
        target,
        JsonObject.Of(("params", stage.Parameters)),
        [new Resource("service", host ?? stage.Parameters.Text("host") ?? "")],
        "restarts a service");

    public static Catalog CatalogOf(Func<Stage, Result<ImmutableArray<Effect>>>? describe = null, params IEnumerable<string> content) => new(
        [
            new ActionDefinition
            {
                Name = "restart",
                Description = "restarts a service",
                ParametersSchema = JsonObject.Of(
                    ("type", "object"), ("properties", JsonObject.Of(("host", JsonObject.Of(("type", "string")))))),
                ContentParameters = [.. content],
                Definition = JsonObject.Empty,
                Executor = new FakeExecutor(describe ?? (stage => ImmutableArray.Create(EffectOf(stage)))),
            },
        ],
        [
            new ProbeDefinition
            {
                Name = "up",
                Description = "whether it is up",
                ArgumentsSchema = JsonObject.Of(("required", new JsonArray(["host"]))),
                Definition = JsonObject.Empty,
                Probe = new FakeProbe(),
            },
        ]);

    private sealed class FakeExecutor(Func<Stage, Result<ImmutableArray<Effect>>> describe) : IExecutor
    {
        public Result<ImmutableArray<Effect>> Describe(Stage stage) => describe(stage);

        public Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken) => Task.FromResult(Preview.None);

        public Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("validation executes nothing");
    }

    private sealed class FakeProbe : IProbe
    {
        public Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("validation probes nothing");
    }
}
