using System.Numerics;
using System.Security.Cryptography;

namespace Interlock.Signing.Keys;

/// <summary>An RSA public key of a size that is safe to accept, and signatures by its private half.</summary>
internal sealed class RsaNumbers
{
    /// <summary>The smallest modulus: NIST SP 800-57 part 1, table 2, gives it 128 bits of strength.</summary>
    public const int MinBits = 3_072;

    /// <summary>The largest modulus; OpenSSL takes none above, and each doubling makes verifying four times slower.</summary>
    public const int MaxBits = 16_384;

    private readonly KeyPool<RSA> keys;
    private readonly int modulusBytes;

    private RsaNumbers(RSAParameters parameters, int modulusBytes)
    {
        keys = new KeyPool<RSA>(() => RSA.Create(parameters));
        this.modulusBytes = modulusBytes;
    }

    /// <summary>Takes two magnitudes, big-endian without leading zeros.</summary>
    public static Result<RsaNumbers> Of(ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus)
    {
        var bits = new BigInteger(modulus, isUnsigned: true, isBigEndian: true).GetBitLength();
        if (bits is < MinBits or > MaxBits)
        {
            return Refusal.Of(
                RefusalCode.Forbidden, $"an RSA key of {bits} bits may not sign: {MinBits} to {MaxBits} may; make an `ssh-ed25519` key instead");
        }

        // OpenSSL takes no larger exponent with such a modulus
        if (exponent.Length > sizeof(ulong) || (exponent[^1] & 1) == 0 || exponent is [1] || (modulus[^1] & 1) == 0)
        {
            return Damaged();
        }

        var numbers = new RsaNumbers(new RSAParameters { Exponent = exponent.ToArray(), Modulus = modulus.ToArray() }, modulus.Length);
        try
        {
            numbers.keys.Return(numbers.keys.Take());
            return numbers;
        }
        catch (CryptographicException)
        {
            // how the base class library says that these are no key
            return Damaged();
        }
    }

    /// <summary>Whether an RSASSA-PKCS1-v1_5 signature (RFC 8332, section 3) holds; null where it has not the length of the modulus.</summary>
    public bool? Verify(ReadOnlySpan<byte> message, HashAlgorithmName hash, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != modulusBytes)
        {
            return null;
        }

        var key = keys.Take();
        var holds = key.VerifyData(message, signature, hash, RSASignaturePadding.Pkcs1);
        keys.Return(key);
        return holds;
    }

    private static Refusal Damaged() => Refusal.Of(RefusalCode.Malformed, "the RSA key is damaged; copy the public key again");
}
