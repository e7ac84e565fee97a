using System.Collections.Frozen;
using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Plans;

/// <summary>
/// The one transition function: what a plan becomes by an entry of its stream. Total: every pair of status and event has an
/// answer, and one that the lifecycle does not allow is a refusal. It never reads a clock: expiry is an entry.
/// </summary>
public static class PlanLifecycle
{
    private static readonly string[] Refused = [EventKinds.ReleaseRefused, EventKinds.PreexecReject];

    /// <summary>Which events each status takes. What is not listed is refused.</summary>
    private static readonly FrozenDictionary<PlanStatus, FrozenSet<string>> Allowed = new Dictionary<PlanStatus, FrozenSet<string>>
    {
        [PlanStatus.Unknown] = Set([EventKinds.Proposed]),
        [PlanStatus.Proposed] = Set(
        [
            EventKinds.StatementIssued, EventKinds.Countersigned, EventKinds.CountersignatureLapsed, EventKinds.Approved,
            EventKinds.Rejected, EventKinds.Withdrawn, EventKinds.Superseded, EventKinds.Expired, .. Refused,
        ]),
        [PlanStatus.Approved] = Set(
        [
            EventKinds.StatementIssued, EventKinds.Countersigned, EventKinds.ExecutionRequested, EventKinds.ExecutionStart,
            EventKinds.Rejected, EventKinds.Withdrawn, EventKinds.Superseded, EventKinds.Expired, .. Refused,
        ]),
        [PlanStatus.Executing] = Set(
        [
            EventKinds.Witnessed, EventKinds.StageIntent, EventKinds.StageOutcome, EventKinds.StageCommitted, EventKinds.Halt,
            EventKinds.ExecutionComplete,
        ]),
        [PlanStatus.Halted] = Set([EventKinds.Resolved, .. Refused]),
        [PlanStatus.Executed] = Set([]),
        [PlanStatus.Rejected] = Set(Refused),
        [PlanStatus.Expired] = Set(Refused),
    }.ToFrozenDictionary();

    /// <summary>Whether a plan in a status takes events of a kind.</summary>
    /// <param name="status">The status.</param>
    /// <param name="kind">The event's kind.</param>
    public static bool Allows(PlanStatus status, string kind) => Allowed[status].Contains(kind);

    /// <summary>The plan after an entry of its stream.</summary>
    /// <param name="plan">The plan before; null before its first entry.</param>
    /// <param name="entry">The entry.</param>
    public static Result<PlanRecord> Next(PlanRecord? plan, LedgerEntry entry)
    {
        var status = plan?.Status ?? PlanStatus.Unknown;
        if (!Allows(status, entry.Kind))
        {
            return Illegal(entry, $"a plan that is {status.Word()} takes no `{entry.Kind}`");
        }

        var next = plan is null ? Proposed(entry) : Apply(plan, entry);
        return next is null
            ? Illegal(entry, $"`{entry.Kind}` lacks a field, or does not follow what the plan's stream holds")
            : next with { Version = (plan?.Version ?? 0) + 1, ChangedAt = entry.At };
    }

    /// <summary>Folds a whole stream.</summary>
    /// <param name="entries">The stream, oldest first; not empty.</param>
    public static Result<PlanRecord> Fold(ImmutableArray<LedgerEntry> entries) => Fold(null, entries);

    /// <summary>Folds what a stream holds after a plan that was folded before.</summary>
    /// <param name="plan">The plan; null before its first entry.</param>
    /// <param name="entries">What came after it, oldest first.</param>
    public static Result<PlanRecord> Fold(PlanRecord? plan, ImmutableArray<LedgerEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (!Next(plan, entry).TryGet(out plan, out var refusal))
            {
                return refusal;
            }
        }

        return plan is null ? Refusal.Of(RefusalCode.NotFound, "the stream is empty") : plan;
    }

    private static PlanRecord? Proposed(LedgerEntry entry)
    {
        var e = entry.Event;
        if (!PlanId.TryParse(e.Text("plan_id"), out var id)
            || !PlanHash.TryParse(e.Text("plan_hash"), out var hash)
            || e.Text("agent") is not { } agent
            || e.Text("intent") is not { } intent
            || e.Text("nonce") is not { } nonce
            || !UtcTime.TryParse(e.Text("expires_at"), out var expires)
            || !OptionalPlan(e, "continues", out var continues)
            || !OptionalPlan(e, "supersedes", out var supersedes))
        {
            return null;
        }

        return new PlanRecord
        {
            Id = id,
            Hash = hash,
            Agent = agent,
            AgentOwner = e.Text("agent_owner"),
            Intent = intent,
            Nonce = nonce,
            ProposedAt = entry.At,
            ExpiresAt = expires,
            Continues = continues,
            Supersedes = supersedes,
            Status = PlanStatus.Proposed,
        };
    }

    private static PlanRecord? Apply(PlanRecord plan, LedgerEntry entry)
    {
        var e = entry.Event;
        return entry.Kind switch
        {
            EventKinds.StatementIssued => CountersignTransitions.Issued(plan, entry),
            EventKinds.Countersigned => CountersignTransitions.Countersigned(plan, entry),
            EventKinds.CountersignatureLapsed => CountersignTransitions.Lapsed(plan, e),
            EventKinds.Approved => CountersignTransitions.Approved(plan, entry),
            EventKinds.Rejected => Rejected(plan, "rejected", entry),
            EventKinds.Withdrawn => Rejected(plan, "withdrawn", entry),
            EventKinds.Superseded => Rejected(plan, "superseded", entry),
            EventKinds.Expired => e.Text("reason") is { } why
                ? plan with { Status = PlanStatus.Expired, Reason = why, RequestedBy = null }
                : null,
            EventKinds.ExecutionRequested => e.Text("requested_by") is { } by ? plan with { RequestedBy = by, RequestRefused = null } : null,
            EventKinds.ReleaseRefused or EventKinds.PreexecReject => e.Text("reason") is { } reason
                ? plan with { RequestedBy = null, RequestRefused = reason }
                : null,
            EventKinds.ExecutionStart => Started(plan, entry),
            EventKinds.Witnessed => StageTransitions.Witnessed(plan, entry),
            EventKinds.StageIntent => StageTransitions.Intent(plan, e),
            EventKinds.StageOutcome => StageTransitions.Outcome(plan, e),
            EventKinds.StageCommitted => StageTransitions.Commit(plan, e),
            EventKinds.Halt => StageTransitions.Halt(plan, e),
            EventKinds.ExecutionComplete => StageTransitions.Complete(plan),
            EventKinds.Resolved => Resolved(plan, e),
            _ => null,
        };
    }

    private static PlanRecord? Rejected(PlanRecord plan, string code, LedgerEntry entry) =>
        entry.Event.Text($"{code}_by") is { Length: > 0 } by && entry.Event["reason"] is null or JsonString
            ? plan with
            {
                Status = PlanStatus.Rejected,
                Code = code,
                Reason = entry.Event.Text("reason"),
                Rejection = new PlanRejection(by, entry.At),
                RequestedBy = null,
            }
            : null;

    private static PlanRecord? Started(PlanRecord plan, LedgerEntry entry) =>
        entry.Event.Text("plan_hash") == plan.Hash.ToString() && Locks(entry.Event) is { } locks
            ? plan with { Status = PlanStatus.Executing, RequestedBy = null, RequestRefused = null, Locks = locks, ClaimedBy = entry.Seq }
            : null;

    private static PlanRecord? Resolved(PlanRecord plan, JsonObject e) =>
        plan is { AwaitsResolution: true, OpenIntent: { } intent }
        && e.Text("outcome") is "happened" or "did_not" or "unknown"
        && e.Text("resolved_by") is { Length: > 0 }
        && e.Text("stage") == intent.Stage
        && e.Text("effect_digest") == intent.Effect.ToString()
            ? plan with { Resolution = e.Text("outcome"), Locks = [] }
            : null;

    internal static ImmutableArray<string>? Locks(JsonObject e)
    {
        if (e[EventKinds.LocksField] is not JsonArray locks)
        {
            return null;
        }

        var names = locks.Items.OfType<JsonString>().Select(item => item.Value).ToImmutableArray();
        return names.Length == locks.Items.Length ? names : null;
    }

    private static bool OptionalPlan(JsonObject e, string field, out PlanId? plan)
    {
        plan = PlanId.TryParse(e.Text(field), out var id) ? id : null;
        return plan is not null || e[field] is null;
    }

    private static FrozenSet<string> Set(IEnumerable<string> kinds) => kinds.ToFrozenSet(StringComparer.Ordinal);

    private static Refusal Illegal(LedgerEntry entry, string why) =>
        Refusal.Of(RefusalCode.Corrupt, $"entry {entry.Seq} breaks the lifecycle: {why}; run `interlock fsck`");
}
