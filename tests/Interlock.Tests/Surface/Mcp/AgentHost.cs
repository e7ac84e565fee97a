using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Interlock.Actions;
using Interlock.Ledger;
using Interlock.Mcp;
using Interlock.Policies;
using Interlock.Sessions;

namespace Interlock.Tests.Surface.Mcp;

/// <summary>
/// The agent's surface over pipes, above an engine in memory with its executor. The test is the client and speaks raw lines;
/// every line that comes back is parsed as JSON-RPC by another reader than ours.
/// </summary>
internal sealed class AgentHost : IAsyncDisposable
{
    public const string Modern = """
        "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Pipe input = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe output = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly CancellationTokenSource terminate = new();
    private readonly CancellationTokenSource shutdown = new();
    private readonly Lock gate = new();
    private readonly List<JsonElement> received = [];
    private readonly Task reading;
    private readonly Task<Refusal?> executing;
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int lastId = 100;

    private AgentHost(Engine engine, FakeWorld world, AgentSession session, bool run)
    {
        Engine = engine;
        World = world;
        executing = run ? Task.Run(() => engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, shutdown.Token)) : Task.FromResult<Refusal?>(null);
        var settings = new McpServerSettings { Version = "0.0.0-test", Log = Log, Grace = TimeSpan.FromMilliseconds(300) };
        Serving = McpStdioServer.RunAsync(session, settings, input.Reader.AsStream(), output.Writer.AsStream(), terminate.Token);
        reading = Task.Run(ReadAsync);
    }

    public Engine Engine { get; }

    public FakeWorld World { get; }

    public StringWriter Log { get; } = new();

    public Task<int> Serving { get; }

    public IReadOnlyList<JsonElement> Received
    {
        get
        {
            lock (gate)
            {
                return [.. received];
            }
        }
    }

    public static async Task<AgentHost> StartAsync(
        string agent = "bot", Catalog? catalog = null, Policy? policy = null, ILedgerStore? store = null, bool run = true, FakeWorld? world = null)
    {
        world ??= new FakeWorld();
        var options = new EngineOptions
        {
            Store = store ?? new MemoryLedgerStore(TimeProvider.System),
            Policy = policy ?? world.Policy,
            Catalog = catalog ?? world.Catalog(),
            Clock = TimeProvider.System,
            AllowUnsignedApprovals = true,
            Volume = VolumeLimits.Default with { Pending = null },
        };
        Assert.True((await Engine.OpenAsync(options)).TryGet(out var engine, out var refusal), refusal?.Message);
        Assert.True(Agent.TryCreate(agent, "owner", out var named));
        return new AgentHost(engine, world, engine.ForAgent(named), run);
    }

    /// <summary>A host with whom the handshake of 2025-11-25 is done.</summary>
    public static async Task<AgentHost> InitializedAsync(FakeWorld? world = null, ILedgerStore? store = null, bool run = true, string agent = "bot")
    {
        var host = await StartAsync(agent, store: store, run: run, world: world);
        await host.SendAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
        await host.AnswerAsync(1);
        await host.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return host;
    }

    public Task SendAsync(string line) => SendBytesAsync(Encoding.UTF8.GetBytes(line + "\n"));

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await input.Writer.WriteAsync(bytes);

    public void CloseInput() => input.Writer.Complete();

    public void Terminate() => terminate.Cancel();

    /// <summary>The answer to a request, result or error.</summary>
    public Task<JsonElement> AnswerAsync(int id) =>
        FirstAsync(message => message.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.Number && given.GetInt32() == id);

    /// <summary>The first message that fits, waited for.</summary>
    public async Task<JsonElement> FirstAsync(Func<JsonElement, bool> fits)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                foreach (var message in received)
                {
                    if (fits(message))
                    {
                        return message;
                    }
                }

                next = grown.Task;
            }

            await next.WaitAsync(Patience);
        }
    }

    public async Task<JsonElement> RequestAsync(string method, string parameters = "{}")
    {
        var id = Interlocked.Increment(ref lastId);
        await SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");
        return await AnswerAsync(id);
    }

    /// <summary>The structured answer of a tool, which must be the same JSON as its text.</summary>
    public async Task<JsonElement> CallAsync(string tool, string arguments = "{}", bool isError = false)
    {
        var answer = await RequestAsync("tools/call", $$"""{"name":"{{tool}}","arguments":{{arguments}}}""");
        return Structured(answer, isError);
    }

    public static JsonElement Structured(JsonElement answer, bool isError = false)
    {
        Assert.True(answer.TryGetProperty("result", out var result), answer.ToString());
        var structured = result.GetProperty("structuredContent");
        var text = JsonNode.Parse(result.GetProperty("content")[0].GetProperty("text").GetString() ?? "");
        Assert.True(JsonNode.DeepEquals(text, JsonNode.Parse(structured.GetRawText())));
        Assert.True(isError == (result.TryGetProperty("isError", out var flag) && flag.GetBoolean()), answer.ToString());
        return structured;
    }

    public async Task<PlanId> ProposeAsync(params string[] hosts)
    {
        var proposed = await CallAsync("propose_plan", $$"""{"body":{{FakeWorld.Body(hosts)}}}""");
        Assert.True(proposed.GetProperty("accepted").GetBoolean(), proposed.ToString());
        Assert.True(PlanId.TryParse(proposed.GetProperty("plan_id").GetString(), out var id));
        return id;
    }

    public async Task<PlanId> ProposeModernAsync(params string[] hosts)
    {
        var answer = await RequestAsync("tools/call", $$$"""{"name":"propose_plan","arguments":{"body":{{{FakeWorld.Body(hosts)}}}},{{{Modern}}}}""");
        Assert.True(PlanId.TryParse(Structured(answer).GetProperty("plan_id").GetString(), out var id));
        return id;
    }

    public async Task ApproveAsync(PlanId id)
    {
        var person = Engine.ForPerson();
        Assert.True((await person.ReviewAsync(id, default)).TryGet(out var review, out var refusal), refusal?.Message);
        Assert.True((await person.ApproveAsync(review, "alice", null, default)).TryGet(out _, out refusal), refusal?.Message);
    }

    public async ValueTask DisposeAsync()
    {
        World.Door.TrySetResult();
        await input.Writer.CompleteAsync();
        Assert.Equal(0, await Serving.WaitAsync(Patience));
        await shutdown.CancelAsync();
        Assert.Null(await executing.WaitAsync(Patience));
        await output.Writer.CompleteAsync();
        await reading.WaitAsync(Patience);
        await Engine.DisposeAsync();
        terminate.Dispose();
        shutdown.Dispose();
    }

    private async Task ReadAsync()
    {
        using var lines = new StreamReader(output.Reader.AsStream(), new UTF8Encoding(false, throwOnInvalidBytes: true));
        while (await lines.ReadLineAsync() is { } line)
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1_000 });
            Assert.Equal("2.0", document.RootElement.GetProperty("jsonrpc").GetString());
            lock (gate)
            {
                received.Add(document.RootElement.Clone());
                grown.TrySetResult();
                grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
