using System.Collections.Concurrent;
using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Tests.Surface.Mcp;

/// <summary>A few services that can be restarted and looked at, and a switch that holds the next effect back.</summary>
internal sealed class FakeWorld
{
    private const string Service = """
        {"type": "object", "required": ["host"], "additionalProperties": false,
         "properties": {"host": {"type": "string", "enum": ["web-1", "web-2", "web-3"]}}}
        """;

    public ConcurrentQueue<string> Effects { get; } = new();

    /// <summary>What each effect waits for.</summary>
    public TaskCompletionSource Door { get; set; } = Opened();

    public string Up { get; set; } = "true";

    public Policy Policy { get; } =
        new PolicyBuilder().Action("restart").Action("publish").Action("look", mutating: false).Action("wipe").ForbidActions("wipe").Build();

    public static JsonObject Object(string json) =>
        JsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(json), JsonReadOptions.PlanBody, out var value, out _) && value is JsonObject read
            ? read
            : throw new InvalidOperationException("the test's own JSON is at fault");

    public static string Body(params IEnumerable<string> hosts) =>
        $$"""{"intent": "restart the web servers", "stages": [{{string.Join(", ", hosts.Select(host => $$$"""
            {"id": "restart-{{{host}}}", "action": "restart", "params": {"host": "{{{host}}}"},
             "preconditions": [{"check": "up", "probe": {"host": "{{{host}}}"}, "expect": {"op": "equals", "value": "true"}}],
             "rollback": {"irreversible": true, "justification": "a restart has no way back"}}
            """))}}]}""".ReplaceLineEndings("");

    public Catalog Catalog() => new(
        [
            Action("restart", Object(Service)),
            Action("look", Object(Service)) with { Mutating = false },
            Action("wipe", JsonObject.Of(("type", "object"))),
            Action("publish", Object("""
                {"type": "object", "required": ["page", "text", "copies"], "properties": {
                    "page": {"type": "string", "pattern": "^[a-z]+\\.html$"}, "text": {"type": "string"},
                    "copies": {"type": "integer", "minimum": 1}}}
                """)) with
            {
                ContentParameters = ["text"],
                Example = Object("""
                    {"id": "publish", "action": "publish", "params": {"page": "index.html", "text": "hello", "copies": 1},
                     "rollback": {"action": "publish", "params": {"page": "index.html", "text": "old", "copies": 1}},
                     "preconditions": [{"check": "up", "probe": {"host": "web-1"}, "expect": {"op": "equals", "value": "true"}}]}
                    """),
            },
        ],
        [
            new ProbeDefinition
            {
                Name = "up",
                Description = "whether a service answers",
                ArgumentsSchema = Object(Service),
                Definition = JsonObject.Empty,
                VisibleToAgent = true,
                Answers = new ProbeAnswer("whether it answers", "true"),
                Probe = new Probe(this),
            },
        ]);

    private static TaskCompletionSource Opened()
    {
        var door = new TaskCompletionSource();
        door.SetResult();
        return door;
    }

    private ActionDefinition Action(string name, JsonObject parameters) => new()
    {
        Name = name,
        Description = $"does {name} to a service",
        ParametersSchema = parameters,
        Definition = JsonObject.Empty,
        Executor = new Executor(this),
    };

    private sealed class Executor(FakeWorld world) : IExecutor
    {
        public Result<ImmutableArray<Effect>> Describe(Stage stage) => ImmutableArray.Create(new Effect(
            stage.Action,
            "fake",
            "",
            JsonObject.Of(("params", stage.Parameters)),
            [new Resource("service", stage.Parameters.Text("host") ?? stage.Parameters.Text("page") ?? "none")],
            $"{stage.Action} of {stage.Parameters.Text("host")}"));

        public Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken) => Task.FromResult(Preview.None);

        public async Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken)
        {
            await world.Door.Task;
            world.Effects.Enqueue(effect.Summary);
            return new StageOutcome.Succeeded("done");
        }
    }

    private sealed class Probe(FakeWorld world) : IProbe
    {
        public Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken) =>
            Task.FromResult<Observation>(new Observation.Seen(world.Up));
    }
}
