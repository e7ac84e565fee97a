using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>What stands between a plan and its run, so far as people can tell.</summary>
/// <param name="Plan">The plan as it stands.</param>
/// <param name="Quorum">What the rules make of the countersignatures that hold.</param>
/// <param name="Void">The countersignatures that do not hold, and why.</param>
/// <param name="Frozen">The freeze in force for it; null for none.</param>
public sealed record Standing(PlanRecord Plan, QuorumAnswer Quorum, ImmutableArray<VoidCountersignature> Void, Refusal? Frozen)
{
    /// <summary>The answer in words, one line each.</summary>
    public ImmutableArray<string> Lines =>
    [
        $"plan {Plan.Id} is {Plan.Status.Word()}",
        .. Quorum.Lines,
        .. Void.Select(static one => one.ToString()),
        .. Frozen is { } freeze ? (IEnumerable<string>)[freeze.Message] : [],
        .. Plan.Status == PlanStatus.Proposed && Quorum.IsMet ? (IEnumerable<string>)["nobody is missing; the next countersignature approves it"] : [],
    ];

    /// <summary><c>{plan_id, status, quorum, void: [{person, why}], frozen}</c>; the quorum is <see cref="QuorumAnswer.ToJson"/>.</summary>
    public JsonObject ToJson() => JsonObject.Of(
        ("plan_id", Plan.Id.ToString()),
        ("status", Plan.Status.Word()),
        ("quorum", Quorum.ToJson()),
        ("void", new JsonArray(Void.Select(static one => (JsonValue)one.ToJson()))),
        ("frozen", Frozen?.ToJson()));
}
