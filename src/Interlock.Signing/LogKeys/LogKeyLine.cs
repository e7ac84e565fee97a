using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Interlock.Ledger;
using Interlock.Signing.Crypto;

namespace Interlock.Signing.LogKeys;

/// <summary>
/// What the file of a <see cref="LogKey"/> holds: one line, <c>PRIVATE+KEY+name+hash+base64</c>, the form that tools of C2SP signed-note
/// read. Whoever can read it can sign another history.
/// </summary>
public static class LogKeyLine
{
    /// <summary>The longest line in bytes.</summary>
    public const int MaxBytes = 1_024;

    /// <summary>Writes the line of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Its bytes, the caller's to wipe.</returns>
    public static byte[] Write(LogKey key) => Encoding.ASCII.GetBytes(key.PrivateLine);

    /// <summary>Reads the line; the one form in which it is written, and no other.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The key; refused where it is damaged, in words that repeat no part of it.</returns>
    public static Result<LogKey> Parse(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (!text.StartsWith(LogKey.Prefix, StringComparison.Ordinal) || !text.EndsWith('\n'))
        {
            return Damaged();
        }

        var parts = text[LogKey.Prefix.Length..^1].Split('+', 3);
        Span<byte> secret = stackalloc byte[1 + Ed25519Key.SeedSize];
        if (parts.Length != 3 || !Convert.TryFromBase64String(parts[2], secret, out var length) || length != secret.Length
            || NoteKey.AlgorithmOf(secret[0]) is not (not NoteAlgorithm.Unknown and var algorithm))
        {
            return Damaged();
        }

        var made = LogKey.FromSeed(parts[0], algorithm, secret[1..]);
        CryptographicOperations.ZeroMemory(secret);
        if (!made.TryGet(out var key, out var refusal))
        {
            return refusal;
        }

        if (key.PrivateLine == text)
        {
            return key;
        }

        var hash = key.Public.Id;
        key.Dispose();
        return parts[1] == hash.ToString("x8", CultureInfo.InvariantCulture)
            ? Damaged()
            : Refusal.Of(
                RefusalCode.Mismatch, "its hash is not that of its name and key: one of the three was changed; restore the file from its backup");
    }

    // never a part of the line in a message: any part may be the secret
    private static Refusal Damaged() => Refusal.Of(
        RefusalCode.Malformed, "this is not one line `PRIVATE+KEY+name+hash+base64` with an Ed25519 key; restore the file from its backup");
}
