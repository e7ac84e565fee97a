using Interlock.Canonical;
using Interlock.Mcp.Wire;
using ModelContextProtocol.Protocol;

namespace Interlock.Mcp.Tools;

/// <summary>What a tool promises about itself. Hosts ask the person before they call one that may destroy something.</summary>
/// <param name="ReadOnly">It changes nothing, neither in the ledger nor in the world.</param>
/// <param name="Destructive">What it changes cannot be taken back.</param>
/// <param name="Idempotent">Calling it again with the same arguments does nothing more.</param>
/// <param name="OpenWorld">It touches systems outside of Interlock.</param>
internal sealed record ToolPromise(bool ReadOnly, bool Destructive, bool Idempotent, bool OpenWorld);

/// <summary>One tool of the agent's surface.</summary>
internal sealed record AgentTool
{
    /// <summary>The name on the wire.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people.</summary>
    public required string Title { get; init; }

    /// <summary>What it does and when to call it, for a model.</summary>
    public required string Description { get; init; }

    /// <summary>The JSON Schema of its arguments; closed.</summary>
    public required JsonObject InputSchema { get; init; }

    /// <summary>The JSON Schema of its structured answer, refusals included.</summary>
    public required JsonObject OutputSchema { get; init; }

    /// <summary>What it promises.</summary>
    public required ToolPromise Promise { get; init; }

    /// <summary>Answers a call.</summary>
    public required Func<ToolCall, CancellationToken, Task<ToolAnswer>> RunAsync { get; init; }

    /// <summary>The tool as the protocol lists it.</summary>
    public Tool ToProtocol() => new()
    {
        Name = Name,
        Title = Title,
        Description = Description,
        InputSchema = InputSchema.ToElement(),
        OutputSchema = OutputSchema.ToElement(),
        Annotations = new ToolAnnotations
        {
            Title = Title,
            ReadOnlyHint = Promise.ReadOnly,
            DestructiveHint = Promise.Destructive,
            IdempotentHint = Promise.Idempotent,
            OpenWorldHint = Promise.OpenWorld,
        },
    };
}

/// <summary>One call of a tool.</summary>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Progress">Where progress goes, where the caller asked for it.</param>
internal sealed record ToolCall(ToolArguments Arguments, ProgressReporter? Progress);

/// <summary>The answer to a call.</summary>
/// <param name="Json">The structured answer; the same text is sent beside it.</param>
/// <param name="IsError">Whether the call as such was refused. A refusal that the contract gives its own fields is not one.</param>
internal sealed record ToolAnswer(JsonObject Json, bool IsError = false)
{
    /// <summary><c>{error, refusal: {code, path, message}}</c>.</summary>
    /// <param name="refusal">Why.</param>
    public static ToolAnswer Refused(Refusal refusal) =>
        new(JsonObject.Of(("error", refusal.Message), ("refusal", refusal.ToJson())), IsError: true);

    public CallToolResult ToProtocol() => new()
    {
        Content = [new TextContentBlock { Text = Json.ToString() }],
        StructuredContent = Json.ToElement(),
        IsError = IsError,
    };
}
