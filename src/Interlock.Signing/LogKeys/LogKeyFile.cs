using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Interlock.Canonical;
using Interlock.Signing.Crypto;

namespace Interlock.Signing.LogKeys;

/// <summary>
/// The file of a <see cref="LogKey"/>: one line, <c>PRIVATE+KEY+name+hash+base64</c>, the form that tools of C2SP signed-note read.
/// Its mode is 0600: whoever can read it can sign another history.
/// </summary>
public static class LogKeyFile
{
    private const int MaxBytes = 1_024;

    /// <summary>Writes a key to a file that is not there yet, and puts both on the disk.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="key">The key.</param>
    /// <returns>Why not; null where it is done. An existing file is never replaced.</returns>
    public static Refusal? Create(string path, LogKey key)
    {
        var line = Encoding.ASCII.GetBytes(key.PrivateLine);
        try
        {
            return PrivateFile.Create(path, "the log key", line);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(line);
        }
    }

    /// <summary>Reads the key of a log.</summary>
    /// <param name="path">The file, a regular one.</param>
    /// <returns>The key; refused where others than its owner may read or write the file, and where it holds anything else.</returns>
    public static Result<LogKey> Load(string path) => Load(path, isWitness: false);

    /// <summary>Reads the key of a witness.</summary>
    /// <param name="path">The file, a regular one.</param>
    /// <returns>The key; refused where others than its owner may read or write the file, and where it holds anything else.</returns>
    public static Result<LogKey> LoadWitness(string path) => Load(path, isWitness: true);

    private static Result<LogKey> Load(string path, bool isWitness)
    {
        if (!PrivateFile.Read(path, "the log key", MaxBytes).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        var read = Parse(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        if (!read.TryGet(out var key, out var fault))
        {
            return new Refusal(fault.Code, fault.Path, $"the log key `{SafeText.Escape(path, 200)}`: {fault.Message}");
        }

        if (key.IsWitness == isWitness)
        {
            return key;
        }

        key.Dispose();
        return Refusal.Of(
            RefusalCode.Mismatch,
            $"the key `{SafeText.Escape(path, 200)}` is "
            + (isWitness
                ? "that of a log, and who signs a log is no witness of it; make another with `interlock witness --new-key NAME`"
                : "that of a witness; name the one that `interlock init` made"));
    }

    /// <summary>Reads the line; the one form in which <see cref="LogKey.PrivateLine"/> is written, and no other.</summary>
    internal static Result<LogKey> Parse(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (!text.StartsWith(LogKey.Prefix, StringComparison.Ordinal) || !text.EndsWith('\n'))
        {
            return Damaged();
        }

        var parts = text[LogKey.Prefix.Length..^1].Split('+', 3);
        Span<byte> secret = stackalloc byte[1 + Ed25519Key.SeedSize];
        if (parts.Length != 3 || !Convert.TryFromBase64String(parts[2], secret, out var length) || length != secret.Length
            || secret[0] is not (LogKey.Ed25519Type or LogKey.CosignatureType))
        {
            return Damaged();
        }

        var made = LogKey.FromSeed(parts[0], secret[0], secret[1..]);
        CryptographicOperations.ZeroMemory(secret);
        if (!made.TryGet(out var key, out var refusal))
        {
            return refusal;
        }

        if (key.PrivateLine == text)
        {
            return key;
        }

        var hash = key.KeyHash;
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
