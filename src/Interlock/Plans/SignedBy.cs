using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>Who said something and what stands behind it, as an entry names it. The bytes themselves are blobs.</summary>
/// <param name="Person">Who.</param>
/// <param name="Statement">The digest of the archived statement.</param>
/// <param name="Signature">The digest of the archived signature; null for an unsigned one.</param>
/// <param name="Key">The fingerprint of the key, <c>SHA256:…</c>; null for an unsigned one.</param>
/// <param name="Assurance">What stands behind it: <c>none</c>, <c>key</c>, <c>hardware</c>, <c>hardware-verified</c>.</param>
/// <param name="Reason">Why, in their words; null where they gave no reason.</param>
internal sealed record SignedBy(
    string Person, Sha256Digest Statement, Sha256Digest? Signature, string? Key, string Assurance, string? Reason)
{
    /// <summary>The fields of every entry that a person stands behind, all but their name.</summary>
    public ReadOnlySpan<(string Name, JsonValue? Value)> Fields => new (string, JsonValue?)[]
    {
        ("statement", Statement.ToString()),
        ("signature", Signature is { } signature ? signature.ToString() : null),
        ("key", Key is null ? null : (JsonValue)Key),
        ("assurance", Assurance),
        ("reason", PlanEvents.Text(Reason)),
    };
}
