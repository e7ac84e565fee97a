using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>What decides by the ledger, what this process loaded, and who agreed that the one becomes the other.</summary>
/// <param name="Instance">Which ledger, in which epoch.</param>
/// <param name="Recorded">What decides.</param>
/// <param name="Here">What this process loaded.</param>
/// <param name="Answer">Who signed the change, and who is missing; by the rules of what decides.</param>
/// <param name="SignedBy">The entries of those who signed it, each person's newest.</param>
public sealed record GovernanceStanding(
    InstanceId Instance, GovernanceTerms Recorded, GovernanceTerms Here, RuleAnswer Answer, ImmutableArray<LedgerEntry> SignedBy)
{
    /// <summary>Whether policy and signers are those that decide.</summary>
    public bool IsUnchanged => Recorded.Digest == Here.Digest;
}

/// <summary>Policy and signers of one side.</summary>
/// <param name="IsLocked">Whether a change takes signatures.</param>
/// <param name="Digest">The digest of policy and signers, which a change is signed from and to.</param>
/// <param name="PolicyDigest">The digest of the policy.</param>
/// <param name="SignersDigest">The digest of the signers; zeros for none.</param>
/// <param name="Policy">Everything of the policy that decides.</param>
/// <param name="Approval">Who has to agree to what.</param>
/// <param name="Signers">Whose signatures count; null for nobody's.</param>
public sealed record GovernanceTerms(
    bool IsLocked,
    Sha256Digest Digest,
    Sha256Digest PolicyDigest,
    Sha256Digest SignersDigest,
    JsonObject Policy,
    ApprovalPolicy Approval,
    ISignatureVerifier? Signers);
