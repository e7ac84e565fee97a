using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// Who has to agree to what, and when nothing may run: groups of people, rules for approvals, freezes, and who may resume or change
/// these. Immutable; made from data only (<see cref="TryParse"/>).
/// </summary>
public sealed class ApprovalPolicy
{
    internal ApprovalPolicy(
        ImmutableSortedDictionary<string, ImmutableArray<string>> groups, ImmutableArray<ApprovalRule> rules, ImmutableArray<Freeze> freezes)
    {
        Groups = groups;
        Rules = rules;
        Freezes = freezes;
    }

    /// <summary>No groups, no rules, no freezes: one of anyone approves, who is not the agent's owner.</summary>
    public static ApprovalPolicy Default { get; } =
        new(ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal), [], []);

    /// <summary>The groups with their people, both in ordinal order. The group <c>anyone</c> is built in and not among them.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Groups { get; }

    /// <summary>The rules in the order in which they were written. All that match a plan are to be met.</summary>
    public ImmutableArray<ApprovalRule> Rules { get; }

    /// <summary>The freezes in the order in which they were written.</summary>
    public ImmutableArray<Freeze> Freezes { get; }

    /// <summary>Whether the owner of an agent may approve what it proposes.</summary>
    public SelfApproval SelfApproval { get; init; }

    /// <summary>What becomes of a run that no longer sees what the approver saw, although its checks pass.</summary>
    public DriftRule Drift { get; init; }

    /// <summary>Who has to agree to resume after an emergency stop.</summary>
    public Requirement Resume { get; init; } = Requirement.OneOfAnyone;

    /// <summary>Who may change what decides.</summary>
    public GovernanceRule Governance { get; init; } = GovernanceRule.Default;

    /// <summary>
    /// Everything that was said, the defaults spelled out, so that a default which changes changes the digest; parsed again it gives the
    /// same.
    /// </summary>
    public JsonObject Json => JsonObject.Of(
        ("drift", Drift == DriftRule.Halt ? "halt" : "show"),
        ("freezes", new JsonArray(Freezes.Select(static freeze => (JsonValue)freeze.Json))),
        ("governance", Governance.Json),
        ("groups", JsonObject.Of(Groups.Select(static group => new JsonMember(
            group.Key, new JsonArray(group.Value.Select(static person => (JsonValue)person)))))),
        ("resume", Resume.ToString()),
        ("rules", new JsonArray(Rules.Select(static rule => (JsonValue)rule.Json))),
        ("self_approval", SelfApproval == SelfApproval.Allow ? "allow" : "forbid"));

    /// <summary>
    /// Reads the sections <c>groups</c>, <c>rules</c>, <c>self_approval</c>, <c>drift</c>, <c>freezes</c>, <c>resume</c> and
    /// <c>governance</c>. Every one is optional; an unknown key is an error.
    /// </summary>
    /// <param name="json">An object with these sections and no others.</param>
    /// <param name="names">The names that the rules may use.</param>
    /// <returns>The policy, or the path, the fault and the mend.</returns>
    public static Result<ApprovalPolicy> TryParse(JsonObject json, PolicyNames names) => ApprovalPolicyParser.Parse(json, names);

    /// <summary>Whether a rule cannot be met for the plans of an agent, since its owner may not approve them.</summary>
    /// <param name="rule">A rule of this policy.</param>
    /// <param name="owner">The agent's owner; null where nobody is named.</param>
    /// <param name="people">Every registered person; null where that is not known.</param>
    public bool OwnerBlocks(ApprovalRule rule, string? owner, ImmutableArray<string>? people) =>
        owner is not null && !Quorum.Evaluate(rule, this, new PlanFacts("", owner, []), people).CanBeMet;

    /// <summary>The rules that match a plan; the default one where none does.</summary>
    internal ImmutableArray<ApprovalRule> RulesFor(PlanFacts plan)
    {
        ImmutableArray<ApprovalRule> matching = [.. Rules.Where(rule => rule.Match.Matches(plan))];
        return matching.IsEmpty ? [ApprovalRule.Default] : matching;
    }
}

/// <summary>Whether the owner of an agent may approve what it proposes. Zero forbids.</summary>
public enum SelfApproval
{
    /// <summary>The owner's approval does not count; where nobody knows the owner, no approval does.</summary>
    Forbid = 0,

    /// <summary>The owner counts like everybody else.</summary>
    Allow,
}

/// <summary>What becomes of a run that no longer sees what the approver saw, although its checks pass.</summary>
public enum DriftRule
{
    /// <summary>The difference is shown and recorded, and the run goes on.</summary>
    Show = 0,

    /// <summary>The run halts until a person countersigns the difference.</summary>
    Halt,
}

/// <summary>Whether what decides can be changed by whoever can write the file. Zero is what a file says that is silent.</summary>
public enum GovernanceMode
{
    /// <summary>A change is recorded.</summary>
    Open = 0,

    /// <summary>A change holds only when a quorum of those who decided before has signed it.</summary>
    Locked,
}

/// <summary>Who may change what decides.</summary>
/// <param name="Mode">Whether a change needs signatures.</param>
/// <param name="Change">Whose.</param>
/// <param name="Genesis">
/// The path of the file that pins the digest of the first entry, as it was written; there wherever <paramref name="Mode"/> is
/// <see cref="GovernanceMode.Locked"/>.
/// </param>
public sealed record GovernanceRule(GovernanceMode Mode, Requirement Change, string? Genesis)
{
    /// <summary>Open to whoever can write the file.</summary>
    public static GovernanceRule Default { get; } = new(GovernanceMode.Open, Requirement.OneOfAnyone, null);

    // the path too: whoever could point it at a file of their own would choose the instance that counts
    internal JsonObject Json => JsonObject.Of(
        ("change", Change.ToString()),
        ("genesis", Genesis is null ? null : (JsonValue)Genesis),
        ("mode", Mode == GovernanceMode.Locked ? "locked" : "open"));
}
