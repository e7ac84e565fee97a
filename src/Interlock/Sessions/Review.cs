using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Execution;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>Everything that a reviewer is shown: computed effects first, then the live world, then the agent's words.</summary>
/// <param name="Plan">The plan as it stands.</param>
/// <param name="Body">Its body.</param>
/// <param name="Validation">What validation finds under today's policy.</param>
/// <param name="EffectsDigest">What the plan would do, as one digest; null where it cannot be computed.</param>
/// <param name="Stages">The stages; empty where the plan does not validate today.</param>
public sealed record Review(
    PlanRecord Plan,
    JsonValue Body,
    Validation Validation,
    Sha256Digest? EffectsDigest,
    ImmutableArray<ReviewedStage> Stages)
{
    /// <summary>Who has to agree, who did, and who is missing; null where the plan cannot be approved.</summary>
    public QuorumAnswer? Quorum { get; init; }

    /// <summary>The countersignatures that the ledger holds and that count for nothing today, and why.</summary>
    public ImmutableArray<VoidCountersignature> Void { get; init; } = [];

    /// <summary>The same in canonical form, from which a statement is made; null where the plan cannot be approved.</summary>
    public ReviewDocument? Document { get; init; }

    /// <summary>
    /// <c>{plan, effects_digest, stages: [{id, action, effects: [{summary, resources, effect, preview}], preconditions, verify}],
    /// quorum, void: [{person, why}], validation}</c>. The plan is <see cref="PlanDocument.Of"/>.
    /// </summary>
    public JsonObject ToJson() =>
        JsonObject.Of(
            ("plan", PlanDocument.Of(Plan, Body)),
            ("effects_digest", EffectsDigest is { } digest ? digest.ToString() : JsonNull.Instance),
            ("stages", new JsonArray(Stages.Select(stage => (JsonValue)stage.ToJson()))),
            ("quorum", Quorum?.ToJson()),
            ("void", Quorum is null ? null : new JsonArray(Void.Select(static one => (JsonValue)one.ToJson()))),
            ("validation", Validation.ToJson()));
}

/// <summary>A stage as a reviewer sees it.</summary>
/// <param name="Effects">The stage and what it would do.</param>
/// <param name="Previews">What the world looks like to each effect now, in the same order.</param>
/// <param name="Preconditions">What its preconditions see now.</param>
/// <param name="Verify">What its verify checks see now, before the effect.</param>
public sealed record ReviewedStage(
    StageEffects Effects,
    ImmutableArray<Preview> Previews,
    ImmutableArray<CheckResult> Preconditions,
    ImmutableArray<CheckResult> Verify)
{
    /// <summary>What probes and previews saw, as <c>observed_digest</c> covers it.</summary>
    internal JsonObject Observed() =>
        JsonObject.Of(
            ("stage", Effects.Stage.Id),
            ("previews", new JsonArray(Previews.Select(static preview => (JsonValue)Shown(preview)))),
            ("preconditions", CheckRunner.ToJson(Preconditions)),
            ("verify", CheckRunner.ToJson(Verify)));

    /// <summary>What it would do, as <c>effects_digest</c> covers it, with the line that a reviewer reads.</summary>
    internal JsonObject Shown() =>
        JsonObject.Of(
            ("stage", Effects.Stage.Id),
            ("action", Effects.Stage.Action),
            ("effects", new JsonArray(Effects.Effects.Select(static effect => (JsonValue)JsonObject.Of(
                ("effect", effect.Json),
                ("summary", effect.Summary))))));

    internal JsonObject ToJson() =>
        JsonObject.Of(
            ("id", Effects.Stage.Id),
            ("action", Effects.Stage.Action),
            ("effects", new JsonArray(Effects.Effects.Zip(Previews, (effect, preview) => (JsonValue)JsonObject.Of(
                ("summary", effect.Summary),
                ("resources", new JsonArray(effect.Resources.Select(resource => (JsonValue)resource.ToString()))),
                ("effect", effect.Json),
                ("digest", effect.Digest.ToString()),
                ("preview", Shown(preview)))))),
            ("preconditions", CheckRunner.ToJson(Preconditions)),
            ("verify", CheckRunner.ToJson(Verify)));

    private static JsonObject Shown(Preview preview) => JsonObject.Of(("available", preview.Available), ("text", preview.Text));
}
