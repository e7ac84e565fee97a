using System.Globalization;
using System.Security.Cryptography;
using Interlock.Ledger;
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

    private readonly Ed25519Key key;

    private LogKey(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> seed)
    {
        key = new Ed25519Key(seed);
        Public = NoteKey.Of(name, algorithm, key.PublicKey).OrThrow();
    }

    /// <summary>The public half, and with it what the key signs: one key never makes both, so that a log cannot be its own witness by mistake.</summary>
    public NoteKey Public { get; }

    /// <summary>The name of the log: 1 to <see cref="MaxNameLength"/> visible ASCII characters, none of them a plus.</summary>
    public string Name => Public.Name;

    /// <summary>Whether it cosigns as a witness, and does not sign as a log.</summary>
    public bool IsWitness => Public.Algorithm == NoteAlgorithm.Cosignature;

    /// <summary>The public half as C2SP signed-note writes it: <c>name+hash+base64</c>, to be printed and configured.</summary>
    public string VerifierKey => Public.ToString();

    /// <summary>The line of the private key's file: that of the public half with the seed in its place.</summary>
    internal string PrivateLine => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{Name}+{Public.Id:x8}+{Convert.ToBase64String([Public.Type, .. key.Seed])}\n");

    /// <summary>How the line of a private key begins.</summary>
    internal static string Prefix => "PRIVATE+KEY+";

    /// <summary>Makes a new key.</summary>
    /// <param name="name">The name of the log.</param>
    /// <param name="random">Where its 32 secret bytes come from.</param>
    /// <returns>The key; refused where the name is none or this machine has no Ed25519.</returns>
    public static Result<LogKey> Create(string name, IRandom random) => Create(name, NoteAlgorithm.Ed25519, random);

    /// <summary>Makes a new key of a witness.</summary>
    /// <param name="name">The name of the witness.</param>
    /// <param name="random">Where its 32 secret bytes come from.</param>
    /// <returns>The key; refused where the name is none or this machine has no Ed25519.</returns>
    public static Result<LogKey> CreateWitness(string name, IRandom random) => Create(name, NoteAlgorithm.Cosignature, random);

    private static Result<LogKey> Create(string name, NoteAlgorithm algorithm, IRandom random)
    {
        Span<byte> seed = stackalloc byte[Ed25519Key.SeedSize];
        random.Fill(seed);
        var made = FromSeed(name, algorithm, seed);
        CryptographicOperations.ZeroMemory(seed);
        return made;
    }

    /// <summary>Signs; the same bytes for the same message. 64 bytes, as RFC 8032 has them.</summary>
    /// <param name="message">What is signed.</param>
    public byte[] Sign(ReadOnlySpan<byte> message) => key.Sign(message);

    /// <summary>Wipes the secret; it signs no more.</summary>
    public void Dispose() => key.Dispose();

    /// <summary>The key of a name, an algorithm and a seed.</summary>
    internal static Result<LogKey> FromSeed(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> seed)
    {
        if (!IsName(name))
        {
            return Refusal.Of(
                RefusalCode.Malformed,
                $"the name of a log or a witness has 1 to {MaxNameLength} visible ASCII characters and no `+`; name it as a host is named, `example.org/ledger`");
        }

        return Ed25519.Unavailable is { } refusal ? refusal : new LogKey(name, algorithm, seed);
    }

    private static bool IsName(string name) =>
        name.Length is >= 1 and <= MaxNameLength && name.All(static letter => letter is > ' ' and < '\x7f' and not '+');
}
