using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Interlock.Canonical;

/// <summary>A SHA-256 digest (FIPS 180-4), 32 bytes. Its text is 64 lower-case hexadecimal digits.</summary>
public readonly struct Sha256Digest : IEquatable<Sha256Digest>
{
    /// <summary>The digest's length in bytes.</summary>
    public const int Size = 32;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private static readonly SearchValues<byte> LowerHexUtf8 = SearchValues.Create("0123456789abcdef"u8);

    private readonly ulong a;
    private readonly ulong b;
    private readonly ulong c;
    private readonly ulong d;

    private Sha256Digest(ReadOnlySpan<byte> bytes)
    {
        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>32 zero bytes: the <c>prev</c> of the first entry of a chain.</summary>
    public static Sha256Digest Zero => default;

    /// <summary>Whether two digests are the same.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other digest.</param>
    public static bool operator ==(Sha256Digest left, Sha256Digest right) => left.Equals(right);

    /// <summary>Whether two digests differ.</summary>
    /// <param name="left">One digest.</param>
    /// <param name="right">The other digest.</param>
    public static bool operator !=(Sha256Digest left, Sha256Digest right) => !left.Equals(right);

    /// <summary>The digest of some bytes.</summary>
    /// <param name="data">The bytes.</param>
    public static Sha256Digest Of(ReadOnlySpan<byte> data)
    {
        Span<byte> bytes = stackalloc byte[Size];
        SHA256.HashData(data, bytes);
        return new Sha256Digest(bytes);
    }

    /// <summary>The digest of a value's RFC 8785 form.</summary>
    /// <param name="value">The value.</param>
    public static Sha256Digest Of(JsonValue value) => CanonicalJson.Hash(value);

    /// <summary>Takes over the bytes of a digest.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    public static Sha256Digest FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        return new Sha256Digest(bytes);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits; anything else is refused.</summary>
    /// <param name="text">The text.</param>
    /// <param name="digest">The digest.</param>
    public static bool TryParse(string? text, out Sha256Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text is not { Length: 2 * Size }
            || text.AsSpan().ContainsAnyExcept(LowerHex)
            || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        digest = new Sha256Digest(bytes);
        return true;
    }

    /// <summary>Reads 64 lower-case hexadecimal digits in ASCII; anything else is refused.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out Sha256Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != 2 * Size
            || text.ContainsAnyExcept(LowerHexUtf8)
            || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        digest = new Sha256Digest(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], d);
    }

    /// <summary>Writes the 64 digits in ASCII.</summary>
    internal void WriteHex(Span<byte> ascii)
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        _ = Convert.TryToHexStringLower(bytes, ascii, out _);
    }

    /// <inheritdoc/>
    public bool Equals(Sha256Digest other) => a == other.a && b == other.b && c == other.c && d == other.d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Sha256Digest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)a);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
