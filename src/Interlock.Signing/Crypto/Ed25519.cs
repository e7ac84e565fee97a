namespace Interlock.Signing.Crypto;

/// <summary>
/// Ed25519 (RFC 8032, section 5.1): public keys of 32 bytes, signatures of 64. Anything of another length, a signature whose S is not
/// below the order, a point that is not encoded canonically, a public key of small order and a signature whose R is of small order verify
/// as false. The equation is the one without the cofactor, as in OpenSSL and OpenSSH: what holds here holds there.
/// </summary>
public static class Ed25519
{
    /// <summary>The length of a public key in bytes.</summary>
    public const int PublicKeySize = 32;

    /// <summary>The length of a signature in bytes.</summary>
    public const int SignatureSize = 64;

    /// <summary>Why there is no Ed25519 here (its library is not beside the program); null where there is.</summary>
    public static Refusal? Unavailable => Sodium.Fault();

    /// <summary>
    /// Whether a signature is that of a key over a message. Where <see cref="Unavailable"/> says why not, nothing verifies.
    /// </summary>
    /// <param name="publicKey">The public key; of <see cref="PublicKeySize"/> bytes, or nothing verifies.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">The signature; of <see cref="SignatureSize"/> bytes, or it does not verify.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        publicKey.Length == PublicKeySize
        && signature.Length == SignatureSize
        && Ed25519Point.IsSound(publicKey)
        && Unavailable is null
        && Sodium.Verify(signature, message, (ulong)message.Length, publicKey) == 0;
}
