using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// What one person decides about a plan by a statement of their own: that it may not run, and what happened to a stage in doubt. Each is
/// made from the plan as it stands, signed elsewhere, and compared with the plan again when it comes back.
/// </summary>
internal sealed class SignedDecisions(EngineParts parts)
{
    private readonly StatementCheck check = new(parts);

    /// <summary>The statement of whoever rejects.</summary>
    public async Task<Result<Statement>> RejectionAsync(PlanId id, string by, string? reason, CancellationToken cancellationToken)
    {
        if (!(await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out var refusal)
            || !(await check.SourceAsync(by, reason, cancellationToken)).TryGet(out var source, out refusal))
        {
            return refusal;
        }

        return RejectionFault(plan) is { } closed ? closed : Statements.Reject(plan, source);
    }

    /// <summary>The statement of whoever says what happened to the stage in doubt.</summary>
    public async Task<Result<Statement>> ResolutionAsync(
        PlanId id, string outcome, string by, string? reason, CancellationToken cancellationToken)
    {
        if (outcome is not ("happened" or "did_not" or "unknown"))
        {
            return Refusal.Of(RefusalCode.Malformed, "an outcome is `happened`, `did_not` or `unknown`");
        }

        if (!(await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out var refusal)
            || !(await check.SourceAsync(by, reason, cancellationToken)).TryGet(out var source, out refusal))
        {
            return refusal;
        }

        return InDoubt(plan) is { } intent ? Statements.Resolution(plan, intent, outcome, source) : NotInDoubt(plan);
    }

    /// <summary>Takes a rejection back with its signature.</summary>
    public Task<Result<PlanRecord>> RejectAsync(
        PlanId id, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken) =>
        parts.Decisions.DecideAsync(
            id,
            async plan => RejectionFault(plan) is { } closed ? closed
                : (await TakeAsync(plan, StatementType.Reject, statement, signature, cancellationToken)).TryGet(out var by, out var refusal)
                    ? Append(PlanEvents.Rejected(id, by), statement, signature)
                    : refusal,
            cancellationToken);

    /// <summary>Takes a resolution back with its signature.</summary>
    public Task<Result<PlanRecord>> ResolveAsync(
        PlanId id, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken) =>
        parts.Decisions.DecideAsync(
            id,
            async plan =>
            {
                if (InDoubt(plan) is not { } intent)
                {
                    return NotInDoubt(plan);
                }

                if (!(await TakeAsync(plan, StatementType.Resolution, statement, signature, cancellationToken)).TryGet(out var by, out var refusal))
                {
                    return refusal;
                }

                return statement["stage_id"] == intent.Stage && statement["intent_digest"] == intent.Effect.ToString()
                    ? Append(PlanEvents.Resolved(plan, intent, statement["outcome"], by), statement, signature)
                    : new Refusal(
                        RefusalCode.Mismatch, "stage_id", $"the statement is of another stage than `{intent.Stage}`, which is in doubt; look at the plan again");
            },
            cancellationToken);

    private async Task<Result<SignedBy>> TakeAsync(
        PlanRecord plan, StatementType type, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (!(await check.TakeAsync(type, statement, signature, cancellationToken)).TryGet(out var by, out var refusal))
        {
            return refusal;
        }

        (string Field, string Expected)[] about = [("plan_id", plan.Id.ToString()), ("plan_hash", plan.Hash.ToString()), ("nonce", plan.Nonce)];
        return about.FirstOrDefault(item => statement[item.Field] != item.Expected) is { Field: { } wrong }
            ? new Refusal(RefusalCode.Mismatch, wrong, $"the statement has another `{wrong}` than plan `{plan.Id}`; look at the plan again and sign anew")
            : by;
    }

    private static Append Append(JsonObject @event, Statement statement, ReadOnlyMemory<byte> signature) => new()
    {
        Events = [@event],
        Blobs = StatementCheck.BlobsOf(statement, signature),
    };

    private static Refusal? RejectionFault(PlanRecord plan) => PlanLifecycle.Allows(plan.Status, EventKinds.Rejected)
        ? null
        : Refusal.Of(
            RefusalCode.WrongStatus, $"plan `{plan.Id}` is {plan.Status.Word()}; only a plan that waits for a decision or for its run can be rejected");

    private static StageIntent? InDoubt(PlanRecord plan) => plan.AwaitsResolution ? plan.OpenIntent : null;

    private static Refusal NotInDoubt(PlanRecord plan) =>
        Refusal.Of(RefusalCode.WrongStatus, $"plan `{plan.Id}` is not in doubt; only a stage in doubt can be resolved");
}
