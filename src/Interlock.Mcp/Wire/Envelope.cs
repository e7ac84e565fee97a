using Interlock.Canonical;

namespace Interlock.Mcp.Wire;

/// <summary>
/// The shape of a JSON-RPC message as MCP uses it. The SDK below answers a wrong shape with a bare error or with nothing; here
/// each gets its place and its mend.
/// </summary>
internal static class Envelope
{
    /// <summary>The names that a request's own fields have in <c>_meta</c> since 2026-07-28, with what each must be.</summary>
    private static readonly (string Name, bool IsObject)[] MetaFields =
    [
        ("io.modelcontextprotocol/protocolVersion", false),
        ("io.modelcontextprotocol/clientInfo", true),
        ("io.modelcontextprotocol/clientCapabilities", true),
        ("io.modelcontextprotocol/logLevel", false),
    ];

    /// <summary>What is wrong with a message, or null.</summary>
    /// <param name="message">The message.</param>
    /// <param name="id">Its id, where it has a usable one.</param>
    public static WireFault? Check(JsonValue message, out JsonValue? id)
    {
        id = null;
        if (message is not JsonObject envelope)
        {
            return WireFault.NotARequest(
                JsonError.Root,
                message is JsonArray
                    ? "a batch of messages; send each message on a line of its own"
                    : "not an object; send one JSON-RPC message a line");
        }

        if (envelope["id"] is { } given)
        {
            if (given is not (JsonString or JsonNumber) || (given is JsonNumber number && !double.IsInteger(number.Value)))
            {
                return WireFault.NotARequest("id", "neither a string nor an integer; give each request an id of its own");
            }

            id = given;
        }

        if (envelope.Text("jsonrpc") != "2.0")
        {
            return WireFault.NotARequest("jsonrpc", "not the string `2.0`; send JSON-RPC 2.0");
        }

        if (envelope["method"] is not { } method)
        {
            return envelope["result"] is null && envelope["error"] is null
                ? WireFault.NotARequest("method", "missing; name the method of the request")
                : null;
        }

        if (method is not JsonString name)
        {
            return WireFault.NotARequest("method", "not a string; name the method of the request");
        }

        return envelope["params"] switch
        {
            null => null,
            JsonObject parameters => CheckParameters(name.Value, parameters),
            _ => WireFault.WrongParameters("params", "not an object; name the parameters"),
        };
    }

    private static WireFault? CheckParameters(string method, JsonObject parameters)
    {
        if (parameters["_meta"] is { } meta && CheckMeta(meta) is { } fault)
        {
            return fault;
        }

        if (method != "tools/call")
        {
            return null;
        }

        return parameters switch
        {
            _ when parameters["name"] is not JsonString =>
                WireFault.WrongParameters("params/name", "not a string; name the tool, see tools/list"),
            _ when parameters["arguments"] is not (null or JsonNull or JsonObject) =>
                WireFault.WrongParameters("params/arguments", "not an object; name the arguments, see the tool's input schema"),
            _ => null,
        };
    }

    private static WireFault? CheckMeta(JsonValue value)
    {
        if (value is not JsonObject meta)
        {
            return WireFault.WrongParameters("params/_meta", "not an object; leave it out or make it one");
        }

        foreach (var (name, isObject) in MetaFields)
        {
            if (meta[name] is { } field && (isObject ? field is not JsonObject : field is not JsonString))
            {
                return WireFault.WrongParameters(
                    $"params/_meta/{name}", $"not {(isObject ? "an object" : "a string")}; write it as the protocol describes");
            }
        }

        return meta["progressToken"] is null or JsonString or JsonNumber
            ? null
            : WireFault.WrongParameters("params/_meta/progressToken", "neither a string nor an integer; leave it out or mend it");
    }
}
