using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>
/// The hashed part of a plan, parsed: <c>intent</c>, <c>note</c>, <c>stages</c>. The very object that was validated is what is
/// hashed, shown and executed; nothing is parsed a second time in between.
/// </summary>
public sealed class PlanBody
{
    /// <summary>The version of the plan format: the const of an envelope's <c>schema_version</c>.</summary>
    public const string SchemaVersion = "1";

    internal PlanBody(JsonObject json, PlanHash hash, string intent, string? note, ImmutableArray<Stage> stages)
    {
        Json = json;
        Hash = hash;
        Intent = intent;
        Note = note;
        Stages = stages;
    }

    /// <summary>The body as a value.</summary>
    public JsonObject Json { get; }

    /// <summary>The hash of <see cref="Json"/>.</summary>
    public PlanHash Hash { get; }

    /// <summary>What the agent says the plan is for; not empty.</summary>
    public string Intent { get; }

    /// <summary>The agent's note.</summary>
    public string? Note { get; }

    /// <summary>The stages in order; at least one.</summary>
    public ImmutableArray<Stage> Stages { get; }

    /// <summary>
    /// Parses a body into types. It checks the shapes that it relies on by itself, so that a body which a policy's schema
    /// let through by mistake is a refusal here, not a crash later.
    /// </summary>
    /// <param name="body">The body.</param>
    public static Result<PlanBody> TryParse(JsonValue body) => PlanBodyParser.Parse(body);
}
