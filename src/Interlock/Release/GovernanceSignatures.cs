using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Policies;

namespace Interlock.Release;

/// <summary>
/// Whether a change of what decides, or a recovery, is carried by those who had to agree: by the signers and the requirement that were in
/// force before it. The entries of those who signed were judged one by one as they came; here they are counted.
/// </summary>
internal sealed class GovernanceSignatures(PastRules rules)
{
    /// <summary>Why a <c>configured</c> entry is not what it says; null where it is.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What decided before it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Refusal?> ConfiguredFaultAsync(LedgerEntry entry, GovernanceState before, CancellationToken cancellationToken)
    {
        if (!GovernanceState.Next(before, entry).TryGet(out var after, out var refusal))
        {
            return refusal;
        }

        return !before.IsLocked && !after.IsLocked
            ? null
            : await ArchiveFaultAsync(entry, after, cancellationToken)
                ?? (before.IsLocked && before.Digest != after.Digest
                    ? await QuorumFaultAsync(entry, before, before.Digest, after.Digest, cancellationToken)
                    : null);
    }

    /// <summary>Why a <c>recovered</c> entry is not what it says; null where it is.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What decided before it.</param>
    /// <param name="tree">The tree of the lines before it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Refusal?> RecoveredFaultAsync(
        LedgerEntry entry, GovernanceState before, MerkleTree tree, CancellationToken cancellationToken) =>
        RecoveryPoint.Of(entry.Event) is not { } point || point.Head.Size > entry.Seq || tree.RootAt(point.Head.Size) != point.Head.Root
            ? Uncarried(entry, "it goes on from entries that are not those before it")
            : await QuorumFaultAsync(entry, before, point.Old, point.New, cancellationToken);

    /// <summary>Whether those who signed are enough by the rules of a state.</summary>
    public async Task<Result<RuleAnswer>> AnswerAsync(
        GovernanceState state, IEnumerable<string> agreed, CancellationToken cancellationToken) =>
        (await rules.OfAsync(state, cancellationToken)).TryGet(out var then, out var refusal)
            ? new ApprovalDecision(then.Approval, PeopleOf(then)).Change(agreed)
            : refusal;

    /// <summary>The rules of a state.</summary>
    public Task<Result<RulesThen>> RulesOfAsync(GovernanceState state, CancellationToken cancellationToken) => rules.OfAsync(state, cancellationToken);

    /// <summary>The people who signed.</summary>
    public static ImmutableArray<string> People(ImmutableArray<LedgerEntry> signed) =>
        [.. signed.Select(static one => one.Event.Text("by") ?? string.Empty)];

    /// <summary>
    /// The entry's own words about what it archives are not covered by any signature: its mode and its files have to be those of the
    /// digests that are. Otherwise an entry that changes no digest could slip in another mode, or keys of a stranger.
    /// </summary>
    private async Task<Refusal?> ArchiveFaultAsync(LedgerEntry entry, GovernanceState after, CancellationToken cancellationToken) =>
        !(await rules.OfAsync(after, cancellationToken)).TryGet(out var then, out var refusal) ? refusal
        : (then.Approval.Governance.Mode == GovernanceMode.Locked) != after.IsLocked
            ? Uncarried(entry, "its mode is not that of the policy that it archives")
        : (then.Signers?.Digest ?? Sha256Digest.Zero) != after.SignersDigest
            ? Uncarried(entry, "the keys that it archives are not those of its `signers_digest`")
        : null;

    private async Task<Refusal?> QuorumFaultAsync(
        LedgerEntry entry, GovernanceState before, Sha256Digest old, Sha256Digest @new, CancellationToken cancellationToken)
    {
        var signed = GovernanceDigests.Signing(before.Pending, old, @new);
        return !(await AnswerAsync(before, People(signed), cancellationToken)).TryGet(out var answer, out var refusal) ? refusal
            : answer.IsMet ? null
            : Uncarried(entry, $"it needs {answer.Require} of those who decided before, and {signed.Length} signed it");
    }

    private static ImmutableArray<string>? PeopleOf(RulesThen then) => ApprovalDecision.PeopleOf(then.Signers, listed: null);

    private static Refusal Uncarried(LedgerEntry entry, string why) => Refusal.Of(
        RefusalCode.Corrupt,
        $"entry {entry.Seq}, `{entry.Kind}`, is not carried by those who have to agree to it: {why}; nothing is released from this ledger, run `interlock fsck`");
}
