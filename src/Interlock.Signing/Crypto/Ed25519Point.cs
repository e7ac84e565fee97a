namespace Interlock.Signing.Crypto;

/// <summary>
/// Which public keys of Ed25519 are keys at all (RFC 8032, sections 5.1.2 and 5.1.3): 32 bytes, y little-endian below 2^255 - 19, in the
/// highest bit the sign of x. OpenSSL takes y modulo the prime, so a key would have two spellings, and it takes the eight points of small
/// order, under which one signature holds over every message.
/// </summary>
internal static class Ed25519Point
{
    private const byte Sign = 0x80;

    /// <summary>The y of the points whose order divides eight; each belongs to x and to -x.</summary>
    private static readonly byte[][] SmallOrder =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ];

    /// <summary>Whether a public key has its one spelling and is not of small order. Whether it is on the curve, verifying says.</summary>
    /// <param name="publicKey">32 bytes.</param>
    public static bool IsSound(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> y = stackalloc byte[Ed25519.PublicKeySize];
        publicKey.CopyTo(y);
        y[^1] &= unchecked((byte)~Sign);
        if (y[0] >= 0xed && y[^1] == 0x7f && !y[1..^1].ContainsAnyExcept((byte)0xff))
        {
            // not below the prime, whose bytes are ed ff … ff 7f
            return false;
        }

        foreach (var point in SmallOrder)
        {
            if (y.SequenceEqual(point))
            {
                return false;
            }
        }

        return true;
    }
}
