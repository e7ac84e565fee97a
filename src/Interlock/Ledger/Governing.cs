using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// What decides in a process, as it loaded it: recorded in the governance stream, so that no process claims under another one than the
/// newest, and archived, so that an auditor can read years later by which rules and whose keys a plan was approved.
/// </summary>
internal sealed record Governing
{
    /// <summary>The value of <c>mode</c> in the entries of a locked governance; those of an open one lack the field.</summary>
    public const string Locked = "locked";

    /// <summary>The digest of everything that decides but the signers.</summary>
    public required string Configuration { get; init; }

    /// <summary>The policy: rules, groups, freezes, invariants, opt-outs. Not the definitions of actions and probes.</summary>
    public JsonObject Policy { get; init; } = JsonObject.Empty;

    /// <summary>The digest of the signers; zeros where nobody is registered.</summary>
    public Sha256Digest SignersDigest { get; init; }

    /// <summary>The <c>allowed_signers</c> file.</summary>
    public ReadOnlyMemory<byte> AllowedSigners { get; init; }

    /// <summary>The revocation list.</summary>
    public ReadOnlyMemory<byte> Revoked { get; init; }

    /// <summary>The public half of the log key, as a verifier key of C2SP signed-note; null where the log is not signed.</summary>
    public string? LogKey { get; init; }

    /// <summary>Whether a change of this takes a quorum of those who decide by it.</summary>
    public bool IsLocked { get; init; }

    /// <summary>The digest of policy and signers: what a change of a locked governance is signed from and to.</summary>
    public Sha256Digest Digest => GovernanceDigests.Of(PolicyDigest, SignersDigest);

    /// <summary>The digest of <see cref="Policy"/>.</summary>
    public Sha256Digest PolicyDigest => CanonicalJson.Hash(Policy);

    /// <summary>The blobs that its entries name.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Blobs => [CanonicalJson.Write(Policy), AllowedSigners, Revoked];

    /// <summary>The fields of its entries.</summary>
    public ImmutableArray<(string Name, JsonValue? Value)> Fields =>
    [
        ("configuration", Configuration),
        ("mode", IsLocked ? Locked : null),
        ("policy_digest", PolicyDigest.ToString()),
        ("signers_digest", SignersDigest.ToString()),
        ("policy", PolicyDigest.ToString()),
        ("allowed_signers", Sha256Digest.Of(AllowedSigners.Span).ToString()),
        ("revoked_keys", Sha256Digest.Of(Revoked.Span).ToString()),
    ];

    /// <summary>Whether the newest entry of the stream says the same.</summary>
    public bool IsWhat(GovernanceState recorded) =>
        recorded.Configuration == Configuration && recorded.PolicyDigest == PolicyDigest && recorded.SignersDigest == SignersDigest && recorded.IsLocked == IsLocked;
}
