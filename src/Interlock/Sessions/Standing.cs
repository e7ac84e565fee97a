using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>What stands between a plan and its run, so far as people can tell.</summary>
/// <param name="Plan">The plan as it stands.</param>
/// <param name="Quorum">What the rules make of the countersignatures that it has.</param>
/// <param name="Frozen">The freeze in force for it; null for none.</param>
public sealed record Standing(PlanRecord Plan, QuorumAnswer Quorum, Refusal? Frozen)
{
    /// <summary>The answer in words, one line each.</summary>
    public ImmutableArray<string> Lines =>
    [
        $"plan {Plan.Id} is {Plan.Status.Word()}",
        .. Quorum.Lines,
        .. Frozen is { } freeze ? (IEnumerable<string>)[freeze.Message] : [],
        .. Plan.Status == PlanStatus.Proposed && Quorum.IsMet ? (IEnumerable<string>)["nobody is missing; the next countersignature approves it"] : [],
    ];

    /// <summary><c>{plan_id, status, quorum, frozen}</c>; the quorum is <see cref="QuorumAnswer.ToJson"/>.</summary>
    public JsonObject ToJson() => JsonObject.Of(
        ("plan_id", Plan.Id.ToString()),
        ("status", Plan.Status.Word()),
        ("quorum", Quorum.ToJson()),
        ("frozen", Frozen?.ToJson()));
}
