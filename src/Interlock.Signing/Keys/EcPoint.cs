using System.Security.Cryptography;
using Interlock.Signing.Wire;

namespace Interlock.Signing.Keys;

/// <summary>A point that is on its curve, and signatures by its private half.</summary>
internal sealed class EcPoint
{
    private const byte Uncompressed = 0x04;

    private readonly KeyPool<ECDsa> keys;

    private EcPoint(NistCurve curve, ECParameters parameters)
    {
        Curve = curve;
        keys = new KeyPool<ECDsa>(() => ECDsa.Create(parameters));
    }

    public NistCurve Curve { get; }

    /// <summary>
    /// Reads an uncompressed point (SEC 1, section 2.3.3); null where it is encoded otherwise or not on the curve. The point at
    /// infinity has no such encoding.
    /// </summary>
    public static EcPoint? Read(NistCurve curve, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 1 + (2 * curve.Size) || bytes[0] != Uncompressed)
        {
            return null;
        }

        var point = new EcPoint(curve, new ECParameters
        {
            Curve = curve.Curve,
            Q = new ECPoint { X = bytes[1..(1 + curve.Size)].ToArray(), Y = bytes[(1 + curve.Size)..].ToArray() },
        });
        try
        {
            point.keys.Return(point.keys.Take());
            return point;
        }
        catch (CryptographicException)
        {
            // how the base class library says that a point is not on its curve
            return null;
        }
    }

    /// <summary>Whether a signature, <c>mpint r, mpint s</c> (RFC 5656, section 3.1.2), holds over a message; null where it is none.</summary>
    public bool? Verify(ReadOnlySpan<byte> message, HashAlgorithmName hash, ReadOnlySpan<byte> signature)
    {
        var reader = new SshReader(signature);
        if (!reader.TryPositive(out var r) || !reader.TryPositive(out var s) || !reader.IsAtEnd
            || r.Length > Curve.Size || s.Length > Curve.Size)
        {
            return null;
        }

        Span<byte> both = stackalloc byte[2 * Curve.Size];
        both.Clear();
        r.CopyTo(both[(Curve.Size - r.Length)..Curve.Size]);
        s.CopyTo(both[(both.Length - s.Length)..]);
        var key = keys.Take();
        var holds = key.VerifyData(message, both, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        keys.Return(key);
        return holds;
    }
}
