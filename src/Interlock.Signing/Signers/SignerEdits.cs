using System.Text;
using Interlock.Canonical;

namespace Interlock.Signing.Signers;

/// <summary>Who is to be registered, and how.</summary>
/// <param name="Person">Their name, without quotes, commas and wildcards.</param>
/// <param name="PublicKey">The line of their <c>.pub</c> file: <c>type base64 comment</c>.</param>
/// <param name="Namespaces">Patterns of the namespaces that the key may sign in, <c>interlock-*</c>; null for all.</param>
/// <param name="ValidAfter">From when; null for always.</param>
/// <param name="ValidBefore">Until when; null for ever.</param>
public sealed record SignerEntry(string Person, string PublicKey, string? Namespaces, DateTimeOffset? ValidAfter, DateTimeOffset? ValidBefore)
{
    /// <summary>What a key is registered for unless somebody says otherwise: all that Interlock asks anybody to sign, and nothing else.</summary>
    public const string OwnNamespaces = "interlock-*";
}

/// <summary>
/// The next text of the files, for a person who registers or revokes a key. Nothing is written here; what is answered was read back by
/// the same reader that will read the file. Lines are only appended: what stood there stays as it was.
/// </summary>
public static class SignerEdits
{
    /// <summary>The <c>allowed_signers</c> file with one more key.</summary>
    /// <param name="allowed">The file as it is; empty bytes where it is not there yet.</param>
    /// <param name="entry">Who is registered.</param>
    /// <returns>The whole new text; refused as the file would be.</returns>
    public static Result<string> Add(SignerFile allowed, SignerEntry entry)
    {
        if (Principals.Fault(entry.Person) is { } nobody)
        {
            return nobody;
        }

        if (!PublicLine.Read(entry.PublicKey).TryGet(out var line, out var refusal) || !Signers.AllowedSigners.Read(allowed).TryGet(out var before, out refusal))
        {
            return refusal;
        }

        string?[] options =
        [
            entry.Namespaces is { } names ? $"namespaces=\"{names}\"" : null,
            entry.ValidAfter is { } from ? $"valid-after=\"{OpenSshTime.Format(from)}\"" : null,
            entry.ValidBefore is { } to ? $"valid-before=\"{OpenSshTime.Format(to)}\"" : null,
        ];
        var person = entry.Person.Contains(' ', StringComparison.Ordinal) ? $"\"{entry.Person}\"" : entry.Person;
        var given = string.Join(',', options.Where(static option => option is not null));
        var text = Appended(allowed, string.Join(' ', new[] { person, given, line.Text }.Where(static part => part.Length > 0)));
        if (!Signers.AllowedSigners.Read(allowed with { Bytes = Encoding.UTF8.GetBytes(text) }).TryGet(out var after, out var fault))
        {
            return fault;
        }

        // a quote or a line feed in a part of the entry could have made another line of it
        return after.Length == before.Length + 1
            && after[^1] is { } added
            && (added.Person, added.Key.Digest, added.Options.Namespaces) == (entry.Person, line.Key.Digest, entry.Namespaces)
            ? text
            : Refusal.Of(RefusalCode.Malformed, "the key could not be registered in one line; give the line of the `.pub` file as it is");
    }

    /// <summary>The revocation list with one more key.</summary>
    /// <param name="revoked">The list as it is; empty bytes where it is not there yet.</param>
    /// <param name="publicKey">The line of the key's <c>.pub</c> file.</param>
    /// <returns>The whole new text, or the old one where the key stands there already; refused as the file would be.</returns>
    public static Result<string> Revoke(SignerFile revoked, string publicKey)
    {
        if (!PublicLine.Read(publicKey).TryGet(out var line, out var refusal) || !RevokedKeys.Read(revoked).TryGet(out var before, out refusal))
        {
            return refusal;
        }

        var text = Appended(revoked, line.Text);
        if (!RevokedKeys.Read(revoked with { Bytes = Encoding.UTF8.GetBytes(text) }).TryGet(out var after, out var fault))
        {
            return fault;
        }

        return after.Count == before.Count ? Encoding.UTF8.GetString(revoked.Bytes.Span) : text;
    }

    /// <summary>The revocation list with one more key, named as people see it.</summary>
    /// <param name="revoked">The list as it is; empty bytes where it is not there yet.</param>
    /// <param name="fingerprint">The key's fingerprint, <c>SHA256:…</c>.</param>
    /// <param name="allowed">Where the key is registered.</param>
    /// <returns>The whole new text, or the old one where the key stands there already; refused as the files would be.</returns>
    public static Result<string> RevokeRegistered(SignerFile revoked, string fingerprint, SignerFile allowed)
    {
        if (!Signers.AllowedSigners.Read(allowed).TryGet(out var signers, out var refusal))
        {
            return refusal;
        }

        return signers.FirstOrDefault(signer => signer.Key.Fingerprint == fingerprint) is { } found
            ? Revoke(revoked, $"{found.Key.Type} {Convert.ToBase64String(found.Key.Blob.Span)} {found.Person}")
            : Refusal.Of(RefusalCode.NotFound, $"no registered key has the fingerprint `{SafeText.Escape(fingerprint, 64)}`; `interlock keys list` shows them");
    }

    private static string Appended(SignerFile file, string line)
    {
        var text = Encoding.UTF8.GetString(file.Bytes.Span);
        return text.Length == 0 || text.EndsWith('\n') ? $"{text}{line}\n" : $"{text}\n{line}\n";
    }
}
