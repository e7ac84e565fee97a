using System.Text;
using Interlock.Canonical;
using Interlock.Signing.Keys;
using Interlock.Signing.Wire;

namespace Interlock.Signing.Keygen;

/// <summary>
/// What the file of a private key says without its passphrase: whether it has one, and in OpenSSH's own format (PROTOCOL.key) the public
/// half. Nothing secret is kept.
/// </summary>
/// <param name="IsEncrypted">Whether a passphrase protects it. What is not understood counts as unprotected.</param>
/// <param name="PublicKey">The public half; null where the file's format does not show it.</param>
internal sealed record PrivateKeyFile(bool IsEncrypted, SshPublicKey? PublicKey)
{
    private const int MaxBytes = 64 * 1_024;
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";

    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <summary>Reads a file; null where it cannot be read or is no private key.</summary>
    public static PrivateKeyFile? Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var buffer = new byte[MaxBytes];
            var length = RandomAccess.Read(file, buffer, 0);
            return Parse(Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // not this person's to use: the same as not there. One that they named was opened before
            return null;
        }
    }

    internal static PrivateKeyFile? Parse(string text)
    {
        if (!text.StartsWith("-----BEGIN ", StringComparison.Ordinal) || !text.Contains(" PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return null;
        }

        if (!text.StartsWith(Begin, StringComparison.Ordinal))
        {
            // RFC 1421, section 4.6.1.1, and RFC 7468, section 11
            return new PrivateKeyFile(
                text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal) || text.StartsWith("-----BEGIN ENCRYPTED ", StringComparison.Ordinal), null);
        }

        var end = text.IndexOf(End, StringComparison.Ordinal);
        var base64 = (end < 0 ? "" : text[Begin.Length..end]).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        if (!StrictBase64.TryDecode(base64, MaxBytes, out var blob))
        {
            return new PrivateKeyFile(IsEncrypted: false, null);
        }

        var reader = new SshReader(blob);
        return reader.TryBytes(Magic.Length, out var magic) && magic.SequenceEqual(Magic)
            && reader.TryName(out var cipher) && reader.TryString(out _) && reader.TryString(out _)
            && reader.TryUInt32(out var count) && count == 1 && reader.TryString(out var publicKey)
                ? new PrivateKeyFile(cipher != "none", PublicKeyReader.ReadBlob(publicKey).TryGet(out var key, out _) ? key : null)
                : new PrivateKeyFile(IsEncrypted: false, null);
    }
}
