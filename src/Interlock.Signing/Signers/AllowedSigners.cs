using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Signing.Keys;

namespace Interlock.Signing.Signers;

/// <summary>
/// An <c>allowed_signers</c> file (ssh-keygen(1), ALLOWED SIGNERS), read strictly: a line that cannot be used is a refusal, since a
/// line that is skipped is a person who is told at the worst moment that they may not sign.
/// </summary>
internal static class AllowedSigners
{
    /// <summary>Reads a file.</summary>
    /// <returns>Its keys in order; refused with file, line and mend.</returns>
    public static Result<ImmutableArray<AllowedSigner>> Read(SignerFile source)
    {
        if (!SignerLines.Of(source).TryGet(out var lines, out var refusal))
        {
            return refusal;
        }

        var signers = ImmutableArray.CreateBuilder<AllowedSigner>();
        var keys = new Dictionary<Sha256Digest, AllowedSigner>();
        var names = new Dictionary<string, AllowedSigner>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Texts.Count; i++)
        {
            if (SignerLines.IsSilent(lines.Texts[i]))
            {
                continue;
            }

            var line = i + 1;
            if (!ReadLine(lines.Texts[i], line).TryGet(out var signer, out var fault))
            {
                return lines.Refuse(line, fault.Code, fault.Message);
            }

            if ((OneKeyOnePerson(signer, keys) ?? OneNameOnePerson(signer, names)) is { } clash)
            {
                return lines.Refuse(line, clash.Code, clash.Message);
            }

            signers.Add(signer);
        }

        return signers.ToImmutable();
    }

    private static Result<AllowedSigner> ReadLine(string text, int line)
    {
        var rest = text.AsSpan().Trim(" \t");
        if (!Principals.Take(ref rest).TryGet(out var names, out var refusal))
        {
            return refusal;
        }

        var options = SignerOptions.None;
        if (!BeginsWithKey(rest))
        {
            if (rest.IsEmpty)
            {
                return Refusal.Of(RefusalCode.Malformed, "there is no key behind the name; add the line of the `.pub` file");
            }

            if (!SignerOptions.Take(ref rest).TryGet(out var read, out var fault))
            {
                return fault;
            }

            options = read;
        }

        var type = SignerLines.TakeWord(ref rest);
        var base64 = SignerLines.TakeWord(ref rest);
        if (base64.Length == 0)
        {
            return Refusal.Of(RefusalCode.Malformed, "the key is missing; a line is `name [options] type base64 [comment]`");
        }

        return PublicKeyReader.ReadWords(type, base64).TryGet(out var key, out var damaged)
            ? new AllowedSigner(line, names, options, key, rest.ToString())
            : damaged;
    }

    /// <summary>
    /// Whether the next word is meant as a type of key: no option has a hyphen followed by such a name, and saying «unknown option» of
    /// <c>ssh-dss</c> would help nobody.
    /// </summary>
    private static bool BeginsWithKey(ReadOnlySpan<char> rest)
    {
        var word = SignerLines.TakeWord(ref rest);
        return !word.Contains('=', StringComparison.Ordinal)
            && (word.StartsWith("ssh-", StringComparison.Ordinal)
                || word.StartsWith("sk-", StringComparison.Ordinal)
                || word.StartsWith("ecdsa-", StringComparison.Ordinal)
                || word.StartsWith("rsa-", StringComparison.Ordinal)
                || word.StartsWith("webauthn-", StringComparison.Ordinal));
    }

    private static Refusal? OneKeyOnePerson(AllowedSigner signer, Dictionary<Sha256Digest, AllowedSigner> keys)
    {
        if (keys.TryAdd(signer.Key.Digest, signer))
        {
            return null;
        }

        var first = keys[signer.Key.Digest];
        return Refusal.Of(
            RefusalCode.Forbidden,
            first.Person == signer.Person
                ? $"this key of `{Shown(signer.Person)}` stands in line {first.Line} already; take one of the lines out"
                : $"this key is `{Shown(first.Person)}`'s in line {first.Line}: a key is one person's; give `{Shown(signer.Person)}` a key of their own");
    }

    private static Refusal? OneNameOnePerson(AllowedSigner signer, Dictionary<string, AllowedSigner> names)
    {
        foreach (var name in signer.Names)
        {
            if (names.TryAdd(name, signer))
            {
                continue;
            }

            var first = names[name];
            if (first.Person != signer.Person)
            {
                return Refusal.Of(
                    RefusalCode.Forbidden,
                    $"`{Shown(name)}` is another name of `{Shown(first.Person)}` in line {first.Line}; begin both lines with the same name if they are one person, or call this one otherwise");
            }
        }

        return null;
    }

    private static string Shown(string name) => SafeText.Escape(name, 64);
}
