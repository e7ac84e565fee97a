using Interlock.Approvals;

namespace Interlock.Policies;

/// <summary>An approval as rules look at it: its signature and its statement were verified before.</summary>
/// <param name="Person">Who gave it: the person, not the key and not an alias.</param>
/// <param name="Assurance">How much stands behind it.</param>
/// <param name="IsDeviceBound">Whether its key cannot leave its authenticator.</param>
/// <param name="HasReason">Whether it says why.</param>
/// <param name="Reviewed">
/// How long the person had the plan before them: from the entry that issued the statement to the signature's; null where that is not known.
/// </param>
internal sealed record GivenApproval(string Person, Assurance Assurance, bool IsDeviceBound, bool HasReason, TimeSpan? Reviewed)
{
    /// <summary>Why it is not good enough for a rule, as words after the person's name; null where it is.</summary>
    public string? Lacks(ApprovalRule rule) =>
        Assurance < rule.Assurance
            ? $"approved with the assurance `{Assurance.Word()}`, and the rule asks for `{rule.Assurance.Word()}`"
        : rule.DeviceBound && !IsDeviceBound ? "approved with a key that can leave its device, and the rule asks for one that cannot"
        : rule.ReasonRequired && !HasReason ? "gave no reason, and the rule asks for one"
        : rule.MinReview == TimeSpan.Zero ? null
        : Reviewed is not { } looked ? $"looked for a time that is not known, and the rule asks for {ShortDuration.Text(rule.MinReview)}"
        : looked < rule.MinReview
            ? $"looked for {ShortDuration.Text(TimeSpan.FromSeconds(Math.Floor(looked.TotalSeconds)))}, and the rule asks for {ShortDuration.Text(rule.MinReview)}"
        : null;
}
