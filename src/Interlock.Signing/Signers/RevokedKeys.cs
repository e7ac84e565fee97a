using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Signing.Keys;

namespace Interlock.Signing.Signers;

/// <summary>
/// A revocation list as text: one public key in each line, as <c>ssh-keygen -Y verify -r</c> reads it too. It reads neither fingerprints
/// nor a line that is no key in such a file: it then verifies nothing.
/// </summary>
internal static class RevokedKeys
{
    private static ReadOnlySpan<byte> KrlMagic => "SSHKRL\n\0"u8;

    /// <summary>Reads a list.</summary>
    /// <returns>The digests of the keys; refused with file, line and mend.</returns>
    public static Result<ImmutableHashSet<Sha256Digest>> Read(SignerFile source)
    {
        if (source.Bytes.Span.StartsWith(KrlMagic))
        {
            return Refusal.Of(
                RefusalCode.Malformed,
                $"{SafeText.Escape(source.Name, 200)}: this is a binary revocation list (KRL); write a text file with one revoked public key in each line");
        }

        if (!SignerLines.Of(source).TryGet(out var lines, out var refusal))
        {
            return refusal;
        }

        var keys = ImmutableHashSet.CreateBuilder<Sha256Digest>();
        for (var i = 0; i < lines.Texts.Count; i++)
        {
            if (SignerLines.IsSilent(lines.Texts[i]))
            {
                continue;
            }

            if (!ReadLine(lines.Texts[i]).TryGet(out var key, out var fault))
            {
                return lines.Refuse(i + 1, fault.Code, fault.Message);
            }

            keys.Add(key.Digest);
        }

        return keys.ToImmutable();
    }

    private static Result<SshPublicKey> ReadLine(string text)
    {
        var rest = text.AsSpan();
        var type = SignerLines.TakeWord(ref rest);
        var base64 = SignerLines.TakeWord(ref rest);
        if (type.StartsWith("SHA256:", StringComparison.Ordinal))
        {
            return Refusal.Of(RefusalCode.Malformed, "`ssh-keygen` reads no fingerprints here; write the public key itself, `type base64`");
        }

        return base64.Length == 0
            ? Refusal.Of(RefusalCode.Malformed, "the line is no public key; write `type base64`, as in a `.pub` file")
            : PublicKeyReader.ReadWords(type, base64);
    }
}
