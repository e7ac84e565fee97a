using System.Security.Cryptography;
using System.Text;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Signing.Crypto;
using Interlock.Signing.Keys;
using Interlock.Signing.Wire;

namespace Interlock.Signing.Sshsig;

/// <summary>
/// Whether a signature (RFC 4253, section 6.6: its algorithm, then what belongs to that) is that of a key over some bytes. The
/// algorithm must be one of the key's own; nothing may stand behind.
/// </summary>
internal static class SignatureCheck
{
    /// <summary>Checks.</summary>
    /// <param name="key">The key, a registered one.</param>
    /// <param name="signature">The signature's bytes.</param>
    /// <param name="signed">What must have been signed: <see cref="SshsigBlob.ToBeSigned"/>.</param>
    /// <param name="webAuthn">Where a browser may sign.</param>
    public static Result<SignatureStrength> Verify(
        SshPublicKey key, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> signed, WebAuthnOptions webAuthn)
    {
        var reader = new SshReader(signature);
        if (!reader.TryName(out var algorithm) || !reader.TryString(out var inner))
        {
            return Damaged();
        }

        if (key is SshPublicKey.Fido fido)
        {
            return algorithm == KeyTypes.WebAuthn && key is SshPublicKey.FidoEcdsa passkey
                ? WebAuthnCheck.Verify(passkey, inner, reader, signed, webAuthn)
                : algorithm == key.Type ? VerifyFido(fido, inner, reader, signed) : WrongAlgorithm(key, algorithm);
        }

        if (!reader.IsAtEnd)
        {
            return Damaged();
        }

        return key switch
        {
            SshPublicKey.Ed25519 ed25519 when algorithm == key.Type => Software(VerifyEd25519(ed25519.Point.Span, signed, inner)),
            SshPublicKey.Ecdsa ecdsa when algorithm == key.Type => Software(Held(ecdsa.Point.Verify(signed, ecdsa.Point.Curve.Hash, inner))),
            SshPublicKey.Rsa rsa when algorithm == KeyTypes.RsaSha256 => Software(Held(rsa.Numbers.Verify(signed, HashAlgorithmName.SHA256, inner))),
            SshPublicKey.Rsa rsa when algorithm == KeyTypes.RsaSha512 => Software(Held(rsa.Numbers.Verify(signed, HashAlgorithmName.SHA512, inner))),
            _ => WrongAlgorithm(key, algorithm),
        };
    }

    /// <summary>Why an answer of a key's mathematics is no good signature; null where it is one.</summary>
    public static Refusal? Held(bool? holds) => holds switch
    {
        null => Damaged(),
        false => Refusal.Of(
            RefusalCode.Mismatch, "the signature does not belong to these bytes: they or it were changed; look at the plan again and sign again"),
        true => null,
    };

    /// <summary>What cannot be read as a signature.</summary>
    public static Refusal Damaged() =>
        Refusal.Of(RefusalCode.Malformed, "the signature inside is damaged; sign again with `ssh-keygen -Y sign`");

    /// <summary>Nobody touched the authenticator. No option of a line can allow that.</summary>
    public static Refusal NobodyPresent() => Refusal.Of(
        RefusalCode.Forbidden,
        "the authenticator signed without a touch; make the key anew without `no-touch-required`, which is never accepted here, and touch it");

    private static Result<SignatureStrength> VerifyFido(
        SshPublicKey.Fido key, ReadOnlySpan<byte> inner, SshReader reader, ReadOnlySpan<byte> signed)
    {
        if (!reader.TryBytes(1 + sizeof(uint), out var flagsAndCounter) || !reader.IsAtEnd)
        {
            return Damaged();
        }

        // ssh has no place for extensions, so none may be claimed
        var flags = (AuthenticatorFlags)flagsAndCounter[0];
        if (flags.Contradict(hasExtensions: false))
        {
            return Damaged();
        }

        // a passkey is bound to its origin, which only the browser's way of signing shows
        if (!key.Application.StartsWith("ssh:", StringComparison.Ordinal))
        {
            return Refusal.Of(
                RefusalCode.Forbidden,
                $"a key for `{SafeText.Escape(key.Application, 64)}` is a passkey and signs in a browser only; make a key with `ssh-keygen -t ed25519-sk`");
        }

        byte[] original = [.. SHA256.HashData(Encoding.ASCII.GetBytes(key.Application)), .. flagsAndCounter, .. SHA256.HashData(signed)];
        var fault = key switch
        {
            SshPublicKey.FidoEd25519 ed25519 => VerifyEd25519(ed25519.Point.Span, original, inner),
            SshPublicKey.FidoEcdsa ecdsa => Held(ecdsa.Point.Verify(original, HashAlgorithmName.SHA256, inner)),
            _ => throw new InvalidOperationException("there is no third kind of FIDO key"),
        };
        if (fault is not null)
        {
            return fault;
        }

        return flags.Assurance() is { } assurance
            ? new SignatureStrength(assurance, flags.IsDeviceBound())
            : NobodyPresent();
    }

    private static Refusal? VerifyEd25519(ReadOnlySpan<byte> point, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length != Ed25519.SignatureSize ? Damaged()
        : Ed25519.Unavailable ?? Held(Ed25519.Verify(point, message, signature));

    private static Result<SignatureStrength> Software(Refusal? fault) =>
        fault is null ? new SignatureStrength(Assurance.Key, IsDeviceBound: false) : fault;

    private static Refusal WrongAlgorithm(SshPublicKey key, string algorithm) => Refusal.Of(
        RefusalCode.Forbidden,
        algorithm == KeyTypes.Rsa
            ? "`ssh-rsa` signs with SHA-1, which is broken; sign with an `ssh-keygen` or agent that offers `rsa-sha2-512`"
            : $"a key of type `{key.Type}` does not sign with `{SafeText.Escape(algorithm, 64)}`; sign again with `ssh-keygen -Y sign`");
}
