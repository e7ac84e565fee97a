using Interlock.Canonical;

namespace Interlock.Signing.Keys;

/// <summary>
/// A public key that may sign, parsed from its blob. There is one blob for each key, since every field has one spelling, so keys are
/// the same where their fingerprints are.
/// </summary>
internal abstract class SshPublicKey
{
    private SshPublicKey(string type, ReadOnlySpan<byte> blob)
    {
        Type = type;
        Blob = blob.ToArray();
        Digest = Sha256Digest.Of(blob);
    }

    /// <summary>Its type on the wire.</summary>
    public string Type { get; }

    /// <summary>The whole of it on the wire.</summary>
    public ReadOnlyMemory<byte> Blob { get; }

    /// <summary>SHA-256 of <see cref="Blob"/>.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>As <c>ssh-keygen -l</c> prints it: <c>SHA256:</c> and 43 characters.</summary>
    public string Fingerprint => FingerprintOf(Digest);

    /// <summary>The same of a digest.</summary>
    public static string FingerprintOf(Sha256Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Sha256Digest.Size];
        digest.CopyTo(bytes);
        return "SHA256:" + Convert.ToBase64String(bytes).TrimEnd('=');
    }

    /// <summary>RFC 8709.</summary>
    public sealed class Ed25519(ReadOnlySpan<byte> blob, ReadOnlySpan<byte> point) : SshPublicKey(KeyTypes.Ed25519, blob)
    {
        /// <summary>32 bytes.</summary>
        public ReadOnlyMemory<byte> Point { get; } = point.ToArray();
    }

    /// <summary>RFC 5656.</summary>
    public sealed class Ecdsa(ReadOnlySpan<byte> blob, EcPoint point) : SshPublicKey(point.Curve.KeyType, blob)
    {
        /// <summary>A point of its curve.</summary>
        public EcPoint Point { get; } = point;
    }

    /// <summary>RFC 4253, section 6.6.</summary>
    public sealed class Rsa(ReadOnlySpan<byte> blob, RsaNumbers numbers) : SshPublicKey(KeyTypes.Rsa, blob)
    {
        /// <summary>Its modulus and exponent.</summary>
        public RsaNumbers Numbers { get; } = numbers;
    }

    /// <summary>A FIDO key: PROTOCOL.u2f.</summary>
    public abstract class Fido : SshPublicKey
    {
        private protected Fido(string type, ReadOnlySpan<byte> blob, string application)
            : base(type, blob) => Application = application;

        /// <summary>What it was made for: <c>ssh:</c>, or the relying party of a passkey, <c>example.org</c>.</summary>
        public string Application { get; }
    }

    /// <summary>Ed25519 in an authenticator.</summary>
    public sealed class FidoEd25519(ReadOnlySpan<byte> blob, ReadOnlySpan<byte> point, string application)
        : Fido(KeyTypes.SkEd25519, blob, application)
    {
        /// <summary>32 bytes.</summary>
        public ReadOnlyMemory<byte> Point { get; } = point.ToArray();
    }

    /// <summary>ECDSA on P-256 in an authenticator: a key of <c>ssh-keygen</c>, or a passkey.</summary>
    public sealed class FidoEcdsa(ReadOnlySpan<byte> blob, EcPoint point, string application)
        : Fido(KeyTypes.SkEcdsa, blob, application)
    {
        /// <summary>A point of P-256.</summary>
        public EcPoint Point { get; } = point;
    }
}
