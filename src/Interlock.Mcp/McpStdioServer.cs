using Interlock.Sessions;
using Interlock.Mcp.Resources;
using Interlock.Mcp.Wire;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace Interlock.Mcp;

/// <summary>The agent's surface over a pair of streams: <c>docs/spec/protocol.md</c>.</summary>
public static class McpStdioServer
{
    /// <summary>
    /// Serves one client until it closes its side or the token ends it. Runs that it asked for go on without it.
    /// </summary>
    /// <param name="session">What the agent may do.</param>
    /// <param name="settings">What the surface is told by its program.</param>
    /// <param name="input">JSON-RPC messages, one a line, from a client that is not trusted.</param>
    /// <param name="output">The answers; nothing else is written to it.</param>
    /// <param name="cancellationToken">Ends the session, for SIGTERM: waits end at once, the rest within the grace.</param>
    /// <returns>The exit code: 0 after every orderly end.</returns>
    public static async Task<int> RunAsync(
        AgentSession session, McpServerSettings settings, Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var log = new LineLog(settings.Log);
        return await RunAsync(
            ending => AgentSurface.Options(session, settings, log.CreateLogger<ChangeFeed>(), ending), settings, log, input, output, cancellationToken);
    }

    /// <summary>
    /// Answers one request of nobody, so that what the first answer takes is loaded and compiled by then: meant to run while the
    /// configuration is read. The runtime does that work on whichever thread first needs it, and there is another core.
    /// </summary>
    /// <param name="settings">What the surface is told by its program.</param>
    public static async Task WarmUpAsync(McpServerSettings settings)
    {
        using var log = new LineLog(TextWriter.Null);
        using var request = new MemoryStream("""
            {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"nobody","version":"0"}}}

            """u8.ToArray());
        await RunAsync(_ => AgentSurface.Empty(settings), settings, log, request, Stream.Null, CancellationToken.None);
    }

    private static async Task<int> RunAsync(
        Func<CancellationToken, McpServerOptions> surface,
        McpServerSettings settings,
        LineLog log,
        Stream input,
        Stream output,
        CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var abort = new CancellationTokenSource();
        await using var transport = new StrictTransport(input, output, log);
        await using var server = McpServer.Create(transport, surface(ending.Token), log);

        var running = server.RunAsync(abort.Token);
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        await Task.WhenAny(running, transport.InputEnded, stopped);
        transport.StopReading();

        // what was asked before the end is still answered; what only waits is told that the session ends
        if (!stopped.IsCompleted)
        {
            await EndsWithinAsync(running, settings);
        }

        await ending.CancelAsync();
        if (!await EndsWithinAsync(running, settings))
        {
            await abort.CancelAsync();
            await EndsWithinAsync(running, settings);
        }

        return 0;
    }

    private static async Task<bool> EndsWithinAsync(Task running, McpServerSettings settings)
    {
        await Task.WhenAny(running, Task.Delay(settings.Grace, settings.Clock));
        return running.IsCompleted;
    }
}
