using System.Security.Cryptography;

namespace Interlock.Signing.Crypto;

/// <summary>An Ed25519 private key. Its seed (RFC 8032, section 5.1.5) is wiped when it is disposed of.</summary>
internal sealed class Ed25519Key : IDisposable
{
    /// <summary>The length of a seed in bytes.</summary>
    public const int SeedSize = 32;

    private readonly byte[] seed;
    private readonly byte[] publicKey = new byte[Ed25519.PublicKeySize];

    // kept, since it holds the derived half: deriving it again costs as much as signing
    private readonly EvpKey key;

    /// <summary>The key of a seed; only where <see cref="Ed25519.Unavailable"/> says nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The seed is not <see cref="SeedSize"/> bytes long.</exception>
    public Ed25519Key(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedSize);
        this.seed = seed.ToArray();
        key = LibCrypto.PrivateKey(seed);
        if (key.IsInvalid || !LibCrypto.TryGetPublic(key, publicKey))
        {
            throw new CryptographicException("libcrypto did not take a seed of 32 bytes");
        }
    }

    /// <summary>The secret: 32 bytes.</summary>
    public ReadOnlySpan<byte> Seed => seed;

    /// <summary>The public half: 32 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => publicKey;

    /// <summary>Signs a message: always the same 64 bytes for the same message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        return LibCrypto.TrySign(key, message, signature)
            ? signature
            : throw new CryptographicException("libcrypto did not sign with a key that it took");
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(seed);
        key.Dispose();
    }
}
