using Interlock.Canonical;
using ModelContextProtocol;

namespace Interlock.Mcp.Wire;

/// <summary>Why a line was not handed on: the JSON-RPC error that answers it.</summary>
/// <param name="Code">The JSON-RPC code.</param>
/// <param name="Refusal">The reason for programs, the place and the reason for people.</param>
/// <param name="Line">The line within the message, from 1; null where the place is a path only.</param>
/// <param name="Column">The column in code points, from 1.</param>
internal sealed record WireFault(McpErrorCode Code, Refusal Refusal, int? Line = null, int? Column = null)
{
    public static WireFault Unreadable(JsonError error) =>
        new(McpErrorCode.ParseError, new Refusal(RefusalCode.Malformed, error.Path, error.Message), error.Line, error.Column);

    public static WireFault TooLong(long length, int cap) =>
        new(
            McpErrorCode.InvalidRequest,
            Refusal.Of(RefusalCode.TooLarge, $"the message has {length} bytes and the limit is {cap}; make it smaller"));

    public static WireFault NotARequest(string path, string message) =>
        new(McpErrorCode.InvalidRequest, new Refusal(RefusalCode.Malformed, path, message));

    public static WireFault WrongParameters(string path, string message) =>
        new(McpErrorCode.InvalidParams, new Refusal(RefusalCode.Malformed, path, message));

    public static WireFault Unknown(string path, string message) =>
        new(McpErrorCode.InvalidParams, new Refusal(RefusalCode.NotFound, path, message));

    /// <summary>The reason on one line, with its place, as a model or a person reads it.</summary>
    public string Text =>
        Line is null ? $"at {Refusal.Path}: {Refusal.Message}" : $"line {Line}, column {Column}, at {Refusal.Path}: {Refusal.Message}";

    /// <summary>The whole answer without its line end.</summary>
    /// <param name="id">The id of the request, where one is known.</param>
    public JsonObject ToAnswer(JsonValue? id) =>
        JsonObject.Of(
            ("jsonrpc", "2.0"),
            ("id", id ?? JsonNull.Instance),
            ("error", JsonObject.Of(("code", (int)Code), ("message", Text), ("data", ToData()))));

    /// <summary>The reason as the SDK carries it from a handler to the answer: the same code, text and data.</summary>
    /// <param name="cause">What was thrown, if anything was.</param>
    public McpProtocolException ToException(Exception? cause = null)
    {
        var exception = new McpProtocolException(Text, cause, Code);
        foreach (var member in ToData().Members)
        {
            exception.Data[member.Name] = member.Value.ToElement();
        }

        return exception;
    }

    /// <summary>The parts of the reason: <c>{code, path, message, line?, column?}</c>.</summary>
    public JsonObject ToData()
    {
        var data = Refusal.ToJson();
        return Line is { } line && Column is { } column ? data.With("line", line).With("column", column) : data;
    }
}
