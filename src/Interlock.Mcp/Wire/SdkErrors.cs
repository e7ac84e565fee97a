using System.Text.Json;
using System.Text.Json.Nodes;
using Interlock.Canonical;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Interlock.Mcp.Wire;

/// <summary>
/// Gives the errors that the SDK makes on its own the shape of ours, <c>data {code, path, message}</c> with the mend. Done on the way
/// out, because some of them are made outside every filter that the SDK offers.
/// </summary>
internal static class SdkErrors
{
    private const string Methods =
        "`initialize` or `server/discover`, `ping`, `tools/list`, `tools/call`, `resources/list`, `resources/templates/list`, "
        + "`resources/read`, `resources/subscribe`, `resources/unsubscribe`, `subscriptions/listen`, `prompts/list`, `prompts/get`";

    /// <summary>The error with place and mend; one of our own as it is.</summary>
    public static JsonRpcError Complete(JsonRpcError error)
    {
        var data = error.Error.Data is null ? null : JsonSerializer.SerializeToNode(error.Error.Data, McpJsonUtilities.DefaultOptions);
        if (data is System.Text.Json.Nodes.JsonObject { } given && given.ContainsKey("path"))
        {
            return error;
        }

        // what the protocol itself puts there, such as the versions that are served, stays beside ours
        var whole = data as System.Text.Json.Nodes.JsonObject ?? [];
        var fault = Explain((McpErrorCode)error.Error.Code, Shortened.To(error.Error.Message.TrimEnd('.'), 300), whole);
        foreach (var member in fault.ToData().Members)
        {
            whole[member.Name] = JsonNode.Parse(CanonicalJson.Write(member.Value));
        }

        return new JsonRpcError
        {
            Id = error.Id,
            Error = new JsonRpcErrorDetail { Code = error.Error.Code, Message = fault.Text, Data = whole },
            Context = error.Context,
        };
    }

    private static WireFault Explain(McpErrorCode code, string said, System.Text.Json.Nodes.JsonObject data) =>
        code switch
        {
            McpErrorCode.MethodNotFound => new(code, new Refusal(RefusalCode.NotFound, "method", $"{said}; there are {Methods}")),
            McpErrorCode.UnsupportedProtocolVersion =>
                new(code, new Refusal(RefusalCode.Malformed, $"params/_meta/{MetaKeys.ProtocolVersion}", $"{said}; use one of {data["supported"]?.ToJsonString()}")),
            McpErrorCode.InternalError =>
                new(code, Refusal.Of(RefusalCode.OutcomeUnknown, $"{said}; look at the server's log, and read the plan before you ask again")),
            _ => new(code, new Refusal(RefusalCode.Malformed, "params", $"{said}; write it as the protocol describes")),
        };
}
