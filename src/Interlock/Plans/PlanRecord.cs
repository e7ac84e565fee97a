using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Plans;

/// <summary>
/// All that is known of a plan: the fold of its stream. Never stored. Only <see cref="PlanLifecycle"/> makes a new one.
/// </summary>
public sealed record PlanRecord
{
    internal PlanRecord()
    {
    }

    /// <summary>The plan.</summary>
    public required PlanId Id { get; init; }

    /// <summary>The hash of its body; the body is the blob of this digest.</summary>
    public required PlanHash Hash { get; init; }

    /// <summary>The agent that proposed it.</summary>
    public required string Agent { get; init; }

    /// <summary>Who answers for that agent; null where nobody is named.</summary>
    public string? AgentOwner { get; init; }

    /// <summary>What the agent says the plan is for, shortened to what an entry holds.</summary>
    public required string Intent { get; init; }

    /// <summary>When it was proposed.</summary>
    public required DateTimeOffset ProposedAt { get; init; }

    /// <summary>When the proposal, and since its approval the approval, runs out. Expiry itself is an entry.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The proposal's random challenge, repeated by every statement about it: 32 lower-case hexadecimal digits.</summary>
    public required string Nonce { get; init; }

    /// <summary>A plan that this one carries on from.</summary>
    public PlanId? Continues { get; init; }

    /// <summary>A plan that this one takes the place of.</summary>
    public PlanId? Supersedes { get; init; }

    /// <summary>Where it stands.</summary>
    public PlanStatus Status { get; init; }

    /// <summary>Why it was rejected or halted, as a stable word; null elsewhere.</summary>
    public string? Code { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Who ended it before its run, and when; null unless it is rejected.</summary>
    public PlanRejection? Rejection { get; init; }

    /// <summary>The statements that were written for people to sign and have not come back yet.</summary>
    public ImmutableArray<IssuedStatement> Issued { get; init; } = [];

    /// <summary>What people have said for it so far: one countersignature a person, the newest, without those that lapsed.</summary>
    public ImmutableArray<Countersignature> Countersignatures { get; init; } = [];

    /// <summary>Its approval, once the quorum was reached.</summary>
    public PlanApproval? Approval { get; init; }

    /// <summary>Who asked for its execution, while the executor has not answered.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Why the last request was refused; null when none was or another came since.</summary>
    public string? RequestRefused { get; init; }

    /// <summary>The <c>seq</c> of its <c>execution-start</c>; null before the claim.</summary>
    public long? ClaimedBy { get; init; }

    /// <summary>The checkpoint, covering the claim, that witnesses hold; null where none was waited for, or not yet.</summary>
    public TreeHead? Witnessed { get; init; }

    /// <summary>What each stage of the run came to, in order; stages not reached are absent.</summary>
    public ImmutableArray<StageRecord> Stages { get; init; } = [];

    /// <summary>An intent that has no outcome yet.</summary>
    public StageIntent? OpenIntent { get; init; }

    /// <summary>The idempotency keys of every intent so far: no key is ever dispatched twice.</summary>
    internal ImmutableHashSet<string> Keys { get; init; } = [];

    /// <summary>The resources whose locks the plan holds, as <c>kind:id</c>.</summary>
    public ImmutableArray<string> Locks { get; init; } = [];

    /// <summary>What a person recorded about the stage in doubt: <c>happened</c>, <c>did_not</c>, <c>unknown</c>.</summary>
    public string? Resolution { get; init; }

    /// <summary>How many entries its stream holds: what compare-and-append compares.</summary>
    public long Version { get; init; }

    /// <summary>When its newest entry was appended.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Whether a person still has to say what happened to a stage.</summary>
    public bool AwaitsResolution => Status == PlanStatus.Halted && Code == HaltCode.InDoubt.Word && Resolution is null;

    /// <summary>Whether nothing more can happen to the plan.</summary>
    public bool HasEnded => Status is PlanStatus.Halted or PlanStatus.Executed or PlanStatus.Rejected or PlanStatus.Expired;
}

/// <summary>The end of a plan that did not run, as the ledger holds it; <see cref="PlanRecord.Code"/> says of what sort.</summary>
/// <param name="By">
/// The person who rejected it, the agent that withdrew it, or the id of the plan that took its place.
/// </param>
/// <param name="At">When.</param>
public sealed record PlanRejection(string By, DateTimeOffset At);

/// <summary>An approval as the ledger holds it.</summary>
/// <param name="By">Who approved, by name, joined by a comma and a space.</param>
/// <param name="At">When the quorum was reached.</param>
/// <param name="Assurance">The least of what stands behind the countersignatures; <c>none</c> where one is unsigned.</param>
/// <param name="Reason">Why, in the words of the first approver who gave a reason.</param>
/// <param name="EffectsDigest">What the approvers were shown that the plan would do.</param>
/// <param name="SchemaVersion">The schema version that was approved.</param>
/// <param name="Statements">The digests of the archived statements that made the quorum.</param>
public sealed record PlanApproval(
    string By,
    DateTimeOffset At,
    string Assurance,
    string? Reason,
    Sha256Digest EffectsDigest,
    string SchemaVersion,
    ImmutableArray<Sha256Digest> Statements);

/// <summary>What a stage of a run came to.</summary>
/// <param name="Id">The stage.</param>
/// <param name="Index">Its place in the plan, from 0.</param>
/// <param name="Action">Its action.</param>
/// <param name="Status"><c>running</c>, <c>committed</c> or one of the <c>halted-…</c> words.</param>
/// <param name="Detail">One line for people.</param>
public sealed record StageRecord(string Id, int Index, string Action, string Status, string Detail)
{
    /// <summary>Which checks held and saw something else than was approved, without the values; null for none.</summary>
    public string? Differs { get; init; }
}

/// <summary>What was about to be dispatched when the intent was written.</summary>
/// <param name="Stage">The stage's id.</param>
/// <param name="Index">Its place in the plan.</param>
/// <param name="Target">The effect's target within the stage.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="Effect">The digest of the exact effect.</param>
public sealed record StageIntent(string Stage, int Index, string Target, string Key, Sha256Digest Effect);
