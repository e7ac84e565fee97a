namespace Interlock.Mcp;

/// <summary>What the agent's surface is told by the program that composes it.</summary>
public sealed record McpServerSettings
{
    /// <summary>The program's version, shown to clients.</summary>
    public required string Version { get; init; }

    /// <summary>How far the agent is kept from the engine: <c>none</c> where it runs as the same user.</summary>
    public string Isolation { get; init; } = "none";

    /// <summary>How a person looks at a plan and decides, in one sentence for the agent to pass on. <c>{id}</c> stands for the plan.</summary>
    public string ApproverHint { get; init; } = "a person runs `interlock show {id}` and then `interlock approve {id} --by NAME`";

    /// <summary>Where actions are declared, for an agent that finds none.</summary>
    public string ConfigurationHint { get; init; } = "declare actions and probes in `interlock.yaml` (`interlock init` writes a commented one)";

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes, one line an event; never standard output, which belongs to the protocol. Null: no log.</summary>
    public TextWriter? Log { get; init; }

    /// <summary>
    /// How long requests under way may still finish after the client has closed its side. Default 1 second: hosts end a server
    /// that takes longer than two.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(1);
}
