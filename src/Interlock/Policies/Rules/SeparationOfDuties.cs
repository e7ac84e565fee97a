using System.Collections.Immutable;

namespace Interlock.Policies;

/// <summary>
/// Whose approval does not count because the plan is their own agent's. Not to know the owner counts as being the owner: then nobody's
/// approval counts until somebody is named.
/// </summary>
internal static class SeparationOfDuties
{
    /// <summary>
    /// Who owns an agent. The configured name goes before the operating-system user; that one says something only where it is the name
    /// of a registered person: <c>root</c> may be anybody, the one who approves included.
    /// </summary>
    /// <param name="configured">The owner that the configuration names, an alias resolved; null where it names none.</param>
    /// <param name="operatingSystemUser">As whom the agent runs; null where that is not known.</param>
    /// <param name="people">Every registered person; null where any name counts.</param>
    public static string? OwnerOf(string? configured, string? operatingSystemUser, ImmutableArray<string>? people) =>
        configured ?? (operatingSystemUser is { } user && (people is not { } known || known.Contains(user, StringComparer.Ordinal)) ? user : null);

    /// <summary>Why no approval of a plan can count; null where some can.</summary>
    public static Refusal? Fault(ApprovalPolicy policy, PlanFacts plan) =>
        policy.SelfApproval == SelfApproval.Allow || plan.AgentOwner is not null
            ? null
            : Refusal.Of(
                RefusalCode.Forbidden,
                $"nobody is named as the owner of the agent `{plan.Agent}`, so whoever approves may be its owner; name the agent's owner under "
                + "`agents`, or write `self_approval: allow`");

    /// <summary>Whether a person may not approve a plan.</summary>
    public static bool Bars(ApprovalPolicy policy, PlanFacts plan, string person) =>
        policy.SelfApproval == SelfApproval.Forbid

        // `Alice` and `alice` are two names and likely one person: a bar errs on the side of barring
        && (plan.AgentOwner is not { } owner || string.Equals(owner, person, StringComparison.OrdinalIgnoreCase));
}
