using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Actions;

/// <summary>
/// A thing that an effect really touches, in canonical form. Policy, locks and brakes match resources, not what the plan
/// says of itself.
/// </summary>
/// <param name="Kind">The kind, for example <c>file</c>.</param>
/// <param name="Id">Which one, in the one spelling that the adapter always uses for it.</param>
public sealed record Resource(string Kind, string Id)
{
    /// <summary><c>kind:id</c>, the name of the resource's lock.</summary>
    public override string ToString() => $"{Kind}:{Id}";
}

/// <summary>
/// Exactly what a stage would do. What is executed is this object, never the stage described again; its digest is in the
/// intent that precedes the dispatch.
/// </summary>
public sealed class Effect
{
    /// <summary>Describes an effect.</summary>
    /// <param name="action">The action's name.</param>
    /// <param name="adapter">The adapter's name, for example <c>command</c>.</param>
    /// <param name="target">Which of a stage's targets this is: unique within the stage, empty for a stage with one effect.</param>
    /// <param name="content">Everything that will be done (argv, request, bytes to write). Secrets are references.</param>
    /// <param name="resources">What it touches; at least one for a mutating action.</param>
    /// <param name="summary">One line for a reviewer, made from <paramref name="content"/> alone.</param>
    public Effect(
        string action, string adapter, string target, JsonObject content, ImmutableArray<Resource> resources, string summary)
    {
        Action = action;
        Adapter = adapter;
        Target = target;
        Content = content;
        Resources = resources;
        Summary = summary;
        Json = JsonObject.Of(
            ("action", action),
            ("adapter", adapter),
            ("target", target),
            ("content", content),
            ("resources", new JsonArray(resources.Select(resource => (JsonValue)resource.ToString()))));
        Digest = CanonicalJson.Hash(Json);
    }

    /// <summary>The action's name.</summary>
    public string Action { get; }

    /// <summary>The adapter's name.</summary>
    public string Adapter { get; }

    /// <summary>Which of a stage's targets this is.</summary>
    public string Target { get; }

    /// <summary>Everything that will be done.</summary>
    public JsonObject Content { get; }

    /// <summary>What it touches.</summary>
    public ImmutableArray<Resource> Resources { get; }

    /// <summary>One line for a reviewer.</summary>
    public string Summary { get; }

    /// <summary>The effect as a value: what <see cref="Digest"/> covers.</summary>
    public JsonObject Json { get; }

    /// <summary>The digest of <see cref="Json"/>.</summary>
    public Sha256Digest Digest { get; }
}

/// <summary>What the world looks like to an effect before it happens, for the reviewer.</summary>
/// <param name="Available">Whether the adapter could look.</param>
/// <param name="Text">A diff, rows, a query plan; or why there is none. Lines separated by LF; escaped by whoever shows it.</param>
public sealed record Preview(bool Available, string Text)
{
    /// <summary>An adapter that has nothing to show.</summary>
    public static Preview None { get; } = new(false, "this action has no preview");
}
