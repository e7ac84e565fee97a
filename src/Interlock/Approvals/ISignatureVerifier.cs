using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Approvals;

/// <summary>
/// Who may sign, and whether a signature is theirs: an OpenSSH <c>allowed_signers</c> file and a revocation list, read once and
/// never changed after. The core decides by it and parses no key itself; <c>Interlock.Signing</c> implements it.
/// </summary>
public interface ISignatureVerifier
{
    /// <summary>The digest of the set: <c>signers_digest</c> of statements. Two sets with the same digest accept the same signatures.</summary>
    Sha256Digest Digest { get; }

    /// <summary>The keys, in the order of the file.</summary>
    ImmutableArray<RegisteredKey> Keys { get; }

    /// <summary>The <c>allowed_signers</c> file as it was read, to be archived.</summary>
    ReadOnlyMemory<byte> AllowedSigners { get; }

    /// <summary>The revocation list as it was read, to be archived; empty where there is none.</summary>
    ReadOnlyMemory<byte> Revoked { get; }

    /// <summary>Checks a detached signature.</summary>
    /// <param name="signature">The armoured SSHSIG.</param>
    /// <param name="message">The exact bytes that were signed.</param>
    /// <param name="namespace">The namespace that the signature must carry, <c>interlock-&lt;type&gt;-v1</c>.</param>
    /// <param name="person">Whose signature it must be.</param>
    /// <param name="at">The time at which the key must be valid: <c>valid-after</c> is inclusive, <c>valid-before</c> exclusive.</param>
    /// <returns>What was proven; refused where anything is not as it must be, never thrown.</returns>
    Result<VerifiedSignature> Verify(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, string @namespace, string person, DateTimeOffset at);
}

/// <summary>A key of a person.</summary>
/// <param name="Person">The first principal of its line: who it is.</param>
/// <param name="Fingerprint"><c>SHA256:</c> and 43 characters of base64, as <c>ssh-keygen -l</c> prints it.</param>
/// <param name="KeyType">Its type on the wire, <c>ssh-ed25519</c>.</param>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="ValidAfter">From when it may sign; null for always.</param>
/// <param name="ValidBefore">Until when it may sign; null for ever.</param>
/// <param name="IsRevoked">Whether the revocation list names it.</param>
/// <param name="Comment">What stands behind the key, for people.</param>
public sealed record RegisteredKey(
    string Person,
    string Fingerprint,
    string KeyType,
    int Line,
    DateTimeOffset? ValidAfter,
    DateTimeOffset? ValidBefore,
    bool IsRevoked,
    string Comment)
{
    /// <summary>All names by which the person may sign; the first is <see cref="Person"/>.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>The patterns of the namespaces in which it may sign; null for all.</summary>
    public string? Namespaces { get; init; }

    /// <summary>Whether it lives in an authenticator that asks for a touch.</summary>
    public bool IsHardware => KeyType.StartsWith("sk-", StringComparison.Ordinal);

    /// <summary>Whether it may sign at a time and was not revoked.</summary>
    /// <param name="at">The time.</param>
    public bool IsValidAt(DateTimeOffset at) => !IsRevoked && !(at < ValidAfter) && !(at >= ValidBefore);
}

/// <summary>How much stands behind a signature. More is greater. Zero is nothing.</summary>
public enum Assurance
{
    /// <summary>No signature.</summary>
    None = 0,

    /// <summary>A key in software: a program that can use it can sign unattended.</summary>
    Key,

    /// <summary>A FIDO authenticator on which somebody was present (touched it).</summary>
    Hardware,

    /// <summary>A FIDO authenticator that also verified its user, by PIN or by body.</summary>
    HardwareVerified,
}

/// <summary>A signature that holds.</summary>
/// <param name="Person">Whose it is.</param>
/// <param name="Fingerprint">By which key.</param>
/// <param name="Assurance">How much stands behind it.</param>
/// <param name="IsDeviceBound">Whether the key cannot leave its authenticator: false for software keys and for passkeys that are synchronised.</param>
public sealed record VerifiedSignature(string Person, string Fingerprint, Assurance Assurance, bool IsDeviceBound);
