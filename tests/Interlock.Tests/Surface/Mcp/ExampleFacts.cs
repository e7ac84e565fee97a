using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Demo;
using Interlock.Ledger;
using Interlock.Mcp.Guide;
using Interlock.Sessions;
using Interlock.Tests.Cli.Configuration;

namespace Interlock.Tests.Surface.Mcp;

/// <summary>What the worked examples teach: they validate, they look at what they change, and they undo it where something does.</summary>
public sealed class ExampleFacts : IDisposable
{
    private const string Services =
        """
        version: 1
        unsigned: allow
        actions:
          start_service:
            params: {unit: {pattern: "[a-z][a-z0-9-]{1,30}\\.service"}}
            resources: ["service:{unit}"]
            command: {argv: [echo, start, "{unit}"]}
          stop_service:
            params: {unit: {pattern: "[a-z][a-z0-9-]{1,30}\\.service"}}
            resources: ["service:{unit}"]
            command: {argv: [echo, stop, "{unit}"]}
          rotate_logs:
            resources: ["logs:all"]
            command: {argv: [echo, rotate]}
          scale_all:
            params: {units: {type: array, enum: [web, db]}}
            for_each: units
            resources: ["service:{units}"]
            command: {argv: [echo, "{units}"]}
        probes:
          a_clock:
            command: {argv: [date]}
          disk_free:
            command: {argv: [df], read: exit_code}
          service_active:
            visible: true
            params: {unit: {pattern: "[a-z][a-z0-9-]{1,30}\\.service"}}
            command: {argv: [echo, "{unit}"]}
        """;

    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    public static TheoryData<string> Configurations => ["init", "demo", "sample", "services", "services without demanded checks"];

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task Every_action_of_a_configuration_has_an_example_that_passes_check_plan_there(string name)
    {
        foreach (var catalog in new[] { Load(name).Catalog, Bare(Load(name).Catalog) })
        {
            var session = await SessionAsync(Load(name), catalog);
            var examples = new WorkedExamples(session);
            foreach (var action in catalog.Actions.Values)
            {
                Assert.True(examples.Stage(action.Name) is not null, $"{name}: `{action.Name}` has no example");
                await PassesAsync(session, JsonObject.Of(("intent", "an example"), ("stages", new JsonArray([examples.Stage(action.Name) ?? JsonObject.Empty]))));
            }

            Assert.All(catalog.Probes.Keys, probe => Assert.NotNull(examples.Check(probe)));
            await PassesAsync(session, examples.Plan ?? JsonObject.Empty);
        }
    }

    [Theory]
    [InlineData("init")]
    [InlineData("demo")]
    [InlineData("sample")]
    public async Task What_we_hand_out_shows_checks_before_and_after_in_every_example(string name)
    {
        var configuration = Load(name);
        var examples = new WorkedExamples(await SessionAsync(configuration, configuration.Catalog));
        Assert.All(configuration.Catalog.Actions.Values, action =>
        {
            Assert.Equal(action.Example, examples.Stage(action.Name));
            Assert.NotNull(action.Example?["verify"]);
            Assert.NotNull(action.Example?["preconditions"]);
        });
    }

    [Fact]
    public async Task Without_a_declared_example_a_probe_is_taken_that_looks_at_the_same_thing()
    {
        var configuration = Load("init");
        var examples = new WorkedExamples(await SessionAsync(configuration, Bare(configuration.Catalog)));
        var write = examples.Stage("write_note") ?? JsonObject.Empty;
        Assert.Equal("""[{"check":"note_exists","expect":{"op":"equals","value":"false"},"probe":{"name":"example"}}]""", write["preconditions"]?.ToString());
        Assert.Equal("""[{"check":"note_exists","expect":{"op":"equals","value":"true"},"probe":{"name":"example"}}]""", write["verify"]?.ToString());
        Assert.Equal("""{"action":"delete_note","params":{"name":"example"}}""", write["rollback"]?.ToString());
        var delete = examples.Stage("delete_note") ?? JsonObject.Empty;
        Assert.Contains("\"true\"", delete["preconditions"]?.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"false\"", delete["verify"]?.ToString(), StringComparison.Ordinal);
        Assert.Equal(JsonBoolean.True, (delete["rollback"] as JsonObject)?["irreversible"]);
    }

    [Fact]
    public async Task An_action_that_another_undoes_shows_that_as_its_rollback()
    {
        var configuration = Load("services");
        var examples = new WorkedExamples(await SessionAsync(configuration, configuration.Catalog));
        var start = examples.Stage("start_service") ?? JsonObject.Empty;
        Assert.Equal("stop_service", (start["rollback"] as JsonObject)?.Text("action"));
        Assert.Contains("service_active", start["preconditions"]?.ToString(), StringComparison.Ordinal);
        Assert.Equal((start["params"] as JsonObject)?.Text("unit"), ((start["verify"] as JsonArray)?.Items[0] as JsonObject)?["probe"] is JsonObject probe ? probe.Text("unit") : null);
        Assert.Contains("before the stage", start["preconditions"]?.ToString(), StringComparison.Ordinal);
        Assert.Contains("after the stage", start["verify"]?.ToString(), StringComparison.Ordinal);
        Assert.Null(start["note"]);
    }

    [Fact]
    public async Task Where_no_probe_looks_at_an_action_the_example_says_so_and_claims_no_verification()
    {
        var demanded = Load("services");
        var rotate = new WorkedExamples(await SessionAsync(demanded, demanded.Catalog)).Stage("rotate_logs") ?? JsonObject.Empty;
        Assert.NotNull(rotate["preconditions"]);
        Assert.Null(rotate["verify"]);
        Assert.Contains("ask the person to declare one", rotate.Text("note"), StringComparison.Ordinal);

        var free = Load("services without demanded checks");
        rotate = new WorkedExamples(await SessionAsync(free, free.Catalog)).Stage("rotate_logs") ?? JsonObject.Empty;
        Assert.Null(rotate["preconditions"]);
        Assert.Contains("ask the person to declare one", rotate.Text("note"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_example_that_is_no_check_is_replaced_by_one_that_is()
    {
        var configuration = bench.Configuration(Services + "\n    example: {check: service_active, expect: {op: equals, value: active}}\n");
        var check = new WorkedExamples(await SessionAsync(configuration, configuration.Catalog)).Check("service_active");
        Assert.NotNull(check?["probe"]);
    }

    [Fact]
    public async Task The_catalog_says_what_each_probe_answers()
    {
        var configuration = bench.Configuration("""
            version: 1
            probes:
              there: {file: {roots: [.], path: a.txt}}
              bytes: {file: {roots: [.], path: a.txt, read: size}}
              digest: {file: {roots: [.], path: a.txt, read: sha256}}
              text: {file: {roots: [.], path: a.txt, read: content}}
              code: {command: {argv: [echo], read: exit_code}}
              printed: {command: {argv: [echo]}}
              status: {http: {url: "https://example.com/"}}
              server: {http: {url: "https://example.com/", read: "header:Server"}}
              body: {http: {url: "https://example.com/", read: body}}
              ready: {http: {url: "https://example.com/", read: body, json_pointer: /ready}}
            """);
        var session = await SessionAsync(configuration, configuration.Catalog);
        var told = (JsonArray?)new CatalogGuide(session, new() { Version = "1", Log = TextWriter.Null, Grace = TimeSpan.Zero }).Describe()["probes"];
        var answers = (told?.Items ?? []).OfType<JsonObject>().ToDictionary(probe => probe.Text("name") ?? "", probe => probe.Text("answers"));
        Assert.Equal(10, answers.Count);
        Assert.Contains("`true` or `false`", answers["there"], StringComparison.Ordinal);
        Assert.Contains("in bytes, a decimal number", answers["bytes"], StringComparison.Ordinal);
        Assert.Contains("at most 31", answers["digest"], StringComparison.Ordinal);
        Assert.Contains("trimmed", answers["text"], StringComparison.Ordinal);
        Assert.Contains("exit code of the command, a decimal number", answers["code"], StringComparison.Ordinal);
        Assert.Contains("standard output, trimmed", answers["printed"], StringComparison.Ordinal);
        Assert.Contains("HTTP status", answers["status"], StringComparison.Ordinal);
        Assert.Contains("`Server`", answers["server"], StringComparison.Ordinal);
        Assert.Contains("body of the answer", answers["body"], StringComparison.Ordinal);
        Assert.Contains("`/ready`", answers["ready"], StringComparison.Ordinal);
        Assert.All(configuration.Catalog.Probes.Keys, probe => Assert.NotNull(new WorkedExamples(session).Check(probe)));
    }

    [Theory]
    [InlineData("""{"pattern": "^(?:[a-z0-9-]{1,40}\\.html)$"}""")]
    [InlineData("""{"pattern": "^(?:PRJ-[0-9]{4}(?:-[a-f]+)?)$"}""")]
    [InlineData("""{"pattern": "^(?:(?:red|blue)_\\d{2,3})$"}""")]
    [InlineData("""{"pattern": "^[^/ ]+@[A-Z]{2}\\.corp$"}""")]
    [InlineData("""{"minLength": 40, "maxLength": 50}""")]
    [InlineData("{}")]
    public void A_text_is_found_for_common_patterns(string schema) => Assert.NotNull(PatternSample.Of(FakeWorld.Object(schema)));

    [Theory]
    [InlineData("""{"pattern": "^a{2,1}$"}""")]
    [InlineData("""{"pattern": "^(?=a)b$"}""")]
    [InlineData("""{"pattern": "^[a-z]{9999}$"}""")]
    [InlineData("""{"pattern": "^a$", "minLength": 2}""")]
    public void No_text_is_shown_that_does_not_match(string schema) => Assert.Null(PatternSample.Of(FakeWorld.Object(schema)));

    private static Catalog Bare(Catalog catalog) => new(
        catalog.Actions.Values.Select(action => action with { Example = null }),
        catalog.Probes.Values.Select(probe => probe with { Example = null }));

    private static async Task PassesAsync(AgentSession session, JsonObject body)
    {
        // what its probes see is another matter: the servers of the demo are not there
        var check = Execution.Bench.Must(await session.CheckAsync(body, CancellationToken.None));
        Assert.True(check.Validation.Approvable, $"{string.Join('\n', check.Validation.Errors)}\n{body}");
        Assert.NotEmpty(check.Stages);
    }

    private static async Task<AgentSession> SessionAsync(InterlockConfiguration configuration, Catalog catalog)
    {
        var options = configuration.ToEngineOptions(new MemoryLedgerStore(TimeProvider.System)) with { Catalog = catalog };
        Assert.True((await Engine.OpenAsync(options)).TryGet(out var engine, out var refusal), refusal?.Message);
        Assert.True(Agent.TryCreate("bot", "owner", out var agent));
        return engine.ForAgent(agent);
    }

    private InterlockConfiguration Load(string name)
    {
        switch (name)
        {
            case "init":
                Directory.CreateDirectory(bench.At(InitTemplate.NotesFolder));
                return bench.Configuration(InitTemplate.Text);
            case "demo":
                var servers = ServerKeeper.Names.Select((server, i) => new ServerState(server, 40_000 + i, 1, 1));
                return bench.Configuration(DemoConfiguration.Text(servers, 40_010, "olga", "data", ["echo"], logKey: null, dotnet: null));
            case "sample":
                Directory.CreateDirectory(bench.At("site"));
                return bench.Configuration(File.ReadAllText(Path.Combine(Vectors.SharedData.Repository, "samples", "filesystem", "interlock.yaml")));
            case "services":
                return bench.Configuration(Services);
            case "services without demanded checks":
                return bench.Configuration(Services + "\npolicy: {require_preconditions_for_mutating: false}\n");
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "no such configuration");
        }
    }
}
