using Interlock.Canonical;
using Interlock.Signing.Keys;

namespace Interlock.Signing.Signers;

/// <summary>The line of a <c>.pub</c> file: <c>type base64 [comment]</c>.</summary>
/// <param name="Key">The key.</param>
/// <param name="Comment">What stands behind it, shown as people may see it.</param>
internal sealed record PublicLine(SshPublicKey Key, string Comment)
{
    /// <summary>The line as it is written into another file.</summary>
    public string Text => $"{Key.Type} {Convert.ToBase64String(Key.Blob.Span)} {Comment}".TrimEnd();

    /// <summary>Reads one line; white space at its ends is no part of it.</summary>
    public static Result<PublicLine> Read(string text)
    {
        var rest = text.AsSpan().Trim();
        if (rest.Length > SignerLines.MaxLine || rest.ContainsAny('\n', '\r'))
        {
            return Refusal.Of(RefusalCode.Malformed, "the public key is not one line; give the line of the `.pub` file");
        }

        var type = SignerLines.TakeWord(ref rest);
        var base64 = SignerLines.TakeWord(ref rest);
        return PublicKeyReader.ReadWords(type, base64).TryGet(out var key, out var refusal)
            ? new PublicLine(key, SafeText.Escape(rest.ToString(), 128))
            : refusal;
    }
}
