using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>What a key of a signed note signs (C2SP signed-note, signature types).</summary>
public enum NoteAlgorithm
{
    /// <summary>No algorithm.</summary>
    Unknown = 0,

    /// <summary>Type 0x01: Ed25519 over the note's text.</summary>
    Ed25519,

    /// <summary>Type 0x04: Ed25519 over the text and a time, by a witness (C2SP tlog-cosignature, <c>cosignature/v1</c>).</summary>
    Cosignature,
}

/// <summary>
/// The public half of a key that signs notes, as <c>NAME+HASH+BASE64</c> (C2SP signed-note, verifier keys): a name, the first four
/// bytes of <c>SHA-256(name ‖ 0x0A ‖ algorithm ‖ key)</c> in hexadecimal, and the base64 of the algorithm's byte and the 32 bytes of
/// the Ed25519 key.
/// </summary>
public sealed record NoteKey
{
    /// <summary>The longest name in bytes of UTF-8.</summary>
    public const int MaxNameBytes = 255;

    private const int PublicKeyBytes = 32;
    private const byte Ed25519Type = 0x01;
    private const byte CosignatureType = 0x04;

    /// <summary>The longest text: name, two separators, 8 digits, 44 characters.</summary>
    private const int MaxTextLength = MaxNameBytes + 2 + 8 + 44;

    private NoteKey(string name, NoteAlgorithm algorithm, ReadOnlyMemory<byte> publicKey)
    {
        Name = name;
        Algorithm = algorithm;
        PublicKey = publicKey;
        Id = IdOf(name, Type, publicKey.Span);
    }

    /// <summary>Whose key it is: not empty, without spaces, control characters and <c>+</c>.</summary>
    public string Name { get; }

    /// <summary>What it signs.</summary>
    public NoteAlgorithm Algorithm { get; }

    /// <summary>The byte that stands for the algorithm in keys and signature lines.</summary>
    public byte Type => Algorithm switch
    {
        NoteAlgorithm.Ed25519 => Ed25519Type,
        NoteAlgorithm.Cosignature => CosignatureType,
        NoteAlgorithm.Unknown => throw new InvalidOperationException("a key without an algorithm"),
        _ => throw new InvalidOperationException($"no type for {Algorithm}"),
    };

    /// <summary>The 32 bytes of the Ed25519 key (RFC 8032).</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Tells keys of one name apart. Four bytes are no proof of anything: the signature is.</summary>
    public uint Id { get; }

    /// <summary>Makes the key of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="algorithm">What it signs.</param>
    /// <param name="publicKey">The 32 bytes of the key.</param>
    /// <returns>The key, or why there is none of that name.</returns>
    public static Result<NoteKey> Of(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, PublicKeyBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(algorithm is NoteAlgorithm.Ed25519 or NoteAlgorithm.Cosignature, true, nameof(algorithm));
        return IsName(name)
            ? new NoteKey(name, algorithm, publicKey.ToArray())
            : Refusal.Of(
                RefusalCode.Malformed,
                $"a key's name has 1 to {MaxNameBytes} bytes without spaces, control characters and `+`; name it like a host, `interlock.example/main`");
    }

    /// <summary>Reads a verifier key.</summary>
    /// <param name="text">The text, without spaces around it.</param>
    /// <param name="key">The key.</param>
    /// <param name="error">Why the text is none: lower case, no full stop, then the mend.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NoteKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = "it is no verifier key; write NAME+HASH+BASE64 as `interlock init` printed it";
        if (text is not { Length: > 0 and <= MaxTextLength } || text.Split('+', 3) is not [var name, var hash, var encoded] || !IsName(name))
        {
            return false;
        }

        if (!StrictBase64.TryDecode(encoded, 1 + PublicKeyBytes, out var bytes) || bytes.Length != 1 + PublicKeyBytes)
        {
            return false;
        }

        var algorithm = AlgorithmOf(bytes[0]);
        if (algorithm == NoteAlgorithm.Unknown)
        {
            error = $"it is a verifier key of algorithm {bytes[0]}, and only 1 (Ed25519) and 4 (cosignature/v1) are known; name a key of one of these";
            return false;
        }

        var made = new NoteKey(name, algorithm, bytes.AsMemory(1));
        if (hash != made.IdText)
        {
            error = $"its hash is `{made.IdText}` and the text says another; copy it again";
            return false;
        }

        key = made;
        error = null;
        return true;
    }

    /// <summary>The algorithm that a byte stands for; <see cref="NoteAlgorithm.Unknown"/> for all others.</summary>
    /// <param name="type">The byte.</param>
    public static NoteAlgorithm AlgorithmOf(byte type) => type switch
    {
        Ed25519Type => NoteAlgorithm.Ed25519,
        CosignatureType => NoteAlgorithm.Cosignature,
        _ => NoteAlgorithm.Unknown,
    };

    /// <summary>Whether a text can name a key.</summary>
    /// <param name="name">The text.</param>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameBytes
        && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes
        && name.EnumerateRunes().All(rune => rune.Value != '+' && rune != Rune.ReplacementChar && !Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune));

    /// <inheritdoc/>
    public bool Equals(NoteKey? other) =>
        other is not null && Name == other.Name && Algorithm == other.Algorithm && PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Id);

    /// <summary>The verifier key.</summary>
    public override string ToString() => $"{Name}+{IdText}+{Convert.ToBase64String([Type, .. PublicKey.Span])}";

    private string IdText => Id.ToString("x8", CultureInfo.InvariantCulture);

    private static uint IdOf(string name, byte type, ReadOnlySpan<byte> publicKey)
    {
        Span<byte> digest = stackalloc byte[Sha256Digest.Size];
        Sha256Digest.Of([.. Encoding.UTF8.GetBytes(name), (byte)'\n', type, .. publicKey]).CopyTo(digest);
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }
}
