namespace Interlock.Plans;

/// <summary>Where a plan stands. Zero is no plan: nothing may be done with it.</summary>
public enum PlanStatus
{
    /// <summary>There is no such plan.</summary>
    Unknown = 0,

    /// <summary>Awaiting countersignatures.</summary>
    Proposed,

    /// <summary>Countersigned; may be claimed.</summary>
    Approved,

    /// <summary>Claimed: its effects may be happening now.</summary>
    Executing,

    /// <summary>The run ended early. The plan never resumes.</summary>
    Halted,

    /// <summary>The run ended after its last stage.</summary>
    Executed,

    /// <summary>Rejected by a person, withdrawn or superseded.</summary>
    Rejected,

    /// <summary>The proposal or the approval ran out of time.</summary>
    Expired,
}

/// <summary>The status words of every public surface.</summary>
public static class PlanStatusWords
{
    /// <summary>All words, in the order of the lifecycle; <c>draft</c> is a document that was never proposed.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["draft", "proposed", "approved", "rejected", "executing", "executed", "halted", "expired"];

    /// <summary>The word of a status.</summary>
    /// <param name="status">The status.</param>
    public static string Word(this PlanStatus status) => status switch
    {
        PlanStatus.Unknown => "draft",
        PlanStatus.Proposed => "proposed",
        PlanStatus.Approved => "approved",
        PlanStatus.Executing => "executing",
        PlanStatus.Halted => "halted",
        PlanStatus.Executed => "executed",
        PlanStatus.Rejected => "rejected",
        PlanStatus.Expired => "expired",
        _ => throw new InvalidOperationException($"no word for status {status}"),
    };
}
