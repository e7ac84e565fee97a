using System.Diagnostics.CodeAnalysis;

namespace Interlock.Plans;

/// <summary>Why a run ended early: the ledger's <c>halt_code</c>. The set is closed.</summary>
public sealed class HaltCode
{
    private HaltCode(string word, string stageStatus)
    {
        Word = word;
        StageStatus = stageStatus;
    }

    /// <summary>A precondition did not hold; the stage was not dispatched.</summary>
    public static HaltCode Precondition { get; } = new("precondition", "halted-precondition");

    /// <summary>A precondition holds but sees something else than an approver saw, and the policy halts for that; the stage was not dispatched.</summary>
    public static HaltCode Drift { get; } = new("drift", "halted-precondition");

    /// <summary>The effect reports failure, or is known not to have started.</summary>
    public static HaltCode Execute { get; } = new("execute", "halted-execute");

    /// <summary>The effect happened and a verify check does not hold.</summary>
    public static HaltCode Verify { get; } = new("verify", "halted-verify");

    /// <summary>An intent without an outcome: nobody knows whether the effect happened. Locks stay until it is resolved.</summary>
    public static HaltCode InDoubt { get; } = new("in_doubt", "halted-execute");

    /// <summary>An emergency stop came between two dispatches.</summary>
    public static HaltCode Stopped { get; } = new("stopped", "halted-precondition");

    /// <summary>The executor was asked to end and finished the stage it was in.</summary>
    public static HaltCode Shutdown { get; } = new("shutdown", "halted-precondition");

    /// <summary>The configuration changed during the run.</summary>
    public static HaltCode Configuration { get; } = new("configuration_changed", "halted-precondition");

    /// <summary>The executor died with no intent open: between two stages, or before a stage was verified; found by recovery.</summary>
    public static HaltCode Interrupted { get; } = new("interrupted", "halted-precondition");

    /// <summary>The ledger could not be written before a dispatch; nothing of the stage was dispatched.</summary>
    public static HaltCode Storage { get; } = new("storage", "halted-precondition");

    /// <summary>The witnesses that are required did not hold the claim within the bound; nothing was dispatched.</summary>
    public static HaltCode WitnessTimeout { get; } = new("witness_timeout", "halted-precondition");

    /// <summary>All codes.</summary>
    public static IReadOnlyList<HaltCode> All { get; } =
        [Precondition, Drift, Execute, Verify, InDoubt, Stopped, Shutdown, Configuration, Interrupted, Storage, WitnessTimeout];

    /// <summary>The stable word.</summary>
    public string Word { get; }

    /// <summary>The status of the stage at which the run ended, in the words of the agent's surface.</summary>
    public string StageStatus { get; }

    /// <summary>Reads a stable word.</summary>
    /// <param name="word">The word.</param>
    public static HaltCode? Parse(string? word) => All.FirstOrDefault(code => code.Word == word);

    /// <summary>Whether a text is one of the words for the status of a stage at which a run ended.</summary>
    internal static bool IsStageStatus(string? text, [NotNullWhen(true)] out string? status)
    {
        status = text is "halted-precondition" or "halted-execute" or "halted-verify" ? text : null;
        return status is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Word;
}
