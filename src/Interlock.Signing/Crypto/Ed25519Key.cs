using System.Security.Cryptography;

namespace Interlock.Signing.Crypto;

/// <summary>An Ed25519 private key. Its seed (RFC 8032, section 5.1.5) is wiped when it is disposed of.</summary>
internal sealed class Ed25519Key : IDisposable
{
    /// <summary>The length of a seed in bytes.</summary>
    public const int SeedSize = 32;

    // the seed, then the public half
    private readonly byte[] secret = new byte[SeedSize + Ed25519.PublicKeySize];

    /// <summary>The key of a seed; only where <see cref="Ed25519.Unavailable"/> says nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The seed is not <see cref="SeedSize"/> bytes long.</exception>
    public Ed25519Key(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedSize);
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Demand(Sodium.KeyPair(publicKey, secret, seed));
    }

    /// <summary>The secret: 32 bytes.</summary>
    public ReadOnlySpan<byte> Seed => secret.AsSpan(0, SeedSize);

    /// <summary>The public half: 32 bytes.</summary>
    public ReadOnlySpan<byte> PublicKey => secret.AsSpan(SeedSize);

    /// <summary>Signs a message: always the same 64 bytes for the same message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Demand(Sodium.Sign(signature, 0, message, (ulong)message.Length, secret));
        return signature;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(secret);

    private static void Demand(int answer)
    {
        if (answer != 0)
        {
            throw new CryptographicException("libsodium did not take a key of the right length");
        }
    }
}
