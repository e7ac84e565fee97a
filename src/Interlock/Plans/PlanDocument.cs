using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>Writes plans and runs in the words of the contract, for every surface.</summary>
public static class PlanDocument
{
    /// <summary>
    /// The plan document: <c>schema_version, plan_id, plan_hash, status, proposed_at, approval, execution_result, body</c>, and
    /// beside them <c>agent, expires_at, continues, supersedes, reason_code, halt_code, reason</c> where they apply.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="body">Its body.</param>
    public static JsonObject Of(PlanRecord plan, JsonValue body) =>
        JsonObject.Of(
            ("schema_version", PlanBody.SchemaVersion),
            ("plan_id", plan.Id.ToString()),
            ("plan_hash", plan.Hash.ToString()),
            ("status", plan.Status.Word()),
            ("proposed_at", UtcTime.Format(plan.ProposedAt)),
            ("approval", plan.Approval is { } approval ? Approval(plan, approval) : (JsonValue)JsonNull.Instance),
            ("execution_result", HasRun(plan) ? Run(plan, repeated: false) : (JsonValue)JsonNull.Instance),
            ("body", body),
            ("agent", plan.Agent),
            ("expires_at", UtcTime.Format(plan.ExpiresAt)),
            ("changed_at", UtcTime.Format(plan.ChangedAt)),
            ("continues", plan.Continues?.ToString() is { } continues ? (JsonValue)continues : null),
            ("supersedes", plan.Supersedes?.ToString() is { } supersedes ? (JsonValue)supersedes : null),
            ("reason_code", plan.Status == PlanStatus.Rejected ? Optional(plan.Code) : null),
            ("halt_code", plan.Status == PlanStatus.Halted ? Optional(plan.Code) : null),
            ("reason", Optional(plan.Reason)),
            ("resolution", Optional(plan.Resolution)));

    /// <summary>
    /// The answer to an execution: <c>{status: executed|halted|rejected, committed: [{id, action, status, detail}],
    /// halted_stage, reason}</c>, and beside them <c>plan_id, halt_code, repeated</c>. <c>committed</c> holds every stage that
    /// was reached; the one that halted is the last and says so in its status.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="repeated">Whether this call found a run that another call had asked for.</param>
    public static JsonObject Run(PlanRecord plan, bool repeated) =>
        JsonObject.Of(
            ("status", plan.Status.Word()),
            ("plan_id", plan.Id.ToString()),
            ("committed", new JsonArray(plan.Stages.Select(Stage))),
            ("halted_stage", plan.Status == PlanStatus.Halted && plan.Stages is [.., var last] ? last.Id : JsonNull.Instance),
            ("reason", plan.Reason is { } reason ? reason : JsonNull.Instance),
            ("halt_code", plan.Status == PlanStatus.Halted ? Optional(plan.Code) : null),
            ("repeated", repeated));

    /// <summary>The answer to an execution that was refused; the plan is as it was.</summary>
    /// <param name="plan">The plan's id, as it was asked for.</param>
    /// <param name="refusal">Why.</param>
    public static JsonObject NotRun(string plan, Refusal refusal) =>
        JsonObject.Of(
            ("status", "rejected"),
            ("plan_id", plan),
            ("committed", JsonArray.Empty),
            ("halted_stage", JsonNull.Instance),
            ("reason", refusal.Message),
            ("code", refusal.Code.Word),
            ("repeated", false));

    /// <summary>Whether a plan has a run to show: it was claimed.</summary>
    /// <param name="plan">The plan.</param>
    public static bool HasRun(PlanRecord plan) => plan.Status is PlanStatus.Executing or PlanStatus.Halted or PlanStatus.Executed;

    private static JsonObject Approval(PlanRecord plan, PlanApproval approval) =>
        JsonObject.Of(
            ("approved_by", approval.By),
            ("approved_at", UtcTime.Format(approval.At)),
            ("plan_hash", plan.Hash.ToString()),
            ("schema_version", approval.SchemaVersion),
            ("assurance", approval.Assurance),
            ("effects_digest", approval.EffectsDigest.ToString()),
            ("countersignatures", new JsonArray(plan.Countersignatures.Select(Countersignature))),
            ("reason", Optional(approval.Reason)));

    private static JsonValue Countersignature(Countersignature one) =>
        JsonObject.Of(
            ("approver", one.Approver),
            ("at", UtcTime.Format(one.At)),
            ("assurance", one.Assurance),
            ("key", Optional(one.Key)),
            ("statement", one.Statement.ToString()),
            ("signature", Optional(one.Signature?.ToString())),
            ("expires_at", UtcTime.Format(one.ExpiresAt)),
            ("reason", Optional(one.Reason)));

    private static JsonValue Stage(StageRecord stage) =>
        JsonObject.Of(
            ("id", stage.Id), ("action", stage.Action), ("status", stage.Status), ("detail", stage.Detail), ("differs", Optional(stage.Differs)));

    private static JsonString? Optional(string? text) => text is null ? null : new JsonString(text);
}
