using System.Text.Json;
using Interlock.Mcp.Wire;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Interlock.Mcp;

/// <summary>Says where the parameters of a request have the wrong type; the SDK would say that an error occurred.</summary>
internal static class RequestFaults
{
    public static McpMessageHandler Explain(McpMessageHandler next) => async (context, cancellationToken) =>
    {
        try
        {
            await next(context, cancellationToken);
        }
        catch (JsonException exception) when (context.JsonRpcMessage is JsonRpcRequest)
        {
            var place = exception.Path?.TrimStart('$').Replace('.', '/');
            throw WireFault.WrongParameters($"params{place}", "missing or of the wrong type; write it as the protocol describes").ToException(exception);
        }
    };
}
