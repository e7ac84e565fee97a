using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>Links from a new plan to earlier ones of the same agent: fields of the envelope, not hashed.</summary>
/// <param name="Continues">An ended plan that the new one carries on from.</param>
/// <param name="Supersedes">A waiting plan that the new one takes the place of.</param>
public sealed record PlanLinks(PlanId? Continues = null, PlanId? Supersedes = null)
{
    /// <summary>No links.</summary>
    public static PlanLinks None { get; } = new();
}

/// <summary>The answer to <c>propose_plan</c>.</summary>
/// <param name="Id">The id that the plan has, or would have had.</param>
/// <param name="Plan">The plan, where it was stored.</param>
/// <param name="Validation">What validation found.</param>
/// <param name="Refusal">Why nothing was stored; null where the plan was.</param>
public sealed record Proposal(PlanId Id, PlanRecord? Plan, Validation Validation, Refusal? Refusal)
{
    /// <summary><c>{accepted, plan_id, status, validation}</c>, and <c>refusal</c> where nothing was stored.</summary>
    public JsonObject ToJson() =>
        JsonObject.Of(
            ("accepted", Plan is not null),
            ("plan_id", Plan is null ? JsonNull.Instance : Id.ToString()),
            ("status", (Plan?.Status ?? PlanStatus.Unknown).Word()),
            ("plan_hash", Plan is null ? null : (JsonValue)Plan.Hash.ToString()),
            ("expires_at", Plan is null ? null : (JsonValue)UtcTime.Format(Plan.ExpiresAt)),
            ("validation", Validation.ToJson()),
            ("refusal", Refusal?.ToJson()));
}
