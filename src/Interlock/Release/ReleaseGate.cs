using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Release;

/// <summary>
/// The one place that decides whether a plan may run. It looks at the verified fold and at nothing else, re-validates the
/// very body that was approved under today's policy, recomputes the effects, and answers with a permit or a refusal.
/// </summary>
internal sealed class ReleaseGate(
    VerifiedLedger ledger,
    PlanReader plans,
    PlanValidator validator,
    Catalog catalog,
    CountersignatureCheck countersignatures,
    EntrySignatures signatures,
    RulesThen today,
    ApprovalDecision rules,
    Governing governing,
    TimeProvider clock)
{
    /// <summary>The longest name of a target, in UTF-16 units, that an intent has room for.</summary>
    private const int LongestTarget = 4_096;

    /// <summary>Decides on one plan. The order is that of the contract: validation first, then the release itself.</summary>
    public async Task<Result<ReleasePermit>> EvaluateAsync(PlanId id, CancellationToken cancellationToken)
    {
        var read = await ledger.ReadAsync(state => Facts.Of(state, id), cancellationToken);
        if (!read.TryGet(out var facts, out var refusal))
        {
            return refusal;
        }

        if (facts.Plan is not { } plan)
        {
            return Refusal.Of(RefusalCode.NotFound, $"there is no plan `{id}`; list the plans to see their ids");
        }

        if (!(await plans.ReadBodyAsync(plan, cancellationToken)).TryGet(out var json, out refusal))
        {
            return refusal;
        }

        var validation = validator.ValidateBody(json);
        if (!validation.Approvable || validation.Body is not { } body || validation.Effects is not { } stages)
        {
            var failed = string.Join(", ", validation.Invariants.Where(invariant => !invariant.Ok).Select(invariant => invariant.Name));
            return Refusal.Of(RefusalCode.Invalid, $"the plan does not validate under today's policy ({failed}); propose it again");
        }

        if (ReleaseFault(facts, plan) is { } unready)
        {
            return unready;
        }

        if (plan.Approval is not { } approval || facts.Governance is not { } governance)
        {
            return Refusal.Of(RefusalCode.WrongStatus, "the plan is not approved; a person has to approve it first");
        }

        var terms = ApprovalTerms.Of(plan, catalog, stages, governing, governance.Instance);
        var fault = rules.Frozen(plan, stages, clock.GetUtcNow())
            ?? await ResumeFaultAsync(facts.EndedBy, cancellationToken)
            ?? await QuorumFaultAsync(plan, approval, stages, terms, cancellationToken);
        return fault is not null
            ? fault
            : await PermitAsync(facts, plan, approval, body, stages, governance.Instance.Genesis, cancellationToken);
    }

    /// <summary>
    /// Why the end of the newest emergency stop does not hold today; null where it does, or where nothing was ever stopped. In an open
    /// governance whoever writes the ledger can append signers of their own, and end a stop by these: so those that this process loaded
    /// have to carry it as well. Where it is locked, nobody comes to decide whom a quorum did not sign.
    /// </summary>
    private async Task<Refusal?> ResumeFaultAsync(ImmutableArray<LedgerEntry> endedBy, CancellationToken cancellationToken)
    {
        if (endedBy.IsEmpty || governing.IsLocked)
        {
            return null;
        }

        return !(await signatures.StillHoldAsync(endedBy, today, cancellationToken)).TryGet(out var people, out var refusal) ? refusal
            : rules.Resume(people).IsMet ? null
            : Refusal.Of(
                RefusalCode.Stopped,
                "the last emergency stop was ended by people who are not enough under today's rules and keys; look why, then stop and resume once more");
    }

    /// <summary>Why the countersignatures do not carry the plan today; null where they do.</summary>
    private async Task<Refusal?> QuorumFaultAsync(
        PlanRecord plan,
        PlanApproval approval,
        ImmutableArray<StageEffects> stages,
        ApprovalTerms terms,
        CancellationToken cancellationToken)
    {
        var verified = new List<Countersignature>();
        foreach (var statement in approval.Statements)
        {
            var by = plan.Countersignatures.First(one => one.Statement == statement);
            if (!(await countersignatures.CheckAsync(by, terms, clock.GetUtcNow(), cancellationToken)).TryGet(out var held, out var refusal))
            {
                return refusal;
            }

            foreach (var said in held.Statements)
            {
                if (await HeadFaultAsync(said, cancellationToken) is { } uprooted)
                {
                    return uprooted;
                }
            }

            verified.Add(held.Counted);
        }

        var answer = rules.Evaluate(plan, stages, verified);
        return answer.IsMet
            ? null
            : Refusal.Of(RefusalCode.Quorum, $"the countersignatures do not meet the rules of today: {string.Join("; ", answer.Lines)}");
    }

    /// <summary>Only the tree of lines that this process verified can say whether the ledger that was signed is this one.</summary>
    private async Task<Refusal?> HeadFaultAsync(Statement said, CancellationToken cancellationToken)
    {
        var seen = said.AuditHead;
        var rooted = await ledger.ReadAsync(state => state.Tree.Size >= seen.Size && state.Tree.RootAt(seen.Size) == seen.Root, cancellationToken);
        return !rooted.TryGet(out var isAncestor, out var refusal) ? refusal
            : isAncestor ? null
            : new Refusal(
                RefusalCode.Mismatch,
                "audit_head",
                $"`{said.Approver}` signed when the ledger was another one: its first {seen.Size} entries are not those that they saw; run `interlock fsck`");
    }

    private Refusal? ReleaseFault(Facts facts, PlanRecord plan)
    {
        var now = clock.GetUtcNow();
        if (plan.Status != PlanStatus.Approved || plan.Approval is not { } approval)
        {
            return Refusal.Of(RefusalCode.WrongStatus, $"the plan is {plan.Status.Word()}, not approved{Mend(plan.Status)}");
        }

        var latest = approval.At > facts.LastAt ? approval.At : facts.LastAt;
        if (now < latest)
        {
            return Refusal.Of(
                RefusalCode.ClockBehind,
                $"the clock says {UtcTime.Format(now)}, but the ledger holds an entry of {UtcTime.Format(latest)}; set the clock right");
        }

        if (now >= plan.ExpiresAt || facts.HasLapsed)
        {
            return Refusal.Of(
                RefusalCode.Expired, $"the approval ran out at {UtcTime.Format(plan.ExpiresAt)}; ask the agent to propose the plan again");
        }

        if (facts.Stop is { } stop)
        {
            return Refusal.Of(RefusalCode.Stopped, $"`{stop.By}` stopped everything at {UtcTime.Format(stop.At)}; resume first");
        }

        return facts.Governance is { } recorded && governing.IsWhat(recorded)
            ? null
            : facts.Governance is { } expected ? Governance.Differs(expected, governing)
            : Refusal.Of(RefusalCode.Corrupt, "the ledger has no genesis entry; run `interlock fsck`");
    }

    private async Task<Result<ReleasePermit>> PermitAsync(
        Facts facts,
        PlanRecord plan,
        PlanApproval approval,
        PlanBody body,
        ImmutableArray<StageEffects> stages,
        Sha256Digest instance,
        CancellationToken cancellationToken)
    {
        var locks = StageEffects.LocksOf(stages);
        if (CanonicalJson.Write(PlanEvents.Locks(locks)).Length > PlanEvents.MostLockBytes
            || stages.SelectMany(stage => stage.Effects).Any(effect => effect.Target.Length > LongestTarget))
        {
            return Refusal.Of(
                RefusalCode.TooLarge, "the plan touches more, or longer named, resources than the ledger can write down; split it into several plans");
        }

        var read = await ledger.ReadAsync(
            state => locks.Select(name => (Name: name, Holder: state.Holder(name), Version: state.Version(StreamId.Lock(name)))).ToImmutableArray(),
            cancellationToken);
        if (!read.TryGet(out var held, out var refusal))
        {
            return refusal;
        }

        foreach (var (name, holder, _) in held)
        {
            if (holder is { } other)
            {
                return Refusal.Of(
                    RefusalCode.Locked,
                    $"`{name}` is held by plan `{other}`; wait for it to end, or resolve it where it is in doubt");
            }
        }

        return new ReleasePermit(
            plan, approval, body, stages, locks, [.. facts.Reads, .. held.Select(item => item.Version)], instance);
    }

    private static string Mend(PlanStatus status) => status switch
    {
        PlanStatus.Proposed => "; a person has to approve it first",
        PlanStatus.Unknown or PlanStatus.Approved or PlanStatus.Executing => string.Empty,
        PlanStatus.Halted or PlanStatus.Executed or PlanStatus.Rejected or PlanStatus.Expired => "; propose a new plan",
        _ => throw new InvalidOperationException($"no mend for status {status}"),
    };

    /// <summary>What the gate reads in one step from one head.</summary>
    private sealed record Facts(
        PlanRecord? Plan,
        ImmutableArray<StreamVersion> Reads,
        bool HasLapsed,
        Brake? Stop,
        ImmutableArray<LedgerEntry> EndedBy,
        GovernanceState? Governance,
        DateTimeOffset LastAt)
    {
        public static Facts Of(LedgerState state, PlanId id) => new(
            state.Plan(id),
            [state.Version(StreamId.Plan(id)), state.Version(StreamId.Brakes), state.Version(StreamId.Governance)],
            state.HasLapsed(id),
            state.Stop,
            state.Brakes.EndedBy,
            state.Governance,
            state.LastAt);
    }
}
