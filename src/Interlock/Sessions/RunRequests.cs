using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// Asks for a plan to be executed, as an entry, and waits for the executor to answer. Whoever asks second joins: there is one
/// run of a plan, whatever the number of callers, processes and reconnections.
/// </summary>
internal sealed class RunRequests(EngineParts parts)
{
    /// <summary>
    /// How long a request waits to be taken up. After that it is taken back: a plan must not start an hour later, when whoever
    /// asked for it has long been told something else.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What stands before an agent's name in <c>requested_by</c>.</summary>
    public const string AgentPrefix = "agent:";

    private static readonly TimeSpan Nudge = TimeSpan.FromSeconds(1);

    public async Task<JsonObject> ExecuteAsync(
        PlanId id, Requester requester, IProgress<PlanRecord>? progress, CancellationToken cancellationToken)
    {
        var repeated = false;
        var asked = await parts.Decisions.DecideAsync(
            id,
            async plan =>
            {
                repeated = PlanDocument.HasRun(plan) || plan.RequestedBy is not null;
                var decided = Decide(plan, requester.By);
                return decided.TryGet(out _, out _) && await LockedFaultAsync(cancellationToken) is { } locked ? locked : decided;
            },
            cancellationToken);
        if (!asked.TryGet(out var current, out var refusal))
        {
            // nothing to append is not a refusal of the plan: a run exists, and this caller joins it
            if (!repeated)
            {
                return PlanDocument.NotRun(id.ToString(), await RefuseAsync(id, requester, refusal, cancellationToken));
            }

            if (!(await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out current, out refusal))
            {
                return PlanDocument.NotRun(id.ToString(), refusal);
            }
        }

        requester.Settle(written: !repeated);
        return await JoinAsync(current, repeated, progress, cancellationToken);
    }

    /// <summary>No executor that loads this configuration may claim, and one that is started would only end: so it is said at once.</summary>
    private async Task<Refusal?> LockedFaultAsync(CancellationToken cancellationToken) =>
        !(await Governance.ReadAsync(parts.Store, cancellationToken)).TryGet(out var recorded, out var refusal) ? refusal
        : Governance.Keeps(recorded, parts.Governing) ? Governance.Differs(recorded, parts.Governing)
        : null;

    private async Task<JsonObject> JoinAsync(
        PlanRecord plan, bool repeated, IProgress<PlanRecord>? progress, CancellationToken cancellationToken)
    {
        var asked = parts.Clock.GetTimestamp();
        var quiet = false;
        while (!plan.HasEnded)
        {
            progress?.Report(plan);
            if (plan.Status != PlanStatus.Executing && plan.RequestedBy is null)
            {
                return PlanDocument.NotRun(
                    plan.Id.ToString(), Refusal.Of(RefusalCode.WrongStatus, plan.RequestRefused ?? "the release gate refused"));
            }

            if (plan.Status == PlanStatus.Approved && parts.Clock.GetElapsedTime(asked) > Patience)
            {
                await RecordAsync(plan.Id, Unanswered, cancellationToken);
            }
            else if (parts.Options.StartExecutor is { } start)
            {
                start();
            }
            else if (quiet && plan.Status == PlanStatus.Approved)
            {
                await AnswerIfStaleAsync(plan.Id, cancellationToken);
            }

            if (!(await parts.Plans.WaitAsync(plan, Nudge, cancellationToken)).TryGet(out var next, out var refusal))
            {
                return PlanDocument.NotRun(plan.Id.ToString(), refusal);
            }

            quiet = next.Version == plan.Version;
            plan = next;
        }

        progress?.Report(plan);
        return PlanDocument.HasRun(plan)
            ? PlanDocument.Run(plan, repeated)
            : PlanDocument.NotRun(plan.Id.ToString(), Refusal.Of(RefusalCode.WrongStatus, plan.Reason ?? $"the plan is {plan.Status.Word()}"));
    }

    private static Refusal Unanswered => Refusal.Of(
        RefusalCode.Busy,
        "no executor took the request up within 60 s, so it was taken back; `interlock doctor` and executor.log in the data folder say why");

    private Result<Append> Decide(PlanRecord plan, string by)
    {
        if (parts.Decisions.IsOverdue(plan))
        {
            return Refusal.Of(RefusalCode.Expired, $"plan `{plan.Id}` expired at {UtcTime.Format(plan.ExpiresAt)}");
        }

        return plan switch
        {
            // the request is the newest entry when the gate looks: were it written under a clock that is behind, it would hide that
            { Status: PlanStatus.Approved, RequestedBy: null } => new Append
            {
                Events = [PlanEvents.ExecutionRequested(plan.Id, by)],
                CanWait = true,
                RefuseClockBehind = true,
            },
            { Status: PlanStatus.Proposed } => Refusal.Of(
                RefusalCode.WrongStatus, $"plan `{plan.Id}` is proposed, not approved; a person has to approve it first"),
            _ => Refusal.Of(RefusalCode.WrongStatus, $"plan `{plan.Id}` is {plan.Status.Word()}; propose a new plan"),
        };
    }

    /// <summary>
    /// An executor whose configuration is no longer the ledger's may not claim and ends. Where it is this very process that would
    /// have run the plan, nobody else may ever come: so the request is answered instead of left to wait for ever.
    /// </summary>
    private async Task AnswerIfStaleAsync(PlanId id, CancellationToken cancellationToken)
    {
        var current = await Governance.CurrentAsync(parts.Store, parts.Governing, cancellationToken);
        if (!current.TryGet(out _, out var refusal) && refusal.Code == RefusalCode.ConfigurationChanged)
        {
            await RecordAsync(id, refusal, cancellationToken);
        }
    }

    /// <summary>
    /// Writes the refusal of an agent's request down, or counts it with those like it. Only where the plan has no request open: then
    /// the entry answers nobody, and its number is all that a second one would add.
    /// </summary>
    private async Task<Refusal> RefuseAsync(PlanId id, Requester requester, Refusal refusal, CancellationToken cancellationToken)
    {
        if (requester.AgentName is not { } agent || refusal.Code == RefusalCode.Expired)
        {
            return await RecordAsync(id, refusal, cancellationToken, canWait: true);
        }

        var written = false;
        var unwritten = await parts.Refusals.RecordAsync(
            $"{agent} {EventKinds.ReleaseRefused} {id} {refusal.Code}",
            async () =>
            {
                var recorded = await parts.Decisions.DecideAsync(
                    id,
                    now => Task.FromResult<Result<Append>>(
                        PlanLifecycle.Allows(now.Status, EventKinds.ReleaseRefused) && now.RequestedBy is null
                            ? new Append { Events = [PlanEvents.NotReleased(id, refusal, agent)], CanWait = true }
                            : refusal),
                    cancellationToken);
                written = recorded.TryGet(out _, out var failed);
                return failed;
            },
            count => PlanEvents.RefusedAgain(id, refusal, agent, count));
        requester.Settle(written || unwritten is null);
        return unwritten ?? refusal;
    }

    /// <summary>Writes the refusal down; an overdue plan becomes expired by it.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="refusal">The refusal.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    /// <param name="canWait">Whether no request is open that this answers.</param>
    private async Task<Refusal> RecordAsync(PlanId id, Refusal refusal, CancellationToken cancellationToken, bool canWait = false)
    {
        if (!(await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out var unread))
        {
            return unread;
        }

        if (refusal.Code == RefusalCode.Expired)
        {
            return await parts.Decisions.ExpireAsync(plan, cancellationToken);
        }

        if (PlanLifecycle.Allows(plan.Status, EventKinds.ReleaseRefused))
        {
            var recorded = await parts.Decisions.DecideAsync(
                id,
                now => Task.FromResult<Result<Append>>(
                    PlanLifecycle.Allows(now.Status, EventKinds.ReleaseRefused)
                        ? new Append { Events = [PlanEvents.NotReleased(id, refusal)], CanWait = canWait }
                        : refusal),
                cancellationToken);
            return recorded.TryGet(out _, out var failed) ? refusal : failed;
        }

        return refusal;
    }
}
