using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Cli.Demo;

/// <summary>A server as it stands.</summary>
internal sealed record ServerState(string Name, int Port, int Generation, int ProcessId);

/// <summary>
/// Stands in for the service manager of a machine: keeps the three server processes and, asked over HTTP, ends one and starts
/// another in its place. A command of a plan could not: what it leaves running is ended with its stage.
/// </summary>
internal sealed class ServerKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string folder;
    private readonly string? broken;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentDictionary<string, Kept> servers = new(StringComparer.Ordinal);
    private readonly LoopbackHttp control;

    private ServerKeeper(string folder, string? broken)
    {
        this.folder = folder;
        this.broken = broken;
        control = new LoopbackHttp(0, AnswerAsync);
    }

    public static ImmutableArray<string> Names { get; } = ["web1", "web2", "web3"];

    /// <summary>Where restarts are asked for.</summary>
    public int ControlPort => control.Port;

    /// <summary>The servers in the order of their names.</summary>
    public ImmutableArray<ServerState> Servers => [.. servers.Values.Select(static kept => kept.State).OrderBy(static state => state.Name, StringComparer.Ordinal)];

    /// <summary>Starts the servers.</summary>
    /// <param name="folder">The demo's folder.</param>
    /// <param name="broken">The server that will not come back healthy.</param>
    /// <param name="stop">Ends the wait.</param>
    public static async Task<ServerKeeper> StartAsync(string folder, string? broken, CancellationToken stop)
    {
        var keeper = new ServerKeeper(folder, broken);
        try
        {
            await Task.WhenAll(Names.Select(name => keeper.LaunchAsync(new ServerStart(name, 0, 1, true), stop)));
            return keeper;
        }
        catch
        {
            // whatever it is: no server may outlive it
            await keeper.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await control.DisposeAsync();
        await Task.WhenAll(servers.Values.Select(static kept => EndAsync(kept.Process)));
        turn.Dispose();
    }

    private async Task<LoopbackAnswer> AnswerAsync(string method, string path, CancellationToken stop)
    {
        if (method != "POST" || path.Split('/') is not ["", "servers", var name, "restart"] || !servers.TryGetValue(name, out var old))
        {
            return new LoopbackAnswer(404, JsonObject.Of(("error", "there is only `POST /servers/NAME/restart`")));
        }

        await turn.WaitAsync(stop);
        try
        {
            await EndAsync(old.Process);
            var next = new ServerStart(name, old.State.Port, old.State.Generation + 1, name != broken);
            var now = await LaunchAsync(next, stop);
            return new LoopbackAnswer(200, JsonObject.Of(
                ("server", name), ("generation", now.Generation), ("pid", now.ProcessId)));
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<ServerState> LaunchAsync(ServerStart start, CancellationToken stop)
    {
        string[] arguments =
        [
            DemoCommand.Server, start.Name,
            "--port", start.Port.ToString(CultureInfo.InvariantCulture),
            "--generation", start.Generation.ToString(CultureInfo.InvariantCulture),
            .. start.Healthy ? (ReadOnlySpan<string>)[] : ["--unhealthy"],
        ];
        var process = SelfProcess.Start(folder, quiet: false, arguments);
        try
        {
            // waits no longer than this: TimeoutException
            var line = await process.StandardOutput.ReadLineAsync(stop).AsTask().WaitAsync(Patience, stop);
            if (!int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            {
                throw new IOException($"the server {start.Name} did not say its port");
            }

            var state = new ServerState(start.Name, port, start.Generation, process.Id);
            servers[start.Name] = new Kept(process, state);
            return state;
        }
        catch
        {
            // whatever it is: no server may outlive it
            await EndAsync(process);
            throw;
        }
    }

    private static async Task EndAsync(Process process)
    {
        await SelfProcess.EndAsync(process, TimeSpan.FromSeconds(3));
        process.Dispose();
    }

    private sealed record Kept(Process Process, ServerState State);
}
