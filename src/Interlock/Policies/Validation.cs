using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Plans;

namespace Interlock.Policies;

/// <summary>One way in which a plan's shape or text is wrong.</summary>
/// <param name="Path">
/// Where in the plan, its parts joined by <c>/</c>, or <c>(root)</c>; a name that looks like a secret is masked.
/// </param>
/// <param name="Validator">
/// The schema keyword that failed; <c>text</c> for text hygiene and caps; <c>json</c> for a text that cannot be read;
/// <c>matches</c> for a pattern that cannot be used.
/// </param>
/// <param name="Message">What is wrong and the mend; never a value of the plan.</param>
public sealed record PlanError(string Path, string Validator, string Message);

/// <summary>The answer of one invariant.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Ok">Whether it holds.</param>
/// <param name="Detail">Where, what and the mend, where it does not hold; empty where it does.</param>
public sealed record InvariantResult(int Id, string Name, bool Ok, string Detail)
{
    /// <summary>
    /// Whether it does not hold merely because something before it fails, so that it could not be asked: no fault of its own, and
    /// gone or told once that is mended. Never true where <see cref="Ok"/> is.
    /// </summary>
    public bool Skipped { get; init; }

    internal JsonObject ToJson() =>
        JsonObject.Of(("id", Id), ("name", Name), ("ok", Ok), ("detail", Detail), ("skipped", Skipped ? JsonBoolean.True : null));
}

/// <summary>Something that a reviewer should look at twice, though it is no reason to refuse.</summary>
/// <param name="Path">Where in the plan.</param>
/// <param name="Message">What is unusual.</param>
public sealed record ReviewFlag(string Path, string Message);

/// <summary>The outcome of validating a plan: every invariant in one pass.</summary>
public sealed class Validation
{
    /// <summary>The most schema errors that are reported.</summary>
    public const int MostSchemaErrors = 25;

    internal Validation(
        ImmutableArray<PlanError> schemaErrors,
        ImmutableArray<InvariantResult> invariants,
        string? planHashDeclared,
        PlanHash? planHashRecomputed,
        ImmutableArray<ReviewFlag> flags,
        PlanBody? body,
        ImmutableArray<StageEffects>? effects)
    {
        SchemaErrors = schemaErrors;
        Invariants = invariants;
        PlanHashDeclared = planHashDeclared;
        PlanHashRecomputed = planHashRecomputed;
        Flags = flags;
        Approvable = invariants.All(static invariant => invariant.Ok);
        Body = Approvable ? body : null;
        Effects = Approvable ? effects : null;
        Errors =
        [
            .. schemaErrors.Select(static error => $"{InvariantNames.SchemaValid}: {error.Path}: {error.Message}"),
            .. invariants.Where(static invariant => !invariant.Ok && !invariant.Skipped && invariant.Name != InvariantNames.SchemaValid)
                .Select(static invariant => $"{invariant.Name}: {invariant.Detail}"),
        ];
    }

    /// <summary>Whether invariant 1 holds: schema, text hygiene, caps.</summary>
    public bool SchemaValid => SchemaErrors.IsEmpty;

    /// <summary>At most <see cref="MostSchemaErrors"/> errors of shape and text.</summary>
    public ImmutableArray<PlanError> SchemaErrors { get; }

    /// <summary>Every invariant in order: 1 to 7, the custom ones, then the two of the catalog where there is one.</summary>
    public ImmutableArray<InvariantResult> Invariants { get; }

    /// <summary>The hash that the plan declares, if it is text; shortened and escaped where it is no hash.</summary>
    public string? PlanHashDeclared { get; }

    /// <summary>The hash of the body; null where it has none.</summary>
    public PlanHash? PlanHashRecomputed { get; }

    /// <summary>What a reviewer should look at twice.</summary>
    public ImmutableArray<ReviewFlag> Flags { get; }

    /// <summary>Whether every invariant holds.</summary>
    public bool Approvable { get; }

    /// <summary>The body, parsed; there exactly where <see cref="Approvable"/>.</summary>
    public PlanBody? Body { get; }

    /// <summary>What each stage would do, in order; there where <see cref="Approvable"/> and a catalog was given.</summary>
    public ImmutableArray<StageEffects>? Effects { get; }

    /// <summary>Every failure on one line each; an invariant that was skipped is none.</summary>
    public ImmutableArray<string> Errors { get; }

    /// <summary>The stable word: <c>pass</c> or <c>fail</c>.</summary>
    public string Verdict => Approvable ? "pass" : "fail";

    /// <summary>The result on the wire.</summary>
    public JsonObject ToJson() => JsonObject.Of(
        ("schema_valid", SchemaValid),
        ("schema_errors", new JsonArray(SchemaErrors.Select(static error => (JsonValue)JsonObject.Of(
            ("path", error.Path), ("validator", error.Validator), ("message", error.Message))))),
        ("invariants", new JsonArray(Invariants.Select(static invariant => (JsonValue)invariant.ToJson()))),
        ("plan_hash_declared", PlanHashDeclared is null ? JsonNull.Instance : new JsonString(PlanHashDeclared)),
        ("plan_hash_recomputed", PlanHashRecomputed is { } hash ? new JsonString(hash.ToString()) : JsonNull.Instance),
        ("approvable", Approvable),
        ("verdict", Verdict),
        ("errors", new JsonArray(Errors.Select(static error => (JsonValue)error))));
}
