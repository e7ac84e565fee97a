using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Plans;

/// <summary>
/// What statements, countersignatures and the quorum do to a plan. Null: the event does not follow. A statement comes back once and
/// only where it was issued, so that none is counted twice and the time of a review cannot be left out.
/// </summary>
internal static class CountersignTransitions
{
    private const string Approval = "approval";
    private const string Drift = "drift";

    public static PlanRecord? Issued(PlanRecord plan, LedgerEntry entry)
    {
        var e = entry.Event;
        if (e.Text("type") is not { } type
            || type != TypeFor(plan)
            || e.Text("approver") is not { Length: > 0 } approver
            || !Sha256Digest.TryParse(e.Text("statement"), out var statement)
            || !Sha256Digest.TryParse(e.Text("observed_digest"), out var observed)
            || plan.Issued.Any(issued => issued.Statement == statement))
        {
            return null;
        }

        // one waits for each person: who asks again has not signed the one before
        return plan with
        {
            Issued =
            [
                .. plan.Issued.Where(issued => issued.Approver != approver),
                new IssuedStatement(type, approver, statement, observed, entry.At),
            ],
        };
    }

    public static PlanRecord? Countersigned(PlanRecord plan, LedgerEntry entry)
    {
        var e = entry.Event;
        if (!Sha256Digest.TryParse(e.Text("statement"), out var statement)
            || plan.Issued.FirstOrDefault(one => one.Statement == statement) is not { } issued
            || e.Text("approver") != issued.Approver
            || e.Text("assurance") is not { } assurance
            || !OptionalDigest(e, "signature", out var signature)
            || !UtcTime.TryParse(e.Text("expires_at"), out var expires))
        {
            return null;
        }

        var next = plan with { Issued = plan.Issued.Remove(issued) };
        if (issued.Type == Drift)
        {
            return next.Countersignatures.FirstOrDefault(one => one.Approver == issued.Approver) is { } before
                ? Replace(next, before with { Observed = issued.Observed, Drift = new AcceptedDrift(statement, signature, issued.At, entry.At) })
                : null;
        }

        return Replace(next, new Countersignature(
            issued.Approver,
            statement,
            signature,
            e.Text("key"),
            assurance,
            e["device_bound"] is JsonBoolean { Value: true },
            e.Text("reason"),
            issued.Observed,
            issued.At,
            entry.At,
            expires,
            Drift: null));
    }

    public static PlanRecord? Lapsed(PlanRecord plan, JsonObject e) =>
        Sha256Digest.TryParse(e.Text("statement"), out var statement)
        && plan.Countersignatures.FirstOrDefault(one => one.Statement == statement) is { } lapsed
            ? plan with { Countersignatures = plan.Countersignatures.Remove(lapsed) }
            : null;

    public static PlanRecord? Approved(PlanRecord plan, LedgerEntry entry)
    {
        var e = entry.Event;
        if (e.Text("plan_hash") != plan.Hash.ToString()
            || e.Text("approved_by") is not { } by
            || e.Text("assurance") is not { } assurance
            || e.Text("schema_version") is not { } schemaVersion
            || !Sha256Digest.TryParse(e.Text("effects_digest"), out var effects)
            || Statements(e) is not { } statements
            || !statements.All(statement => plan.Countersignatures.Any(one => one.Statement == statement))
            || !UtcTime.TryParse(e.Text("expires_at"), out var expires)

            // nobody meant a plan to run later than its proposal could have waited
            || expires > plan.ExpiresAt)
        {
            return null;
        }

        return plan with
        {
            Status = PlanStatus.Approved,
            ExpiresAt = expires,
            Issued = [],
            Approval = new PlanApproval(by, entry.At, assurance, e.Text("reason"), effects, schemaVersion, statements),
        };
    }

    /// <summary>What people can be asked to sign: while it is proposed an approval, once it is approved an accepted difference.</summary>
    private static string TypeFor(PlanRecord plan) => plan.Status == PlanStatus.Proposed ? Approval : Drift;

    private static PlanRecord Replace(PlanRecord plan, Countersignature by) => plan with
    {
        Countersignatures = [.. plan.Countersignatures.Where(one => one.Approver != by.Approver), by],
    };

    private static ImmutableArray<Sha256Digest>? Statements(JsonObject e)
    {
        if (e["statements"] is not JsonArray { Items: { IsEmpty: false } items })
        {
            return null;
        }

        var statements = ImmutableArray.CreateBuilder<Sha256Digest>(items.Length);
        foreach (var item in items)
        {
            if (item is not JsonString { Value: var text } || !Sha256Digest.TryParse(text, out var statement) || statements.Contains(statement))
            {
                return null;
            }

            statements.Add(statement);
        }

        return statements.MoveToImmutable();
    }

    private static bool OptionalDigest(JsonObject e, string field, out Sha256Digest? digest)
    {
        digest = Sha256Digest.TryParse(e.Text(field), out var read) ? read : null;
        return digest is not null || e[field] is null;
    }
}
