using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Signing.Signers;
using Interlock.Signing.Sshsig;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>Reads who may sign, from the files that the configuration names or from what the ledger archived of them.</summary>
internal static class RegisteredSigners
{
    /// <summary>A file of more keys than any organisation has people; what is longer is not read.</summary>
    private const int MaxBytes = 4 << 20;

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
    public static Result<SignerFile> File(string path)
    {
        // a pipe would be waited for
        if (RegularFile.ReadFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"`{Plain.Text(path)}` cannot be read: {fault}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var bytes = new byte[Math.Min(file.Length, MaxBytes) + 1];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read > MaxBytes
                ? Refusal.Of(RefusalCode.TooLarge, $"`{Plain.Text(path)}` has more than {MaxBytes >> 20} MiB; it is no list of keys")
                : new SignerFile(path, bytes.AsMemory(0, read));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refusal.Of(
                RefusalCode.NotFound, $"`{Plain.Text(path)}` is not there; `interlock keys add` makes it, or correct `approvers` in the configuration");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refusal.Of(RefusalCode.Storage, $"`{Plain.Text(path)}` cannot be read: {Plain.Text(error.Message)}; let this user read it");
        }
    }
}
