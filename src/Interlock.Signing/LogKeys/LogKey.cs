using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Interlock.Signing.Crypto;

namespace Interlock.Signing.LogKeys;

/// <summary>
/// The key with which the engine signs the checkpoints of its ledger, or a witness cosigns those of others: Ed25519 with a name, as C2SP
/// signed-note has it. It approves nothing.
/// </summary>
public sealed class LogKey : IDisposable
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 128;

    /// <summary>The signature type of Ed25519 in C2SP signed-note: the first byte of a key.</summary>
    internal const byte Ed25519Type = 0x01;

    /// <summary>That of cosignatures: one key never makes both, so that a log cannot be its own witness by mistake.</summary>
    internal const byte CosignatureType = 0x04;

    private readonly Ed25519Key key;

    private readonly byte type;

    private LogKey(string name, byte type, ReadOnlySpan<byte> seed)
    {
        Name = name;
        this.type = type;
        key = new Ed25519Key(seed);
        KeyHash = HashOf(name, type, key.PublicKey);
    }

    /// <summary>The name of the log: 1 to <see cref="MaxNameLength"/> visible ASCII characters, none of them a plus.</summary>
    public string Name { get; }

    /// <summary>Whether it cosigns as a witness, and does not sign as a log.</summary>
    public bool IsWitness => type == CosignatureType;

    /// <summary>The first four bytes of <c>SHA-256(name "\n" type public key)</c>, read big-endian.</summary>
    public uint KeyHash { get; }

    /// <summary>The public half, 32 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey => key.PublicKey.ToArray();

    /// <summary>The public half as C2SP signed-note writes it: <c>name+hash+base64</c>, to be printed and configured.</summary>
    public string VerifierKey => Text(key.PublicKey);

    /// <summary>The line of the private key's file.</summary>
    internal string PrivateLine => $"{Prefix}{Text(key.Seed)}\n";

    /// <summary>How the line of a private key begins.</summary>
    internal static string Prefix => "PRIVATE+KEY+";

    /// <summary>Makes a new key.</summary>
    /// <param name="name">The name of the log.</param>
    /// <param name="random">Where its 32 secret bytes come from.</param>
    /// <returns>The key; refused where the name is none or this machine has no Ed25519.</returns>
    public static Result<LogKey> Create(string name, IRandom random) => Create(name, Ed25519Type, random);

    /// <summary>Makes a new key of a witness.</summary>
    /// <param name="name">The name of the witness.</param>
    /// <param name="random">Where its 32 secret bytes come from.</param>
    /// <returns>The key; refused where the name is none or this machine has no Ed25519.</returns>
    public static Result<LogKey> CreateWitness(string name, IRandom random) => Create(name, CosignatureType, random);

    private static Result<LogKey> Create(string name, byte type, IRandom random)
    {
        Span<byte> seed = stackalloc byte[Ed25519Key.SeedSize];
        random.Fill(seed);
        var made = FromSeed(name, type, seed);
        CryptographicOperations.ZeroMemory(seed);
        return made;
    }

    /// <summary>Signs; the same bytes for the same message. 64 bytes, as RFC 8032 has them.</summary>
    /// <param name="message">What is signed.</param>
    public byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(message);

    /// <summary>Wipes the secret; it signs no more.</summary>
    public void Dispose() => key.Dispose();

    /// <summary>The key of a name, a type and a seed.</summary>
    internal static Result<LogKey> FromSeed(string name, byte type, ReadOnlySpan<byte> seed)
    {
        if (!IsName(name))
        {
            return Refusal.Of(
                RefusalCode.Malformed,
                $"the name of a log or a witness has 1 to {MaxNameLength} visible ASCII characters and no `+`; name it as a host is named, `example.org/ledger`");
        }

        return Ed25519.Unavailable is { } refusal ? refusal : new LogKey(name, type, seed);
    }

    /// <summary>The hash that stands in keys and signature lines (C2SP signed-note, «Signatures»).</summary>
    private static uint HashOf(string name, byte type, ReadOnlySpan<byte> publicKey) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.ASCII.GetBytes(name), (byte)'\n', type, .. publicKey]));

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= MaxNameLength && name.All(static letter => letter is > ' ' and < '\x7f' and not '+');

    private string Text(ReadOnlySpan<byte> half) =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{KeyHash:x8}+{Convert.ToBase64String([type, .. half])}");
}
