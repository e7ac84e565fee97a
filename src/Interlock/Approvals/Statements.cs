using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Approvals;

/// <summary>Writes the statements that need no review document: what they are about has one name, and the signer reads it as it is.</summary>
internal static class Statements
{
    /// <summary>The one scope of a brake.</summary>
    public const string Everything = "all";

    /// <summary>This plan may not run.</summary>
    public static Statement Reject(PlanRecord plan, StatementSource from) =>
        Statement.Write(StatementType.Reject, [.. from.Fields, .. About(plan)]);

    /// <summary>This is what happened to the stage in doubt.</summary>
    public static Statement Resolution(PlanRecord plan, StageIntent intent, string outcome, StatementSource from) =>
        Statement.Write(
            StatementType.Resolution,
            [
                .. from.Fields,
                .. About(plan),
                ("stage_id", intent.Stage),
                ("intent_digest", intent.Effect.ToString()),
                ("outcome", outcome),
            ]);

    /// <summary>Stop everything, or go on.</summary>
    public static Statement Brake(string action, StatementSource from) =>
        Statement.Write(StatementType.Brake, [.. from.Fields, ("action", action), ("scope", Everything)]);

    /// <summary>Something else decides from here on.</summary>
    public static Statement Governance(Sha256Digest old, Sha256Digest @new, StatementSource from) =>
        Statement.Write(
            StatementType.Governance, [.. from.Fields, ("old_digest", old.ToString()), ("new_digest", @new.ToString())]);

    /// <summary>A blob is to be erased.</summary>
    public static Statement Erase(Sha256Digest blob, StatementSource from) =>
        Statement.Write(StatementType.Erase, [.. from.Fields, ("blob_digest", blob.ToString())]);

    private static ReadOnlySpan<(string Name, JsonValue? Value)> About(PlanRecord plan) => new (string, JsonValue?)[]
    {
        ("nonce", plan.Nonce),
        ("plan_hash", plan.Hash.ToString()),
        ("plan_id", plan.Id.ToString()),
    };
}

/// <summary>Who makes a statement, where and when: what all of them begin with.</summary>
/// <param name="Approver">Who.</param>
/// <param name="Reason">Why, in their words; null for no reason.</param>
/// <param name="Instance">For which ledger.</param>
/// <param name="Head">The head of its tree that they saw.</param>
/// <param name="At">When.</param>
internal sealed record StatementSource(string Approver, string? Reason, InstanceId Instance, TreeHead Head, DateTimeOffset At)
{
    public ReadOnlySpan<(string Name, JsonValue? Value)> Fields => new (string, JsonValue?)[]
    {
        ("approver", Approver),
        ("audit_head", Head.ToJson()),
        ("instance", Instance.ToString()),
        ("issued_at", UtcTime.Format(At)),
        ("reason", Reason is null ? string.Empty : ShortText.Of(Reason)),
    };
}
