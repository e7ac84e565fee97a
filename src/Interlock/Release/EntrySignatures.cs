using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Release;

/// <summary>
/// Whether a person stands behind an entry that says so: its statement and its signature are read as archived, and judged by the rules
/// and the keys of then. Whoever can write the ledger can append an entry whose chain holds; they cannot append one that is signed.
/// </summary>
internal sealed class EntrySignatures(BlobReader readBlob, PastRules rules)
{
    /// <summary>Judges the entries that change what decides.</summary>
    public GovernanceSignatures Changes { get; } = new(rules);

    /// <summary>Which statement an entry of a kind is, and in which field it names its person; null for entries that nobody signs.</summary>
    public static (StatementType Type, string Person)? SignedAs(LedgerEntry entry) => entry.Kind switch
    {
        EventKinds.Countersigned => (StatementType.Approval, "approver"),
        EventKinds.Rejected => (StatementType.Reject, "rejected_by"),
        EventKinds.Resolved => (StatementType.Resolution, "resolved_by"),
        EventKinds.ResumeCountersigned => (StatementType.Brake, "by"),
        EventKinds.GovernanceCountersigned => (StatementType.Governance, "by"),
        EventKinds.Erased => (StatementType.Erase, "by"),

        // to stop is the safe side: it needs no proof, but one that is there has to hold
        EventKinds.Stopped when entry.Event["signature"] is not null => (StatementType.Brake, "by"),
        _ => null,
    };

    /// <summary>Whether there is anything to judge about an entry.</summary>
    public static bool Judges(LedgerEntry entry) =>
        SignedAs(entry) is not null || entry.Kind is EventKinds.Configured or EventKinds.Recovered or EventKinds.Resumed;

    /// <summary>Why an entry is not what it says, be it used or only standing there; null where it is.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What held before it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Refusal?> FaultAsync(LedgerEntry entry, StateBefore before, CancellationToken cancellationToken) =>
        SignedAs(entry) is null
            ? StandingFaultAsync(entry, before, cancellationToken)
            : FaultAsync(entry, before.Governance, before.Plan, before.Tree, cancellationToken);

    /// <summary>Why an entry is not what it says; null where it is, or where nobody has to sign it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="governance">What decided when it was written.</param>
    /// <param name="plan">The plan that it is of; null where it is of none.</param>
    /// <param name="tree">The tree of the lines before it, or of more; null where only some lines are there, and what the signer saw cannot be compared.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Refusal?> FaultAsync(
        LedgerEntry entry, GovernanceState governance, PlanRecord? plan, MerkleTree? tree, CancellationToken cancellationToken)
    {
        if (SignedAs(entry) is not { } signed)
        {
            return null;
        }

        if (!(await rules.OfAsync(governance, cancellationToken)).TryGet(out var then, out var refusal))
        {
            return refusal;
        }

        if (entry.Event["statement"] is null && then.Unsigned)
        {
            return null;
        }

        if (!(await StatementAsync(entry, cancellationToken)).TryGet(out var statement, out refusal))
        {
            return refusal;
        }

        return Misfit(entry, signed, statement, governance, plan, tree) is { } misfit
            ? Forged(entry, misfit)
            : await SignatureFaultAsync(entry, statement, then, cancellationToken);
    }

    /// <summary>
    /// Why an entry that takes effect by standing in the ledger is not what it says; null for all others. An approval is judged when it is
    /// used, and what closes does no harm. But what frees locks, ends a stop or changes what decides, whoever can write the file could append.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What held before it; null before the genesis.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Refusal?> StandingFaultAsync(LedgerEntry entry, StateBefore? before, CancellationToken cancellationToken) =>
        before is null ? null : entry.Kind switch
        {
            EventKinds.Resolved or EventKinds.ResumeCountersigned or EventKinds.GovernanceCountersigned or EventKinds.Erased =>
                await FaultAsync(entry, before.Governance, before.Plan, before.Tree, cancellationToken),
            EventKinds.Configured => await Changes.ConfiguredFaultAsync(entry, before.Governance, cancellationToken),
            EventKinds.Recovered => await Changes.RecoveredFaultAsync(entry, before.Governance, before.Tree, cancellationToken),
            EventKinds.Resumed => await ResumeFaultAsync(entry, before.Governance, before.Brakes, cancellationToken),
            _ => null,
        };

    /// <summary>Why an emergency stop was not ended by those who had to agree; null where it was.</summary>
    /// <param name="entry">The entry that ends it.</param>
    /// <param name="governance">What decided when it was written.</param>
    /// <param name="brakes">The brakes before it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    private async Task<Refusal?> ResumeFaultAsync(
        LedgerEntry entry, GovernanceState governance, BrakeState brakes, CancellationToken cancellationToken)
    {
        if (!(await rules.OfAsync(governance, cancellationToken)).TryGet(out var then, out var refusal))
        {
            return refusal;
        }

        foreach (var resumer in brakes.Resumers)
        {
            if (await IsOfAnEarlierStopAsync(resumer, brakes, cancellationToken))
            {
                return Forged(resumer, "its statement was made before the stop that it would end");
            }
        }

        var decision = new ApprovalDecision(then.Approval, ApprovalDecision.PeopleOf(then.Signers, listed: null));
        return decision.Resume(brakes.Resumers.Select(one => one.Event.Text("by") ?? string.Empty)).IsMet
            ? null
            : Forged(entry, "those who agreed are not enough");
    }

    /// <summary>Which of those who ended a stop would be believed today: by the keys that this process loaded, whatever decided then.</summary>
    /// <param name="endedBy">Who countersigned its end.</param>
    /// <param name="today">What this process loaded.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<ImmutableArray<string>>> StillHoldAsync(
        ImmutableArray<LedgerEntry> endedBy, RulesThen today, CancellationToken cancellationToken)
    {
        var people = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in endedBy)
        {
            if (!(await StatementAsync(entry, cancellationToken)).TryGet(out var statement, out var refusal)
                || (refusal = await SignatureFaultAsync(entry, statement, today, cancellationToken)) is not null)
            {
                if (refusal.Code != RefusalCode.Corrupt)
                {
                    return refusal;
                }

                continue;
            }

            people.Add(statement.Approver);
        }

        return people.DrainToImmutable();
    }

    /// <summary>
    /// Whether somebody who would go on said so before the stop that is in force: whoever can write the ledger has every signature that was
    /// ever made, and an old one would end each new stop.
    /// </summary>
    private async Task<bool> IsOfAnEarlierStopAsync(LedgerEntry resumer, BrakeState brakes, CancellationToken cancellationToken) =>
        resumer.Event["statement"] is not null
        && !((await StatementAsync(resumer, cancellationToken)).TryGet(out var statement, out _)
            && brakes.Stop is { } stop
            && statement.AuditHead.Size > stop.Seq);

    private async Task<Result<Statement>> StatementAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (!Sha256Digest.TryParse(entry.Event.Text("statement"), out var digest))
        {
            return Forged(entry, "it names no statement");
        }

        return !(await readBlob(digest, cancellationToken)).TryGet(out var bytes, out var refusal) ? refusal
            : !Statement.TryRead(bytes).TryGet(out var statement, out refusal) ? Forged(entry, refusal.Message)
            : statement.Digest != digest ? Forged(entry, "its statement is another one")
            : statement;
    }

    private static string? Misfit(
        LedgerEntry entry, (StatementType Type, string Person) signed, Statement statement, GovernanceState governance, PlanRecord? plan, MerkleTree? tree)
    {
        var seen = statement.AuditHead;
        var isType = statement.Type == signed.Type || (signed.Type == StatementType.Approval && statement.Type == StatementType.Drift);
        return !isType ? $"its statement is of type `{statement.Type}`"
            : statement.Approver != entry.Event.Text(signed.Person) ? "its statement is another person's"
            : statement["instance"] != governance.Instance.ToString() ? "its statement is of another ledger, or of this one before it was restored"
            : statement.Json.Text("plan_id") is { } id && id != entry.Event.Text(EventKinds.PlanField) ? "its statement is of another plan"
            : statement.Json.Text("plan_id") is not null && (plan is null || statement["plan_hash"] != plan.Hash.ToString() || statement["nonce"] != plan.Nonce)
                ? "its statement is about another body or another proposal"
            : seen.Size > entry.Seq || (tree is not null && tree.RootAt(seen.Size) != seen.Root) ? "its statement was made when the ledger was another one"
            : entry.Kind switch
            {
                EventKinds.Resolved when statement["outcome"] != entry.Event.Text("outcome")
                    || statement["stage_id"] != entry.Event.Text("stage")
                    || statement["intent_digest"] != entry.Event.Text("effect_digest") => "its statement says something else",
                EventKinds.ResumeCountersigned when statement["action"] != "resume" || statement["scope"] != Statements.Everything => "its statement does not resume",
                EventKinds.GovernanceCountersigned when statement["old_digest"] != entry.Event.Text("old_digest")
                    || statement["new_digest"] != entry.Event.Text("new_digest") => "its statement says something else",
                EventKinds.Erased when statement["blob_digest"] != entry.Event.Text("digest") => "its statement is about another blob",
                EventKinds.Stopped when statement["action"] != "stop" => "its statement does not stop",
                _ => null,
            };
    }

    private async Task<Refusal?> SignatureFaultAsync(
        LedgerEntry entry, Statement statement, RulesThen then, CancellationToken cancellationToken)
    {
        if (!Sha256Digest.TryParse(entry.Event.Text("signature"), out var digest))
        {
            return then.Unsigned ? null : Forged(entry, "nobody signed it");
        }

        if (!(await readBlob(digest, cancellationToken)).TryGet(out var signature, out var refusal))
        {
            return refusal;
        }

        if (then.Signers is not { } signers)
        {
            return Forged(entry, "nobody was registered who could have signed it");
        }

        return !signers.Verify(signature.Span, statement.Bytes.Span, statement.Type.Namespace, statement.Approver, entry.At).TryGet(out var verified, out refusal)
            ? Forged(entry, refusal.Message)
            : verified.Fingerprint != entry.Event.Text("key") ? Forged(entry, "it names another key than signed it")
            : verified.Assurance.Word() != entry.Event.Text("assurance") ? Forged(entry, "it claims another assurance than its signature gives")

            // under two names one person would be counted as two
            : verified.Person != statement.Approver ? Forged(entry, $"`{statement.Approver}` is another name of `{verified.Person}`")
            : null;
    }

    private static Refusal Forged(LedgerEntry entry, string why) => Refusal.Of(
        RefusalCode.Corrupt,
        $"entry {entry.Seq} calls itself the `{entry.Kind}` of a person and is not: {why}; {(TakesEffectByStanding(entry.Kind) ? "nothing is released from this ledger" : "what it says is not proven")}, run `interlock fsck`");

    /// <summary>Whether <see cref="VerifiedLedger"/> judges a kind as it comes; the others are judged when they are used, and hold up no other plan.</summary>
    private static bool TakesEffectByStanding(string kind) =>
        kind is EventKinds.Resolved or EventKinds.ResumeCountersigned or EventKinds.GovernanceCountersigned or EventKinds.Erased or EventKinds.Resumed;
}
