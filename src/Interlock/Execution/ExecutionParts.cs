using Interlock.Actions;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;

namespace Interlock.Execution;

/// <summary>What the executor's role works with.</summary>
internal sealed record ExecutionParts
{
    public required ILedgerStore Store { get; init; }

    public required VerifiedLedger Ledger { get; init; }

    /// <summary>The release gate's decision; a function, so that a test can seed a gate that forgets a check.</summary>
    public required Func<PlanId, CancellationToken, Task<Result<ReleasePermit>>> Gate { get; init; }

    public required PlanReader Plans { get; init; }

    public required PlanDecisions Decisions { get; init; }

    public required CheckRunner Checks { get; init; }

    /// <summary>What decides, as this process loaded it.</summary>
    public required Governing Governing { get; init; }

    /// <summary>Whether a run halts where a check holds but sees something else than an approver did.</summary>
    public required bool HaltsOnDrift { get; init; }

    /// <summary>Has witnesses hold the claim before the first dispatch; null where none are required.</summary>
    public Witnessing? Witnessing { get; init; }

    /// <summary>Waits, within a bound, until no process that an effect started is alive.</summary>
    public required Func<IdempotencyKey, CancellationToken, Task<bool>> StageProcessesGone { get; init; }

    public required TimeProvider Clock { get; init; }
}
