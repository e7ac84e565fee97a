using Interlock.Actions;
using Interlock.Execution;
using Interlock.Ledger;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>
/// A mistake that somebody could make, put between the product's parts from outside: a store that drops or alters, a gate that
/// forgets a refusal, an executor that tries again. The product itself has no switch for it.
/// </summary>
internal sealed record SeededBug(string Name, string Breaks, Rule CaughtBy)
{
    public static SeededBug None { get; } = new("none", "nothing", default);

    /// <summary>Stands between a process and its store.</summary>
    public Func<SimRun, SimProcess, SimStore, ILedgerStore> Store { get; init; } = (_, _, store) => store;

    /// <summary>Stands between an executor's verified fold and its store.</summary>
    public Func<SimRun, ILedgerStore, ILedgerStore> View { get; init; } = (_, store) => store;

    /// <summary>Stands in place of the gate of an executor.</summary>
    public Func<SimRun, ExecutionParts, ExecutionParts> Parts { get; init; } = (_, parts) => parts;

    /// <summary>Stands in place of what carries out an effect.</summary>
    public Func<SimWorld, Effect, IdempotencyKey, Task<StageOutcome>>? Execute { get; init; }

    /// <summary>Which writes the power fails after, often: it shortens the search for what only a power loss shows.</summary>
    public string? PowerFailsAfter { get; init; }

    /// <summary>Nobody asks for the executor lock.</summary>
    public bool NoLock { get; init; }

    public override string ToString() => Name;
}
