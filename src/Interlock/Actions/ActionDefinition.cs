using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Actions;

/// <summary>An action that plans may name in a stage.</summary>
public sealed record ActionDefinition
{
    /// <summary>Its name: ASCII, 1 to 128 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, for agents and reviewers.</summary>
    public required string Description { get; init; }

    /// <summary>Whether it changes the world. Default true: an action is harmless only where its author says so.</summary>
    public bool Mutating { get; init; } = true;

    /// <summary>Whether it creates what it targets; implies <see cref="Mutating"/>.</summary>
    public bool Creating { get; init; }

    /// <summary>The JSON Schema (2020-12) of a stage's <c>params</c>.</summary>
    public required JsonObject ParametersSchema { get; init; }

    /// <summary>
    /// Top-level parameters that hold content (a file's text): exempt from text hygiene and from the hex rule of the secret
    /// scan, always shown escaped.
    /// </summary>
    public ImmutableHashSet<string> ContentParameters { get; init; } = [];

    /// <summary>The definition in canonical form: everything that decides what the action does. Secrets are references.</summary>
    public required JsonObject Definition { get; init; }

    /// <summary>A worked example: a stage that names this action and validates.</summary>
    public JsonObject? Example { get; init; }

    /// <summary>What describes, previews and executes.</summary>
    public required IExecutor Executor { get; init; }
}
