using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Plans;

/// <summary>One step of a plan, as the agent wrote it. What it would really do is its <c>Effect</c>.</summary>
public sealed class Stage
{
    internal Stage(
        int index,
        string id,
        string action,
        Target? target,
        JsonObject parameters,
        ImmutableArray<Check> preconditions,
        ImmutableArray<Check> verify,
        Rollback? rollback,
        string? note,
        JsonObject json)
    {
        Index = index;
        Id = id;
        Action = action;
        Target = target;
        Parameters = parameters;
        Preconditions = preconditions;
        Verify = verify;
        Rollback = rollback;
        Note = note;
        Json = json;
    }

    /// <summary>Its place in the plan, from 0.</summary>
    public int Index { get; }

    /// <summary>Its id, unique in the plan: 1 to 128 bytes of UTF-8 without a line feed.</summary>
    public string Id { get; }

    /// <summary>The action's name: 1 to 128 bytes of UTF-8 without a line feed.</summary>
    public string Action { get; }

    /// <summary>What the agent says the stage touches, if it says so.</summary>
    public Target? Target { get; }

    /// <summary>The wire's <c>params</c>; empty where the stage has none.</summary>
    public JsonObject Parameters { get; }

    /// <summary>What must hold before the stage is dispatched.</summary>
    public ImmutableArray<Check> Preconditions { get; }

    /// <summary>What must hold after it.</summary>
    public ImmutableArray<Check> Verify { get; }

    /// <summary>How the stage would be undone, as a claim of the agent; Interlock never runs it by itself.</summary>
    public Rollback? Rollback { get; }

    /// <summary>The agent's note.</summary>
    public string? Note { get; }

    /// <summary>The stage as it stands in the body, with the fields of schema extensions.</summary>
    public JsonObject Json { get; }
}

/// <summary>What a stage declares to touch.</summary>
/// <param name="Kind">The kind of thing, for example <c>service</c>.</param>
/// <param name="Id">Which one.</param>
/// <param name="Json">The target as it stands in the body, with further fields.</param>
public sealed record Target(string Kind, string Id, JsonObject Json);

/// <summary>How a stage would be undone. Closed: <see cref="Inverse"/> or <see cref="Irreversible"/>.</summary>
public abstract class Rollback
{
    private Rollback()
    {
    }

    /// <summary>Another action undoes it.</summary>
    /// <param name="action">The action's name.</param>
    /// <param name="parameters">Its parameters; empty where the plan has none.</param>
    /// <param name="target">Its target.</param>
    public sealed class Inverse(string action, JsonObject parameters, Target? target) : Rollback
    {
        /// <summary>The action's name.</summary>
        public string Action { get; } = action;

        /// <summary>Its parameters.</summary>
        public JsonObject Parameters { get; } = parameters;

        /// <summary>Its target.</summary>
        public Target? Target { get; } = target;
    }

    /// <summary>Nothing undoes it.</summary>
    /// <param name="justification">Why it is to be done all the same; not empty.</param>
    public sealed class Irreversible(string justification) : Rollback
    {
        /// <summary>Why it is to be done all the same.</summary>
        public string Justification { get; } = justification;
    }
}
