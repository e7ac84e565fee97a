using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Plans;

/// <summary>
/// Writes the events of a plan's stream; <see cref="PlanLifecycle"/> reads them. Every field is in <c>docs/spec/ledger.md</c>.
/// </summary>
internal static class PlanEvents
{
    /// <summary>How many committed stages an end names: 100 ids of 128 bytes, so that the end of a run always fits its entry.</summary>
    private const int MostCommitted = 100;

    /// <summary>
    /// How many bytes the names of a plan's locks may have in an entry. The end of a run repeats them beside everything else, and
    /// must fit: a run whose end cannot be written would never end.
    /// </summary>
    public const int MostLockBytes = 16_384;

    public static JsonObject Withdrawn(PlanId plan, string agent) => Event(EventKinds.Withdrawn, plan, ("withdrawn_by", agent));

    public static JsonObject Superseded(PlanId plan, PlanId by) => Event(EventKinds.Superseded, plan, ("superseded_by", by.ToString()));

    public static JsonObject Rejected(PlanId plan, SignedBy by) =>
        Event(EventKinds.Rejected, plan, [("rejected_by", by.Person), .. by.Fields]);

    public static JsonObject StatementIssued(
        PlanId plan, string type, string approver, Sha256Digest statement, Sha256Digest observed, Sha256Digest render) =>
        Event(
            EventKinds.StatementIssued,
            plan,
            ("type", type),
            ("approver", approver),
            ("statement", statement.ToString()),
            ("observed_digest", observed.ToString()),
            ("render_digest", render.ToString()));

    public static JsonObject Countersigned(PlanId plan, SignedBy by, bool isDeviceBound, DateTimeOffset expiresAt) =>
        Event(
            EventKinds.Countersigned,
            plan,
            [
                ("approver", by.Person),
                .. by.Fields,
                ("device_bound", isDeviceBound ? JsonBoolean.True : null),
                ("expires_at", UtcTime.Format(expiresAt)),
            ]);

    public static JsonObject CountersignatureLapsed(PlanId plan, Countersignature lapsed) =>
        Event(
            EventKinds.CountersignatureLapsed,
            plan,
            ("approver", lapsed.Approver),
            ("statement", lapsed.Statement.ToString()),
            ("reason", $"the countersignature ran out at {UtcTime.Format(lapsed.ExpiresAt)}, before the quorum was reached"));

    public static JsonObject Approved(
        PlanRecord plan, ImmutableArray<Countersignature> by, string assurance, Sha256Digest effects, DateTimeOffset expiresAt) =>
        Event(
            EventKinds.Approved,
            plan.Id,
            ("approved_by", string.Join(", ", by.Select(one => one.Approver))),
            ("plan_hash", plan.Hash.ToString()),
            ("schema_version", PlanBody.SchemaVersion),
            ("assurance", assurance),
            ("effects_digest", effects.ToString()),
            ("expires_at", UtcTime.Format(expiresAt)),
            ("statements", new JsonArray(by.Select(one => (JsonValue)one.Statement.ToString()))),
            ("reason", Text(by.FirstOrDefault(one => one.Reason is not null)?.Reason)));

    public static JsonObject Expired(PlanRecord plan) =>
        Event(
            EventKinds.Expired,
            plan.Id,
            ("reason", $"the {(plan.Status == PlanStatus.Approved ? "approval" : "proposal")} ran out at {UtcTime.Format(plan.ExpiresAt)}"));

    public static JsonObject ExecutionRequested(PlanId plan, string by) =>
        Event(EventKinds.ExecutionRequested, plan, ("requested_by", by));

    public static JsonObject NotReleased(PlanId plan, Refusal refusal, string? agent = null) =>
        Event(
            NotReleasedKind(refusal),
            plan,
            ("agent", agent is null ? null : (JsonValue)agent),
            ("code", refusal.Code.Word),
            ("reason", Text(refusal.Message)));

    /// <summary>
    /// So many more refusals like one that stands in the plan's stream. In a stream of its own: by the time of the count the plan
    /// may have a new request open, which a second refusal in its stream would take back.
    /// </summary>
    public static JsonObject RefusedAgain(PlanId plan, Refusal refusal, string agent, int count) =>
        Event(
            EventKinds.RefusedAgain,
            plan,
            ("agent", agent),
            ("refused", NotReleasedKind(refusal)),
            ("code", refusal.Code.Word),
            ("reason", Text(refusal.Message)),
            ("count", count));

    private static string NotReleasedKind(Refusal refusal) =>
        refusal.Code == RefusalCode.Invalid ? EventKinds.PreexecReject : EventKinds.ReleaseRefused;

    public static JsonObject ExecutionStart(
        PlanRecord plan, PlanApproval approval, ImmutableArray<string> locks, Sha256Digest effects, string configuration) =>
        Event(
            EventKinds.ExecutionStart,
            plan.Id,
            ("plan_hash", plan.Hash.ToString()),
            ("approved_by", approval.By),
            ("effects_digest", effects.ToString()),
            ("configuration", configuration),
            (EventKinds.LocksField, Locks(locks)));

    public static JsonObject Witnessed(PlanId plan, WitnessedCheckpoint checkpoint, Sha256Digest archived) =>
        Event(
            EventKinds.Witnessed,
            plan,
            ("size", checkpoint.Checkpoint.Head.Size),
            ("root", checkpoint.Checkpoint.Head.Root.ToString()),
            ("witnesses", new JsonArray(checkpoint.HeldBy.Select(static one => (JsonValue)one.Name))),
            ("cosignatures_digest", archived.ToString()));

    public static JsonObject StageIntent(
        PlanId plan, Stage stage, string target, string key, Sha256Digest effect, JsonArray? drift, string differs) =>
        Event(
            EventKinds.StageIntent,
            plan,
            ("stage", stage.Id),
            ("index", stage.Index),
            ("action", stage.Action),
            ("target", target),
            ("idempotency_key", key),
            ("effect_digest", effect.ToString()),
            ("drift", drift),
            ("differs", drift is null ? null : Text(differs)));

    public static JsonObject StageOutcome(PlanId plan, StageIntent intent, string outcome, string detail, Sha256Digest? output) =>
        Event(
            EventKinds.StageOutcome,
            plan,
            ("stage", intent.Stage),
            ("index", intent.Index),
            ("target", intent.Target),
            ("idempotency_key", intent.Key),
            ("outcome", outcome),
            ("detail", Text(detail)),
            ("output", output is { } digest ? (JsonValue)digest.ToString() : null));

    public static JsonObject StageCommitted(PlanId plan, Stage stage, CheckList verified) =>
        Event(
            EventKinds.StageCommitted,
            plan,
            ("stage", stage.Id),
            ("index", stage.Index),
            ("verify", verified.Shown),
            ("verify_digest", verified.Digest));

    public static JsonObject Halt(PlanRecord plan, HaltCode code, StageRecord? stage, string detail, CheckList? checks = null) =>
        Event(
            EventKinds.Halt,
            plan.Id,
            ("stage", stage is null ? null : (JsonValue)stage.Id),
            ("index", stage is null ? null : (JsonValue)stage.Index),
            ("action", stage is null ? null : (JsonValue)stage.Action),
            ("failure", stage is null ? code.StageStatus : stage.Status),
            ("halt_code", code.Word),
            ("detail", Text(detail)),
            ("committed", Committed(plan)),
            ("checks", checks?.Shown),
            ("checks_digest", checks?.Digest),
            (EventKinds.LocksField, code == HaltCode.InDoubt ? null : Locks(plan.Locks)));

    public static JsonObject ExecutionComplete(PlanRecord plan) =>
        Event(EventKinds.ExecutionComplete, plan.Id, ("committed", Committed(plan)), (EventKinds.LocksField, Locks(plan.Locks)));

    public static JsonObject Resolved(PlanRecord plan, StageIntent intent, string outcome, SignedBy by) =>
        Event(
            EventKinds.Resolved,
            plan.Id,
            [
                ("stage", intent.Stage),
                ("effect_digest", intent.Effect.ToString()),
                ("outcome", outcome),
                ("resolved_by", by.Person),
                .. by.Fields,
                (EventKinds.LocksField, Locks(plan.Locks)),
            ]);

    public static JsonObject Event(string kind, PlanId plan, params ReadOnlySpan<(string Name, JsonValue? Value)> fields) =>
        JsonObject.Of([(EventKinds.KindField, kind), (EventKinds.PlanField, plan.ToString()), .. fields]);

    public static JsonString? Text(string? text) => text is null ? null : new JsonString(ShortText.Of(text));

    /// <summary>The ids of what was committed, as the old log has them; the entries of a very long run name the first of them.</summary>
    private static JsonArray Committed(PlanRecord plan) =>
        new(plan.Stages
            .Where(stage => stage.Status == StageTransitions.Committed)
            .Take(MostCommitted)
            .Select(stage => (JsonValue)stage.Id));

    public static JsonArray Locks(ImmutableArray<string> locks) => new(locks.Select(name => (JsonValue)name));
}
