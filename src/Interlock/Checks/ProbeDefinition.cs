using Interlock.Canonical;

namespace Interlock.Checks;

/// <summary>A probe that plans may name in a check.</summary>
public sealed record ProbeDefinition
{
    /// <summary>Its name: ASCII, 1 to 128 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>What it observes, for agents and reviewers.</summary>
    public required string Description { get; init; }

    /// <summary>The JSON Schema (2020-12) of a check's <c>probe</c> object.</summary>
    public required JsonObject ArgumentsSchema { get; init; }

    /// <summary>The definition in canonical form: everything that decides what the probe does. Secrets are references.</summary>
    public required JsonObject Definition { get; init; }

    /// <summary>Whether an agent is told the value that was observed, and not merely pass or fail.</summary>
    public bool VisibleToAgent { get; init; }

    /// <summary>What it answers with; null where nobody says.</summary>
    public ProbeAnswer? Answers { get; init; }

    /// <summary>A worked example: a check that names this probe.</summary>
    public JsonObject? Example { get; init; }

    /// <summary>What observes.</summary>
    public required IProbe Probe { get; init; }
}
