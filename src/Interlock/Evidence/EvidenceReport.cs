using System.Collections.Immutable;
using System.Globalization;
using Interlock.Approvals;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Evidence;

/// <summary>What a bundle proves.</summary>
/// <param name="Plan">The plan, as its entries leave it.</param>
/// <param name="Checkpoint">The checkpoint under which they stand.</param>
/// <param name="LogKey">The key that signed it.</param>
/// <param name="People">What people said, in the order of the ledger.</param>
public sealed record EvidenceReport(PlanRecord Plan, SignedCheckpoint Checkpoint, NoteKey LogKey, ImmutableArray<EvidencePerson> People)
{
    /// <summary>What was proven, a sentence each, for people. Names and reasons are as they were written: escape them for a screen.</summary>
    public ImmutableArray<string> Proven =>
    [
        $"plan {Plan.Id} of the agent {Plan.Agent}: the body here is the one that was proposed, and hashes to {Plan.Hash}",
        .. People.Select(static person => person.Sentence),
        Plan.Approval is { } approval ? $"approved at {UtcTime.Format(approval.At)} by {approval.By}" : "it was never approved",
        Plan.Stages.IsEmpty && Plan.Status is not (PlanStatus.Executing or PlanStatus.Executed or PlanStatus.Halted)
            ? $"nothing of it ran; it is {Plan.Status.Word()}"
            : $"what ran is that body with the effects that were shown; it is {Plan.Status.Word()}",
        string.Create(
            CultureInfo.InvariantCulture,
            $"all its entries stand in the tree of {Checkpoint.Head.Size} entries with the root {Checkpoint.Head.Root}, which the key {LogKey} signed"),
    ];

    /// <summary>What no bundle can prove, a sentence each, for people.</summary>
    public static ImmutableArray<string> NotProven { get; } =
    [
        "that a key is that person's: compare the fingerprints with a list that you have from the people themselves",
        "that the log's key is the right one, and was in nobody else's hands: compare it with one that you have from elsewhere; whoever has it can sign another history",
        "that this is the only history: compare size and root with a checkpoint that you or a witness kept, `interlock prove --consistency OLD NEW` shows that it grew out of that one",
        "that nothing about this plan was left out by whoever holds the log's key: only the whole ledger shows that, `interlock export --tiles`",
        "that the quorum was enough: read the rules in the policy here, or ask `interlock fsck` of the ledger",
        "what happened outside: outcomes are what the engine saw and wrote down",
    ];
}

/// <summary>What somebody said.</summary>
/// <param name="Seq">The entry.</param>
/// <param name="At">When, by the ledger.</param>
/// <param name="Type">What.</param>
/// <param name="Person">Who.</param>
/// <param name="Key">The fingerprint of the key that signed; null where nothing was signed.</param>
/// <param name="Assurance">What stands behind it: <c>none</c>, <c>key</c>, <c>hardware</c>, <c>hardware-verified</c>.</param>
/// <param name="Reason">Why, in their words; null where they gave no reason.</param>
public sealed record EvidencePerson(
    long Seq, DateTimeOffset At, StatementType Type, string Person, string? Key, string Assurance, string? Reason)
{
    /// <summary>In a sentence.</summary>
    public string Sentence =>
        $"{Type} by {Person} at {UtcTime.Format(At)}, {(Key is null ? "UNSIGNED: nothing proves that they said so" : $"signed with {Key} (assurance: {Assurance})")}{(Reason is null ? "" : $": {Reason}")}";
}
