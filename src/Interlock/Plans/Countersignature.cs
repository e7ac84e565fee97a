using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>A statement that was written for a person to sign.</summary>
/// <param name="Type">Its type: <c>approval</c> or <c>drift</c>.</param>
/// <param name="Approver">For whom.</param>
/// <param name="Statement">The digest of its archived bytes.</param>
/// <param name="Observed">The digest of what probes and previews saw when it was written.</param>
/// <param name="At">When, by the ledger: from here on they could look.</param>
public sealed record IssuedStatement(string Type, string Approver, Sha256Digest Statement, Sha256Digest Observed, DateTimeOffset At);

/// <summary>
/// What a person said for a plan, as the ledger holds it. The entry is a claim: whether statement and signature hold is asked by the
/// release gate, of the archived bytes.
/// </summary>
/// <param name="Approver">Who.</param>
/// <param name="Statement">The digest of the archived statement.</param>
/// <param name="Signature">The digest of the archived signature; null for an unsigned one.</param>
/// <param name="Key">The fingerprint of the key, <c>SHA256:…</c>; null for an unsigned one.</param>
/// <param name="Assurance">What stands behind it: <c>none</c>, <c>key</c>, <c>hardware</c>, <c>hardware-verified</c>.</param>
/// <param name="IsDeviceBound">Whether the key cannot leave its authenticator.</param>
/// <param name="Reason">Why, in their words; null where they gave no reason.</param>
/// <param name="Observed">The digest of what they saw, which a drift that they accepted replaces.</param>
/// <param name="IssuedAt">When the statement was issued.</param>
/// <param name="At">When it came back.</param>
/// <param name="ExpiresAt">When it lapses.</param>
/// <param name="Drift">The newest difference that they accepted; null for none.</param>
public sealed record Countersignature(
    string Approver,
    Sha256Digest Statement,
    Sha256Digest? Signature,
    string? Key,
    string Assurance,
    bool IsDeviceBound,
    string? Reason,
    Sha256Digest Observed,
    DateTimeOffset IssuedAt,
    DateTimeOffset At,
    DateTimeOffset ExpiresAt,
    AcceptedDrift? Drift);

/// <summary>A difference between what a person saw and what the world looks like, which they accepted.</summary>
/// <param name="Statement">The digest of the archived statement.</param>
/// <param name="Signature">The digest of the archived signature; null for an unsigned one.</param>
/// <param name="IssuedAt">When the statement was issued: from here on they could look.</param>
/// <param name="At">When it came back.</param>
public sealed record AcceptedDrift(Sha256Digest Statement, Sha256Digest? Signature, DateTimeOffset IssuedAt, DateTimeOffset At);
