using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Files;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;

namespace Interlock.Cli.Composition;

/// <summary>Reads who may sign, from the files that the configuration names or from what the ledger archived of them.</summary>
internal static class RegisteredSigners
{
    /// <summary>The signers of a configuration that names files.</summary>
    public static Result<SignerSet> Read(SignerFiles files)
    {
        SignerFile? revoked = null;
        if (!File(files.AllowedSigners).TryGet(out var allowed, out var refusal)
            || (files.Revoked is { } list && !File(list).TryGet(out revoked, out refusal)))
        {
            return refusal;
        }

        return SignerSet.Read(allowed, revoked, new WebAuthnOptions(files.Origins, files.RelyingParties));
    }

    /// <summary>The signers of an earlier time, as the governance stream archived them.</summary>
    public static Result<ISignatureVerifier> ReadArchived(ReadOnlyMemory<byte> allowed, ReadOnlyMemory<byte> revoked, JsonObject policy)
    {
        var passkeys = (policy["approvers"] as JsonObject)?["webauthn"] as JsonObject;
        var set = SignerSet.Read(
            new SignerFile("the archived allowed_signers", allowed),
            revoked.IsEmpty ? null : new SignerFile("the archived revocation list", revoked),
            new WebAuthnOptions(Texts("origins"), Texts("rp_ids")));
        return set.TryGet(out var signers, out var refusal) ? signers : refusal;

        System.Collections.Immutable.ImmutableArray<string> Texts(string field) =>
            [.. ((passkeys?[field] as JsonArray)?.Items ?? []).OfType<JsonString>().Select(static text => text.Value)];
    }

    /// <summary>One of the files, whole; refused where it cannot be read.</summary>
    public static Result<SignerFile> File(string path) =>
        InputFile.Read(path, "the list of keys", "`interlock keys add` makes it, or correct `approvers` in the configuration").TryGet(out var bytes, out var refusal)
            ? new SignerFile(path, bytes)
            : refusal;
}
