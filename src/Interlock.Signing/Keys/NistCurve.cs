using System.Security.Cryptography;

namespace Interlock.Signing.Keys;

/// <summary>A curve of RFC 5656, section 10.1, with the hash that its section 6.2.1 gives to its size.</summary>
internal sealed class NistCurve
{
    private NistCurve(string name, ECCurve curve, HashAlgorithmName hash, int size)
    {
        (Name, Curve, Hash, Size) = (name, curve, hash, size);
        KeyType = "ecdsa-sha2-" + name;
    }

    public static NistCurve P256 { get; } = new("nistp256", ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256, 32);

    public static NistCurve P384 { get; } = new("nistp384", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384, 48);

    public static NistCurve P521 { get; } = new("nistp521", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512, 66);

    /// <summary>The name on the wire.</summary>
    public string Name { get; }

    /// <summary>The type of a key on it, which is also the type of its signatures.</summary>
    public string KeyType { get; }

    public ECCurve Curve { get; }

    public HashAlgorithmName Hash { get; }

    /// <summary>The bytes of a coordinate, and of each half of a signature.</summary>
    public int Size { get; }

    /// <summary>The curve of a type of key; null where it is none.</summary>
    public static NistCurve? OfKeyType(string type) => Array.Find([P256, P384, P521], curve => curve.KeyType == type);
}
