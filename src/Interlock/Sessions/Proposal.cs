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
    /// <summary>
    /// An earlier plan of this agent with the very same body: the one for which this one was refused, or one that does not wait any more;
    /// null where none is known.
    /// </summary>
    public PlanRecord? SameAs { get; init; }

    /// <summary>
    /// <c>{accepted, plan_id, status, validation}</c>, <c>same_as: {id, status, hint}</c> where the same was proposed before,
    /// and <c>refusal</c> where nothing was stored.
    /// </summary>
    public JsonObject ToJson() =>
        JsonObject.Of(
            ("accepted", Plan is not null),
            ("plan_id", Plan is null ? JsonNull.Instance : Id.ToString()),
            ("status", (Plan?.Status ?? PlanStatus.Unknown).Word()),
            ("plan_hash", Plan is null ? null : (JsonValue)Plan.Hash.ToString()),
            ("expires_at", Plan is null ? null : (JsonValue)UtcTime.Format(Plan.ExpiresAt)),
            ("same_as", SameAs is null ? null : Same(SameAs)),
            ("validation", Validation.ToJson()),
            ("refusal", Refusal?.ToJson()));

    // not a second `plan_id`: scripts look for the line of the first
    private static JsonObject Same(PlanRecord plan) =>
        JsonObject.Of(("id", plan.Id.ToString()), ("status", plan.Status.Word()), ("hint", Hint(plan)));

    private static string Hint(PlanRecord plan) =>
        $"your plan `{plan.Id}` has the very same body and is {plan.Status.Word()}; " + plan.Status switch
        {
            PlanStatus.Proposed or PlanStatus.Approved => "wait for it, withdraw it first, or name it in `supersedes`",
            PlanStatus.Executing => "withdraw this one unless it is to be done again",
            PlanStatus.Executed => "what it was for is done, so withdraw this one unless it is to be done again",
            PlanStatus.Halted => "read with get_plan how far it came; a plan that carries on from it names it in `continues`",
            PlanStatus.Rejected => "read with get_plan why, before a person is asked again",
            PlanStatus.Expired => "nothing of it was done",
            PlanStatus.Unknown => throw new InvalidOperationException("a plan that was read has a status"),
        };
}
