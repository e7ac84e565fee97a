using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Execution;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>The gate, but for one refusal that it does not make: then it permits what it should not.</summary>
internal sealed class ForgetfulGate(SimRun run, ExecutionParts parts, RefusalCode code, Func<LedgerState, PlanRecord, bool> forgets)
{
    public async Task<Result<ReleasePermit>> EvaluateAsync(PlanId id, CancellationToken cancellationToken)
    {
        var asked = await parts.Gate(id, cancellationToken);
        if (asked.TryGet(out _, out var refusal) || refusal.Code != code)
        {
            return asked;
        }

        var forgotten = await parts.Ledger.ReadAsync(state => state.Plan(id) is { } plan && forgets(state, plan), cancellationToken);
        return forgotten.TryGet(out var yes, out _) && yes ? await PermitAsync(run, parts, id) ?? asked : asked;
    }

    /// <summary>A permit without a question.</summary>
    public static async Task<Result<ReleasePermit>?> PermitAsync(SimRun run, ExecutionParts parts, PlanId id)
    {
        var digest = await parts.Ledger.ReadAsync(state => state.Plan(id)?.Hash.Digest ?? default, default);
        if (!digest.TryGet(out var hash, out _) || !(await parts.Store.ReadBlobAsync(hash, default)).TryGet(out var bytes, out _)
            || !JsonReader.TryReadCanonical(bytes.Span, JsonReadOptions.PlanBody, out var json, out _))
        {
            return null;
        }

        // today's rules, or where they forbid it those of yesterday
        var loaded = Rules.All.First(rules => rules.Digest == parts.Governing.Configuration).Validator.ValidateBody(json);
        var validation = loaded.Approvable ? loaded : Rules.All[0].Validator.ValidateBody(json);
        if (validation is not { Body: { } body, Effects: { } stages })
        {
            return null;
        }

        run.Trace(null, $"the gate permits {id}");
        var locks = StageEffects.LocksOf(stages);
        return await parts.Ledger.ReadAsync(state => Permit(state, id, body, stages, locks), default);
    }

    private static ReleasePermit Permit(
        LedgerState state, PlanId id, PlanBody body, ImmutableArray<StageEffects> stages, ImmutableArray<string> locks)
    {
        var plan = state.Plan(id) ?? throw new InvalidOperationException("a plan that was just there");
        var approval = plan.Approval
            ?? new PlanApproval("nobody", state.LastAt, "none", null, StageEffects.DigestOf(stages), PlanBody.SchemaVersion, []);
        StreamId[] streams = [StreamId.Plan(id), StreamId.Brakes, StreamId.Governance, .. locks.Select(StreamId.Lock)];
        return new ReleasePermit(
            plan with { ExpiresAt = DateTimeOffset.MaxValue, Status = PlanStatus.Approved, Approval = approval },
            approval,
            body,
            stages,
            locks,
            [.. streams.Select(state.Version)],
            state.Governance?.Instance.Genesis ?? default);
    }
}
