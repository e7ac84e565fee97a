using Interlock.Canonical;
using Interlock.Plans;

namespace Interlock.Approvals;

/// <summary>
/// What a person says when they approve: RFC 8785 JSON whose exact bytes are archived. Until signatures arrive it is unsigned
/// (<c>assurance: none</c>), and every surface says so.
/// </summary>
internal static class ApprovalStatement
{
    /// <summary>The assurance of an approval that nothing but the file system's permissions protects.</summary>
    public const string NoAssurance = "none";

    /// <summary>The canonical bytes of an unsigned approval.</summary>
    public static byte[] Write(
        PlanRecord plan,
        string approver,
        string? reason,
        Sha256Digest effects,
        Sha256Digest instance,
        DateTimeOffset issuedAt,
        DateTimeOffset expiresAt) =>
        CanonicalJson.Write(JsonObject.Of(
            ("type", "approval"),
            ("schema_version", PlanBody.SchemaVersion),
            ("instance", instance.ToString()),
            ("plan_id", plan.Id.ToString()),
            ("plan_hash", plan.Hash.ToString()),
            ("agent", plan.Agent),
            ("agent_owner", plan.AgentOwner ?? string.Empty),
            ("approver", approver),
            ("effects_digest", effects.ToString()),
            ("nonce", plan.Nonce),
            ("reason", reason is null ? string.Empty : ShortText.Of(reason)),
            ("issued_at", UtcTime.Format(issuedAt)),
            ("expires_at", UtcTime.Format(expiresAt))));

    /// <summary>Why an archived statement does not carry an approval; null where it does.</summary>
    public static Refusal? Fault(ReadOnlySpan<byte> bytes, PlanRecord plan, PlanApproval approval, Sha256Digest instance)
    {
        if (!JsonReader.TryReadCanonical(bytes, JsonReadOptions.PlanBody, out var value, out var error) || value is not JsonObject statement)
        {
            return Refusal.Of(RefusalCode.Corrupt, $"the archived statement cannot be read: {error?.Message ?? "not an object"}; approve again");
        }

        (string Field, string Expected)[] required =
        [
            ("type", "approval"),
            ("schema_version", approval.SchemaVersion),
            ("instance", instance.ToString()),
            ("plan_id", plan.Id.ToString()),
            ("plan_hash", plan.Hash.ToString()),
            ("agent", plan.Agent),
            ("agent_owner", plan.AgentOwner ?? string.Empty),
            ("approver", approval.By),
            ("effects_digest", approval.EffectsDigest.ToString()),
            ("nonce", plan.Nonce),
            ("expires_at", UtcTime.Format(plan.ExpiresAt)),
        ];
        foreach (var (field, expected) in required)
        {
            if (statement.Text(field) != expected)
            {
                return new Refusal(
                    RefusalCode.Mismatch, field, $"the approval's statement has another `{field}` than the plan; propose the plan again");
            }
        }

        return null;
    }
}
