using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>A plan that agents of a history propose, with what it may do as the harness itself reckons it.</summary>
internal sealed class Shape
{
    private Shape(params string[][] stages)
    {
        Body = JsonObject.Of(
            ("intent", $"set {string.Join(", ", stages.SelectMany(names => names))}"),
            ("stages", new JsonArray(stages.Select((names, index) => (JsonValue)Stage($"s{index}", names)))));
        Hash = CanonicalJson.Hash(Body).ToString();
        Stages = stages.Length;
        Resources = [.. stages.SelectMany(names => names).Distinct()];
        Effects = [.. stages.SelectMany((names, index) => names.Select(name => (index, name)))];
    }

    /// <summary>One stage, two stages in both orders, a stage that fans out, one that does and one after it.</summary>
    public static ImmutableArray<Shape> All { get; } =
        [new(["a"]), new(["a"], ["b"]), new(["b"], ["a"]), new(["b"]), new(["a", "b"]), new(["c"], ["a"])];

    /// <summary>The shape of two stages, for the systematic part.</summary>
    public static Shape Two => All[1];

    public static ImmutableDictionary<string, Shape> ByHash { get; } = All.ToImmutableDictionary(shape => shape.Hash);

    public JsonObject Body { get; }

    public string Hash { get; }

    public int Stages { get; }

    public ImmutableArray<string> Resources { get; }

    /// <summary>The effects in their order: which stage, which counter.</summary>
    public ImmutableArray<(int Stage, string Name)> Effects { get; }

    private static JsonObject Stage(string id, string[] names) => JsonObject.Of(
        ("id", id),
        ("action", "set"),
        ("target", JsonObject.Of(("kind", "counter"), ("id", names[0]))),
        ("params", JsonObject.Of(("names", new JsonArray(names.Select(name => (JsonValue)name))), ("value", "1"))),
        ("preconditions", new JsonArray([Check("door", "open")])),
        ("verify", new JsonArray([Check(names[^1], "1")])),
        ("rollback", JsonObject.Of(("irreversible", true), ("justification", "a counter only goes up"))));

    private static JsonObject Check(string name, string value) => JsonObject.Of(
        ("check", "counter"),
        ("probe", JsonObject.Of(("name", name))),
        ("expect", JsonObject.Of(("op", "equals"), ("value", value))));
}

/// <summary>What a process has loaded. Built once: what differs between histories is the world, which each thread holds.</summary>
internal sealed class Rules
{
    private Rules(string digest, string does, bool forbidsB)
    {
        Digest = digest;
        ForbidsB = forbidsB;
        Does = does;
        var world = new WorldAdapter(does);
        Catalog = Counters.CatalogOf(world, world, does);
        var policy = new PolicyBuilder().Action("set", mutating: true);
        Policy = (forbidsB ? policy.ForbidTarget(("kind", "counter"), ("id", "b")) : policy).Build();
        Validator = new PlanValidator(Policy, Catalog, new PlanLimits());
    }

    /// <summary>The first; one that forbids counter b; one under which the action does something else.</summary>
    public static ImmutableArray<Rules> All { get; } = [new("first", "1", false), new("forbids b", "1", true), new("sets 2", "2", false)];

    public string Digest { get; }

    public bool ForbidsB { get; }

    /// <summary>The value that the action sets, in the end: 1 is what every plan asks for.</summary>
    public string Does { get; }

    public Catalog Catalog { get; }

    public Policy Policy { get; }

    public PlanValidator Validator { get; }

    /// <summary>Leads from the catalog, which is built once, to the world of the history that this thread runs.</summary>
    private sealed class WorldAdapter(string does) : IExecutor, IProbe
    {
        public Result<ImmutableArray<Effect>> Describe(Stage stage)
        {
            var names = ((JsonArray?)stage.Parameters["names"])?.Items.OfType<JsonString>().Select(name => name.Value).ToArray() ?? [];
            var value = does == "1" ? stage.Parameters.Text("value") ?? "?" : does;
            return names.Select(name => new Effect(
                "set",
                "world",
                names.Length == 1 ? string.Empty : name,
                JsonObject.Of(("name", name), ("value", value)),
                [new Resource("counter", name)],
                $"set {name}")).ToImmutableArray();
        }

        public Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken) =>
            SimWorld.Current.ExecuteAsync(effect, key);

        public Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken) => SimWorld.Current.ProbeAsync(check);
    }
}
