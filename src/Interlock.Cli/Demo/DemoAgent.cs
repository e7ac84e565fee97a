using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Interlock.Canonical;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Interlock.Cli.Demo;

/// <summary>
/// The agent: the client of the ModelContextProtocol SDK, talking to <c>interlock mcp</c> in a process of its own, over its
/// standard streams. It holds nothing else; what it cannot do over MCP it cannot do.
/// </summary>
internal sealed class DemoAgent : IAsyncDisposable
{
    /// <summary>A catalog is larger than a plan.</summary>
    private static readonly JsonReadOptions Caps = new() { MaxBytes = 16 << 20, MaxDepth = 128 };

    private readonly Process server;
    private readonly McpClient client;

    private DemoAgent(Process server, McpClient client)
    {
        this.server = server;
        this.client = client;
    }

    /// <summary>The process of <c>interlock mcp</c>.</summary>
    public int ServerId => server.Id;

    /// <summary>Starts <c>interlock mcp</c> and connects.</summary>
    /// <param name="configuration">The absolute path of the configuration file.</param>
    /// <param name="folder">The demo's folder.</param>
    /// <param name="told">Hears of progress, in order.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<DemoAgent> ConnectAsync(
        string configuration, string folder, Action<double, string> told, CancellationToken stop)
    {
        var server = SelfProcess.Start(
            folder, quiet: false, "mcp", "--agent", DemoConfiguration.Agent, "--config", configuration);
        try
        {
            var transport = new StreamClientTransport(
                server.StandardInput.BaseStream, new ListeningStream(server.StandardOutput.BaseStream, new ProgressLines(told).Look));
            var options = new McpClientOptions
            {
                // a server that is slow to start is asked once: what answers late would take a second, older greeting for a fault
                DiscoverProbeTimeout = Timeout.InfiniteTimeSpan,
                ClientInfo = new Implementation
                {
                    Name = DemoConfiguration.Agent,
                    Version = typeof(DemoAgent).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
                },
            };
            return new DemoAgent(server, await McpClient.CreateAsync(transport, options, cancellationToken: stop));
        }
        catch
        {
            // whatever it is: no process may outlive it
            await EndAsync(server);
            throw;
        }
    }

    /// <summary>The names of all the tools there are.</summary>
    public async Task<IReadOnlyList<string>> ToolsAsync(CancellationToken stop) =>
        [.. (await client.ListToolsAsync(cancellationToken: stop)).Select(static tool => tool.Name)];

    /// <summary>Calls a tool without arguments.</summary>
    public Task<JsonObject> CallAsync(string tool, CancellationToken stop) => CallAsync(tool, [], progress: false, stop);

    /// <summary>Calls a tool with a body.</summary>
    public Task<JsonObject> CallAsync(string tool, JsonObject body, CancellationToken stop) =>
        CallAsync(tool, new() { ["body"] = JsonSerializer.Deserialize<JsonElement>(CanonicalJson.Write(body)) }, progress: false, stop);

    /// <summary>Calls a tool with a plan's id.</summary>
    public Task<JsonObject> CallAsync(string tool, string plan, CancellationToken stop) =>
        CallAsync(tool, new() { ["plan_id"] = plan }, progress: true, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await EndAsync(server);
    }

    private async Task<JsonObject> CallAsync(
        string tool, Dictionary<string, object?> arguments, bool progress, CancellationToken stop)
    {
        // the tap has heard what this would be told, and in order
        var ignored = progress ? new Progress<ModelContextProtocol.ProgressNotificationValue>() : null;
        var result = await client.CallToolAsync(tool, arguments, ignored, cancellationToken: stop);
        return result.StructuredContent is { } content
            && JsonReader.TryRead(Encoding.UTF8.GetBytes(content.GetRawText()), Caps, out var value, out _)
            && value is JsonObject answer
                ? answer
                : throw new InvalidOperationException($"`{tool}` answered without structured content");
    }

    private static async Task EndAsync(Process server)
    {
        await SelfProcess.EndAsync(server, TimeSpan.FromSeconds(8));
        server.Dispose();
    }
}
