using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Release;

/// <summary>
/// What the rules make of a plan and of who stands behind it. Asked with what the ledger says when a countersignature comes, and again,
/// with what was verified, when the plan is to be released: one decision, so that the two cannot differ.
/// </summary>
/// <param name="policy">The rules.</param>
/// <param name="people">Everybody who may approve; null where any name counts.</param>
internal sealed class ApprovalDecision(ApprovalPolicy policy, ImmutableArray<string>? people)
{
    /// <summary>Who may approve by an engine's options: who is registered, or else who is listed.</summary>
    public static ImmutableArray<string>? PeopleOf(ISignatureVerifier? signers, ImmutableArray<string>? listed) => signers is null
        ? listed
        : [.. signers.Keys.Where(key => !key.IsRevoked).Select(key => key.Person).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether enough people agreed, and what is missing.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stages">What it would do.</param>
    /// <param name="agreed">Whose countersignatures count.</param>
    public QuorumAnswer Evaluate(PlanRecord plan, ImmutableArray<StageEffects> stages, IEnumerable<Countersignature> agreed) =>
        Quorum.Evaluate(policy, PlanFacts.Of(plan.Agent, plan.AgentOwner, stages), [.. agreed.Select(Given)], people);

    /// <summary>The longest time that a rule wants somebody to have had the plan before them.</summary>
    public TimeSpan LeastReview(PlanRecord plan, ImmutableArray<StageEffects> stages) =>
        policy.RulesFor(PlanFacts.Of(plan.Agent, plan.AgentOwner, stages)).Max(rule => rule.MinReview);

    /// <summary>Why a plan may not run at a time; null where no freeze is in force for it.</summary>
    public Refusal? Frozen(PlanRecord plan, ImmutableArray<StageEffects> stages, DateTimeOffset now)
    {
        var facts = PlanFacts.Of(plan.Agent, plan.AgentOwner, stages);
        return policy.Freezes.FirstOrDefault(freeze => freeze.InForce(facts, now)) is { } freeze
            ? Refusal.Of(
                RefusalCode.Frozen,
                $"the freeze `{freeze.Name}` is in force{(freeze.Reason is { } why ? $" ({why})" : "")}"
                + (freeze.When.NextChange(now) is { } end ? $"; ask again after {UtcTime.Format(end)}" : "; it has no end, change it in the configuration"))
            : null;
    }

    /// <summary>Whether so many people may end an emergency stop, and who is missing.</summary>
    public RuleAnswer Resume(IEnumerable<string> agreed) => Quorum.Evaluate(policy, "resume", policy.Resume, agreed, people);

    /// <summary>Whether so many people may change what decides, or take the ledger up again after a restore, and who is missing.</summary>
    public RuleAnswer Change(IEnumerable<string> agreed) => Quorum.Evaluate(policy, "governance", policy.Governance.Change, agreed, people);

    private static GivenApproval Given(Countersignature one) => new(
        one.Approver,
        AssuranceWords.Parse(one.Assurance) ?? Assurance.None,
        one.IsDeviceBound,
        one.Reason is { Length: > 0 },
        one.At - one.IssuedAt);
}
