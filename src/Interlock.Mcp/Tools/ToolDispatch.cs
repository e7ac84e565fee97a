using Interlock.Canonical;
using Interlock.Mcp.Wire;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Interlock.Mcp.Tools;

/// <summary>Finds the tool, hands it the strictly read arguments, and answers for it when the session ends first.</summary>
internal sealed class ToolDispatch(IReadOnlyList<AgentTool> tools, TimeProvider clock, CancellationToken ending)
{
    /// <summary>Calls of one client that may be under way at once; more are refused, not queued.</summary>
    private const int MostAtOnce = 64;

    private int running;

    public ListToolsResult List() => new() { Tools = [.. tools.Select(tool => tool.ToProtocol())] };

    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var name = request.Params?.Name;
        var tool = tools.FirstOrDefault(tool => tool.Name == name)
            ?? throw WireFault.Unknown(
                "params/name", $"unknown tool; there are {string.Join(", ", tools.Select(tool => $"`{tool.Name}`"))}").ToException();
        if (Interlocked.Increment(ref running) > MostAtOnce)
        {
            Interlocked.Decrement(ref running);
            return ToolAnswer.Refused(Refusal.Of(
                RefusalCode.Busy, $"{MostAtOnce} calls are under way; wait for their answers")).ToProtocol();
        }

        try
        {
            return await RunAsync(tool, request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private async Task<CallToolResult> RunAsync(
        AgentTool tool, RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ending);
        var given = StrictTransport.Parameters(request.JsonRpcRequest)["arguments"] as JsonObject ?? JsonObject.Empty;
        var progress = request.Params?.ProgressToken is { } token
            ? new ProgressReporter(value => request.Server.NotifyProgressAsync(token, value, cancellationToken: CancellationToken.None), clock)
            : null;
        try
        {
            var answer = await tool.RunAsync(new ToolCall(ToolArguments.Of(tool, given), progress), until.Token);
            return answer.ToProtocol();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ToolAnswer.Refused(Refusal.Of(
                RefusalCode.Busy, "this session is ending; a run that was asked for goes on: connect again and call wait_for_plan")).ToProtocol();
        }
        finally
        {
            if (progress is not null)
            {
                await progress.FinishAsync();
            }
        }
    }
}
