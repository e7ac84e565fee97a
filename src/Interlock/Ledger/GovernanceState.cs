using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>The governance stream, folded: which instance this is and what decided last.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Version">How many entries the stream holds.</param>
/// <param name="Configuration">The digest of everything that decides but the signers.</param>
/// <param name="PolicyDigest">The digest of the policy.</param>
/// <param name="SignersDigest">The digest of the signers.</param>
/// <param name="AllowedSigners">The digest of the archived <c>allowed_signers</c> file.</param>
/// <param name="Revoked">The digest of the archived revocation list.</param>
internal sealed record GovernanceState(
    InstanceId Instance,
    long Version,
    string Configuration,
    Sha256Digest PolicyDigest,
    Sha256Digest SignersDigest,
    Sha256Digest AllowedSigners,
    Sha256Digest Revoked)
{
    /// <summary>Whether a change of policy or signers takes a quorum of those who decide now.</summary>
    public bool IsLocked { get; init; }

    /// <summary>The entries of those who signed a change that has not come yet, or a recovery, oldest first.</summary>
    public ImmutableArray<LedgerEntry> Pending { get; init; } = [];

    /// <summary>The newest recovery; null in the first epoch. What was countersigned before it counts no more.</summary>
    public LedgerEntry? Recovery { get; init; }

    /// <summary>The digest of policy and signers: what a change of a locked governance is signed from.</summary>
    public Sha256Digest Digest => GovernanceDigests.Of(PolicyDigest, SignersDigest);

    /// <summary>
    /// The state as it will be once what a process loaded is recorded. The version stays: nothing has been appended yet, and it is still what
    /// an append compares.
    /// </summary>
    /// <param name="governing">What the process loaded.</param>
    public GovernanceState Recording(Governing governing) => Following(this, this with
    {
        Configuration = governing.Configuration,
        PolicyDigest = governing.PolicyDigest,
        SignersDigest = governing.SignersDigest,
        AllowedSigners = Sha256Digest.Of(governing.AllowedSigners.Span),
        Revoked = Sha256Digest.Of(governing.Revoked.Span),
        IsLocked = governing.IsLocked,
    });

    /// <summary>The state after an entry of the stream, whatever else that stream holds.</summary>
    /// <param name="state">The state before; null before the genesis.</param>
    /// <param name="entry">The entry.</param>
    public static Result<GovernanceState> Next(GovernanceState? state, LedgerEntry entry)
    {
        if (entry.Kind == EventKinds.Genesis != state is null)
        {
            return Illegal(entry, state is null ? "the stream does not begin with a genesis" : "it is a second genesis");
        }

        if (state is not null && entry.Kind == EventKinds.GovernanceCountersigned)
        {
            return state with { Version = state.Version + 1, Pending = state.Pending.Add(entry) };
        }

        return state is not null && entry.Kind == EventKinds.Recovered ? AfterRecovery(state, entry) : AfterChange(state, entry);
    }

    /// <summary>Folds the whole stream; null where it is empty.</summary>
    public static Result<GovernanceState>? Fold(ImmutableArray<LedgerEntry> entries)
    {
        GovernanceState? state = null;
        foreach (var entry in entries)
        {
            if (!Next(state, entry).TryGet(out state, out var refusal))
            {
                return refusal;
            }
        }

        return state is null ? null : (Result<GovernanceState>?)state;
    }

    private static Result<GovernanceState> AfterRecovery(GovernanceState state, LedgerEntry entry) =>
        RecoveryPoint.Of(entry.Event) is not { } point ? Illegal(entry, $"`{entry.Kind}` lacks a field")
        : point.Epoch != state.Instance.Epoch + 1 ? Illegal(entry, $"epoch {point.Epoch} cannot follow epoch {state.Instance.Epoch}")
        : state with
        {
            Instance = state.Instance with { Epoch = point.Epoch },
            Version = state.Version + 1,
            Pending = [],
            Recovery = entry,
        };

    private static Result<GovernanceState> AfterChange(GovernanceState? state, LedgerEntry entry)
    {
        // entries of an earlier build name the configuration alone
        if (entry.Event.Text("configuration") is not { } configuration
            || !TryDigest(entry, "policy_digest", out var policy)
            || !TryDigest(entry, "signers_digest", out var signers)
            || !TryDigest(entry, "allowed_signers", out var allowed)
            || !TryDigest(entry, "revoked_keys", out var revoked))
        {
            return Illegal(entry, $"`{entry.Kind}` lacks a field");
        }

        if (entry.Event["mode"] is not null && entry.Event.Text("mode") != Governing.Locked)
        {
            return Illegal(entry, $"`{entry.Kind}` has a `mode` that this program does not know");
        }

        var next = new GovernanceState(
            state?.Instance ?? new InstanceId(entry.Hash, 0), (state?.Version ?? 0) + 1, configuration, policy, signers, allowed, revoked)
        {
            IsLocked = entry.Event["mode"] is not null,
            Recovery = state?.Recovery,
        };
        return Following(state, next);
    }

    /// <summary>
    /// Signatures under a change stay good while what they change from is still in force, and they were judged by these very files: the
    /// digests of an open governance are only words, and who is in its files may be anybody.
    /// </summary>
    private static GovernanceState Following(GovernanceState? state, GovernanceState next) =>
        state is not null && state.Digest == next.Digest && state.IsLocked == next.IsLocked
            && state.AllowedSigners == next.AllowedSigners && state.Revoked == next.Revoked
                ? next with { Pending = state.Pending }
                : next with { Pending = [] };

    private static bool TryDigest(LedgerEntry entry, string field, out Sha256Digest digest)
    {
        digest = default;
        return entry.Event[field] is null || Sha256Digest.TryParse(entry.Event.Text(field), out digest);
    }

    private static Refusal Illegal(LedgerEntry entry, string why) =>
        Refusal.Of(RefusalCode.Corrupt, $"entry {entry.Seq} breaks the governance of the ledger: {why}; run `interlock fsck`");
}
