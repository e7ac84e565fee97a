using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Approvals;

/// <summary>
/// What a countersignature has to say to count for a plan today. Everything in it is computed by whoever asks, from the body, the
/// catalog, the policy and the signers that they loaded themselves.
/// </summary>
internal sealed record ApprovalTerms
{
    private ApprovalTerms()
    {
    }

    public required PlanRecord Plan { get; init; }

    public required InstanceId Instance { get; init; }

    public required Sha256Digest Effects { get; init; }

    public required Sha256Digest Adapters { get; init; }

    public required Sha256Digest Policy { get; init; }

    public required Sha256Digest Signers { get; init; }

    /// <summary>What to do where a countersignature does not hold: while the plan waits, it can be given again.</summary>
    public string Mend => Plan.Status == PlanStatus.Proposed
        ? "look at the plan again and countersign it anew"
        : "have the plan proposed and countersigned again";

    /// <summary>The terms of a plan.</summary>
    public static ApprovalTerms Of(
        PlanRecord plan, Catalog catalog, IReadOnlyCollection<StageEffects> stages, Governing governing, InstanceId instance) => new()
        {
            Plan = plan,
            Instance = instance,
            Effects = StageEffects.DigestOf(stages),
            Adapters = CanonicalJson.Hash(AdapterListing.Of(catalog, stages)),
            Policy = governing.PolicyDigest,
            Signers = governing.SignersDigest,
        };

    /// <summary>Which field of a statement says something else, and what that means; null where none does.</summary>
    /// <param name="statement">An approval or a drift.</param>
    public Refusal? Fault(Statement statement)
    {
        (string Field, string Expected, string Meaning)[] terms =
        [
            ("instance", Instance.ToString(), "it was signed for another ledger, or for this one before it was restored"),
            ("plan_id", Plan.Id.ToString(), "it was signed for another plan"),
            ("nonce", Plan.Nonce, "it was signed for another proposal"),
            ("plan_hash", Plan.Hash.ToString(), "the plan's body is not the one that was signed"),
            ("schema_version", PlanBody.SchemaVersion, $"this program reads plans of schema version `{PlanBody.SchemaVersion}`"),
            ("agent", Plan.Agent, "it was signed for another agent's plan"),
            ("agent_owner", Plan.AgentOwner ?? string.Empty, "it was signed for a plan whose agent has another owner"),
            ("policy_digest", Policy.ToString(), "the policy is not the one that it was signed under"),
            ("signers_digest", Signers.ToString(), "the signers are not those that it was signed under"),
            ("adapter_digest", Adapters.ToString(), "an action or a probe of the plan is not defined as it was when it was signed"),
            ("effects_digest", Effects.ToString(), "the plan would not do what was signed"),
        ];
        foreach (var (field, expected, meaning) in terms)
        {
            if (statement[field] != expected)
            {
                return new Refusal(
                    RefusalCode.Mismatch,
                    field,
                    $"the countersignature of `{statement.Approver}` has another `{field}`: {meaning}; {Mend}");
            }
        }

        return null;
    }
}
