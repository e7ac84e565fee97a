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
    /// <summary>The state after an entry of the stream, whatever else that stream holds.</summary>
    /// <param name="state">The state before; null before the genesis.</param>
    /// <param name="entry">The entry.</param>
    public static Result<GovernanceState> Next(GovernanceState? state, LedgerEntry entry)
    {
        if (entry.Kind == EventKinds.Genesis != state is null)
        {
            return Illegal(entry, state is null ? "the stream does not begin with a genesis" : "it is a second genesis");
        }

        // entries of an earlier build name the configuration alone
        if (entry.Event.Text("configuration") is not { } configuration
            || !Digest(entry, "policy_digest", out var policy)
            || !Digest(entry, "signers_digest", out var signers)
            || !Digest(entry, "allowed_signers", out var allowed)
            || !Digest(entry, "revoked_keys", out var revoked))
        {
            return Illegal(entry, $"`{entry.Kind}` lacks a field");
        }

        return state is null
            ? new GovernanceState(new InstanceId(entry.Hash, 0), 1, configuration, policy, signers, allowed, revoked)
            : state with
            {
                Version = state.Version + 1,
                Configuration = configuration,
                PolicyDigest = policy,
                SignersDigest = signers,
                AllowedSigners = allowed,
                Revoked = revoked,
            };
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

    private static bool Digest(LedgerEntry entry, string field, out Sha256Digest digest)
    {
        digest = default;
        return entry.Event[field] is null || Sha256Digest.TryParse(entry.Event.Text(field), out digest);
    }

    private static Refusal Illegal(LedgerEntry entry, string why) =>
        Refusal.Of(RefusalCode.Corrupt, $"entry {entry.Seq} breaks the governance of the ledger: {why}; run `interlock fsck`");
}
