using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>
/// Issues statements and takes them back signed. Between the two the plan, the policy or the world may have changed: so everything is
/// computed again when a signature comes, and a statement that is no longer true is refused before it is written down.
/// </summary>
internal sealed class Countersigning(EngineParts parts)
{
    /// <summary>How far the clock of whoever makes a statement may be from ours.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly StatementCheck check = new(parts);
    private readonly StandingCountersignatures standing = new(parts);

    /// <summary>Archives a statement and what was shown, and writes down that it was issued: from here on the review counts.</summary>
    public async Task<Result<PlanRecord>> IssueAsync(
        PlanId id, ReviewDocument shown, Statement statement, CancellationToken cancellationToken)
    {
        var issued = await parts.Decisions.DecideAsync(
            id, plan => DecideIssueAsync(plan, shown, statement, cancellationToken), cancellationToken);
        return await ExpiredAsync(id, issued, cancellationToken);
    }

    /// <summary>Takes a statement back with its signature, and approves the plan where that makes the quorum.</summary>
    public async Task<Result<PlanRecord>> CountersignAsync(
        PlanId id, Sha256Digest statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        var signed = await parts.Decisions.DecideAsync(
            id, plan => DecideCountersignAsync(plan, statement, signature, cancellationToken), cancellationToken);
        return await ExpiredAsync(id, signed, cancellationToken);
    }

    private async Task<Result<PlanRecord>> ExpiredAsync(PlanId id, Result<PlanRecord> answer, CancellationToken cancellationToken)
    {
        if (answer.TryGet(out _, out var refusal) || refusal.Code != RefusalCode.Expired)
        {
            return answer;
        }

        return (await parts.Plans.ReadAsync(id, cancellationToken)).TryGet(out var plan, out var unread)
            ? parts.Decisions.IsOverdue(plan) ? await parts.Decisions.ExpireAsync(plan, cancellationToken) : refusal
            : unread;
    }

    private async Task<Result<Append>> DecideIssueAsync(
        PlanRecord plan, ReviewDocument shown, Statement statement, CancellationToken cancellationToken)
    {
        if (OpenFault(plan, statement.Type) is { } closed)
        {
            return closed;
        }

        if (ReuseFault(plan, statement) is { } used)
        {
            return used;
        }

        var now = parts.Clock.GetUtcNow();
        if ((statement.IssuedAt - now).Duration() > ClockTolerance)
        {
            return new Refusal(
                RefusalCode.ClockBehind,
                "issued_at",
                $"the statement is of {statement["issued_at"]} and the clock here says {UtcTime.Format(now)}; set the clock right that is wrong");
        }

        if (statement.Time("expires_at") > LatestEnd(plan, now + ClockTolerance))
        {
            return new Refusal(
                RefusalCode.Mismatch,
                "expires_at",
                $"an approval may hold until {UtcTime.Format(LatestEnd(plan, now))} and no longer; look at the plan again");
        }

        if (!(await TermsAsync(plan, cancellationToken)).TryGet(out var current, out var refusal))
        {
            return refusal;
        }

        var fault = await check.HeadFaultAsync(statement.AuditHead, cancellationToken)
            ?? Says(shown, statement) ?? current.Terms.Fault(statement) ?? check.PersonFault(statement.Approver);
        return fault is not null ? fault : new Append
        {
            Reads = [current.Governance],
            Events =
            [
                PlanEvents.StatementIssued(
                    plan.Id, statement.Type.Name, statement.Approver, statement.Digest, shown.ObservedDigest, shown.Digest),
            ],
            Blobs = [statement.Bytes, shown.Bytes, CanonicalJson.Write(shown.Observed)],
            RefuseClockBehind = true,
        };
    }

    private async Task<Result<Append>> DecideCountersignAsync(
        PlanRecord plan, Sha256Digest digest, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (plan.Issued.FirstOrDefault(one => one.Statement == digest) is not { } issued)
        {
            return Refusal.Of(
                RefusalCode.WrongStatus,
                $"statement `{digest}` was not issued for plan `{plan.Id}`, or came back already; look at the plan again and sign what is issued then");
        }

        if (!(await parts.Store.ReadBlobAsync(digest, cancellationToken)).TryGet(out var bytes, out var refusal)
            || !Statement.TryRead(bytes).TryGet(out var statement, out refusal))
        {
            return refusal;
        }

        if (OpenFault(plan, statement.Type) is { } closed)
        {
            return closed;
        }

        var now = parts.Clock.GetUtcNow();
        if (now >= statement.Time("expires_at"))
        {
            return new Refusal(
                RefusalCode.WrongStatus, "expires_at", $"what was signed lapsed at {statement["expires_at"]}; look at the plan again and sign anew");
        }

        if (!check.Verify(statement, signature).TryGet(out var proof, out refusal)
            || !(await TermsAsync(plan, cancellationToken)).TryGet(out var current, out refusal))
        {
            return refusal;
        }

        if ((current.Terms.Fault(statement) ?? check.PersonFault(statement.Approver)) is { } fault)
        {
            return fault;
        }

        var by = StatementCheck.By(statement, signature, proof);
        var expires = statement.Time("expires_at");
        var isDeviceBound = proof.Signature?.IsDeviceBound ?? false;
        var counted = new Countersignature(
            by.Person, by.Statement, by.Signature, by.Key, by.Assurance, isDeviceBound, by.Reason, issued.Observed, issued.At, now, expires, Drift: null);
        ImmutableArray<JsonObject> approved = [];
        if (statement.Type == StatementType.Drift)
        {
            if (await DriftFaultAsync(plan, new CheckedDrift(new AcceptedDrift(by.Statement, by.Signature, issued.At, now), statement, proof.Signature), current, cancellationToken) is { } less)
            {
                return less;
            }
        }
        else if (!(await ApprovedAsync(plan, counted, current, cancellationToken)).TryGet(out approved, out refusal))
        {
            return refusal;
        }

        return new Append
        {
            Reads = [current.Governance],
            Events = [PlanEvents.Countersigned(plan.Id, by, isDeviceBound, expires), .. approved],

            // the listing comes with the entry that names it: without one a check of the ledger calls it a remainder
            Blobs =
            [
                .. signature.IsEmpty ? (IEnumerable<ReadOnlyMemory<byte>>)[] : [signature],
                .. approved.IsEmpty ? (IEnumerable<ReadOnlyMemory<byte>>)[] : [CanonicalJson.Write(StageEffects.Listing(current.Stages))],
            ],
            RefuseClockBehind = true,
        };
    }

    /// <summary>
    /// Why a difference cannot be accepted in this way: the approval that it belongs to does not hold, or a rule that counts the approval
    /// would not count the two together. Else the plan would wait, approved, for a run that the gate refuses.
    /// </summary>
    private async Task<Refusal?> DriftFaultAsync(PlanRecord plan, CheckedDrift drift, CurrentTerms current, CancellationToken cancellationToken)
    {
        var before = plan.Countersignatures.First(one => one.Approver == drift.Statement.Approver);
        if (!(await standing.ApprovalAsync(before, current.Terms, cancellationToken)).TryGet(out var approved, out var refusal))
        {
            return refusal;
        }

        var uncounted = parts.Rules.Evaluate(plan, current.Stages, [approved.Counted]).Rules.SelectMany(Lacking).Select(static one => one.Rule).ToHashSet(StringComparer.Ordinal);
        var less = parts.Rules.Evaluate(plan, current.Stages, [(approved with { Drift = drift }).Counted]).Rules
            .SelectMany(Lacking).Where(one => !uncounted.Contains(one.Rule)).ToList();
        return less is [var (rule, why), ..]
            ? Refusal.Of(
                RefusalCode.Quorum,
                $"the difference is not accepted as the rule `{rule}` asks for: `{before.Approver}` {why}; sign it as you signed the approval")
            : null;

        IEnumerable<(string Rule, string Why)> Lacking(RuleAnswer answer) =>
            answer.NotCounted.Where(one => one.Person == before.Approver).Select(one => (answer.Rule, one.Why));
    }

    /// <summary>
    /// The quorum's entry where this countersignature makes it; none where others are missing. Refused where it would count for no rule,
    /// so that whoever signed learns it now and not when others have signed too. The others count by what they prove today: a quorum of
    /// some that are void by now would never pass the gate, and an approved plan cannot be countersigned anew.
    /// </summary>
    private async Task<Result<ImmutableArray<JsonObject>>> ApprovedAsync(
        PlanRecord plan, Countersignature newest, CurrentTerms current, CancellationToken cancellationToken)
    {
        var others = plan.Countersignatures.Where(one => one.Approver != newest.Approver);
        if (!(await standing.OfAsync(others, current.Terms, cancellationToken)).TryGet(out var earlier, out var unread))
        {
            return unread;
        }

        ImmutableArray<Countersignature> counted = [.. earlier.Held, newest];
        var answer = parts.Rules.Evaluate(plan, current.Stages, counted);
        if (answer.Refusal is { } nobody)
        {
            return nobody;
        }

        var reasons = answer.Rules.Select(rule => rule.NotCounted.FirstOrDefault(one => one.Person == newest.Approver)?.Why).ToList();
        if (reasons.TrueForAll(static why => why is not null))
        {
            return Refusal.Of(
                RefusalCode.Quorum,
                $"the approval of `{newest.Approver}` counts for no rule: `{newest.Approver}` {string.Join(", and ", reasons.Distinct())}; `interlock rules explain {plan.Id}` says whose would");
        }

        if (!answer.IsMet)
        {
            return ImmutableArray<JsonObject>.Empty;
        }

        var least = counted.Min(one => AssuranceWords.Parse(one.Assurance) ?? Assurance.None).Word();
        return ImmutableArray.Create(PlanEvents.Approved(plan, counted, least, current.Terms.Effects, counted.Min(one => one.ExpiresAt)));
    }

    /// <summary>
    /// Why a statement cannot be issued where it stands: it waits or came back already, or it accepts a difference from something that its
    /// signer did not approve. The lifecycle takes no such entry, and one that stood in the ledger would end it for every reader.
    /// </summary>
    private static Refusal? ReuseFault(PlanRecord plan, Statement statement)
    {
        if (plan.Issued.Any(one => one.Statement == statement.Digest)
            || plan.Countersignatures.Any(one => one.Statement == statement.Digest || one.Drift?.Statement == statement.Digest))
        {
            return Refusal.Of(
                RefusalCode.Duplicate, $"statement `{statement.Digest}` was issued already; sign that one, or look at the plan again for a new one");
        }

        if (statement.Type != StatementType.Drift)
        {
            return null;
        }

        return plan.Countersignatures.FirstOrDefault(one => one.Approver == statement.Approver) is not { } before
                ? new Refusal(
                    RefusalCode.WrongStatus,
                    "approver",
                    $"`{statement.Approver}` has not approved plan `{plan.Id}`; only who approved can accept a difference")
            : statement.DigestOf("base_statement") != before.Statement
                ? new Refusal(
                    RefusalCode.Mismatch,
                    "base_statement",
                    $"the difference is from another approval than that of `{statement.Approver}`; look at the plan again and sign anew")
            : null;
    }

    private Refusal? OpenFault(PlanRecord plan, StatementType type)
    {
        var (status, what) = type == StatementType.Approval ? (PlanStatus.Proposed, "only a proposed plan can be approved")
            : type == StatementType.Drift ? (PlanStatus.Approved, "only of an approved plan can a difference be accepted")
            : (PlanStatus.Unknown, $"a statement of type `{type}` approves nothing");
        return plan.Status != status ? Refusal.Of(RefusalCode.WrongStatus, $"plan `{plan.Id}` is {plan.Status.Word()}; {what}")

            // of the plan as it stands now, not as it was shown: a person may look for an hour
            : parts.Decisions.IsOverdue(plan)
                ? Refusal.Of(RefusalCode.Expired, $"plan `{plan.Id}` expired at {UtcTime.Format(plan.ExpiresAt)}; ask the agent to propose it again")
            : null;
    }

    /// <summary>The proposal's end bounds the approval too: nobody meant a plan to run later than its proposal could have waited.</summary>
    private DateTimeOffset LatestEnd(PlanRecord plan, DateTimeOffset now)
    {
        var lapses = now + parts.Options.ApprovalLifetime;
        return lapses < plan.ExpiresAt ? lapses : plan.ExpiresAt;
    }

    /// <summary>Whether a statement says what the document shows: it is made again from it.</summary>
    private static Refusal? Says(ReviewDocument shown, Statement statement)
    {
        var again = statement.Type == StatementType.Approval
            ? shown.Approve(statement.Approver, statement.Reason, statement.IssuedAt, statement.Time("expires_at"))
            : shown.AcceptDrift(statement.DigestOf("base_statement"), statement.Approver, statement.Reason, statement.IssuedAt, statement.Time("expires_at"));
        return !again.TryGet(out var made, out var refusal) ? refusal
            : statement.Type.Fields.FirstOrDefault(field => CanonicalJson.Hash(made.Json[field.Name] ?? JsonNull.Instance) != CanonicalJson.Hash(statement.Json[field.Name] ?? JsonNull.Instance)) is { } other
                ? new Refusal(
                    RefusalCode.Mismatch, other.Name, $"the statement has another `{other.Name}` than the document that was shown; look at the plan again")
            : null;
    }

    /// <summary>What a statement has to say today, computed from the body, the catalog, the policy and the signers of this process.</summary>
    private async Task<Result<CurrentTerms>> TermsAsync(PlanRecord plan, CancellationToken cancellationToken)
    {
        // policy and catalog decide what is approved, so the configuration that they came from is compared
        var current = await Governance.CurrentAsync(parts.Store, parts.Governing, cancellationToken);
        if (!current.TryGet(out var governance, out var refusal)
            || !(await parts.Plans.ReadBodyAsync(plan, cancellationToken)).TryGet(out var body, out refusal))
        {
            return refusal;
        }

        var validation = parts.Validator.ValidateBody(body);
        if (!validation.Approvable || validation.Effects is not { } stages)
        {
            return Refusal.Of(RefusalCode.Invalid, "the plan does not validate under today's policy; reject it and have it proposed again");
        }

        return new CurrentTerms(
            ApprovalTerms.Of(plan, parts.Options.Catalog, stages, parts.Governing, governance.Instance),
            stages,
            new StreamVersion(StreamId.Governance, governance.Version));
    }

    /// <param name="Terms">What a statement has to say.</param>
    /// <param name="Stages">What the plan would do.</param>
    /// <param name="Governance">The stream that they were read from.</param>
    private sealed record CurrentTerms(ApprovalTerms Terms, ImmutableArray<StageEffects> Stages, StreamVersion Governance);
}
