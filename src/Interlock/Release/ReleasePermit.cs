using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Release;

/// <summary>
/// The right to claim one plan, once. Only <see cref="ReleaseGate"/> makes one, and it carries every stream version that the
/// gate decided on, so that the claim fails when any of them has moved since.
/// </summary>
internal sealed class ReleasePermit
{
    internal ReleasePermit(
        PlanRecord plan,
        PlanApproval approval,
        PlanBody body,
        ImmutableArray<StageEffects> stages,
        ImmutableArray<string> locks,
        ImmutableArray<StreamVersion> reads,
        Sha256Digest instance)
    {
        Plan = plan;
        Approval = approval;
        Body = body;
        Stages = stages;
        Locks = locks;
        Reads = reads;
        Instance = instance;
    }

    public PlanRecord Plan { get; }

    public PlanApproval Approval { get; }

    public PlanBody Body { get; }

    public ImmutableArray<StageEffects> Stages { get; }

    public ImmutableArray<string> Locks { get; }

    public ImmutableArray<StreamVersion> Reads { get; }

    public Sha256Digest Instance { get; }
}
