using System.Collections.Frozen;
using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Signing.Keys;
using Interlock.Signing.Sshsig;

namespace Interlock.Signing.Signers;

/// <summary>
/// Who may sign, from the bytes of an <c>allowed_signers</c> file and a revocation list. Normative: <c>docs/spec/signatures.md</c>.
/// </summary>
public sealed class SignerSet : ISignatureVerifier
{
    private readonly FrozenDictionary<Sha256Digest, AllowedSigner> signers;
    private readonly ImmutableHashSet<Sha256Digest> revoked;
    private readonly WebAuthnOptions webAuthn;

    private SignerSet(
        SignerFile allowed, SignerFile? list, ImmutableArray<AllowedSigner> signers, ImmutableHashSet<Sha256Digest> revoked, WebAuthnOptions webAuthn)
    {
        this.signers = signers.ToFrozenDictionary(static signer => signer.Key.Digest);
        this.revoked = revoked;
        this.webAuthn = webAuthn;
        AllowedSigners = allowed.Bytes;
        Revoked = list?.Bytes ?? ReadOnlyMemory<byte>.Empty;
        Keys = [.. signers.Select(signer => Registered(signer, revoked.Contains(signer.Key.Digest)))];
        Digest = Sha256Digest.Of(JsonObject.Of(
            ("allowed_signers", Sha256Digest.Of(AllowedSigners.Span).ToString()),
            ("revoked", Sha256Digest.Of(Revoked.Span).ToString()),
            ("webauthn", JsonObject.Of(("origins", Texts(webAuthn.Origins)), ("rp_ids", Texts(webAuthn.RpIds))))));
    }

    /// <inheritdoc/>
    public Sha256Digest Digest { get; }

    /// <inheritdoc/>
    public ImmutableArray<RegisteredKey> Keys { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> AllowedSigners { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Revoked { get; }

    /// <summary>Reads both files.</summary>
    /// <param name="allowed">The <c>allowed_signers</c> file.</param>
    /// <param name="revoked">The revocation list; null where there is none.</param>
    /// <param name="webAuthn">Where a browser may sign.</param>
    /// <returns>The set; refused with file, line and mend where any line cannot be used.</returns>
    public static Result<SignerSet> Read(SignerFile allowed, SignerFile? revoked, WebAuthnOptions webAuthn)
    {
        if (!Signers.AllowedSigners.Read(allowed).TryGet(out var signers, out var refusal))
        {
            return refusal;
        }

        if (revoked is null)
        {
            return new SignerSet(allowed, null, signers, [], webAuthn);
        }

        return RevokedKeys.Read(revoked).TryGet(out var keys, out var fault)
            ? new SignerSet(allowed, revoked, signers, keys, webAuthn)
            : fault;
    }

    /// <inheritdoc/>
    public Result<VerifiedSignature> Verify(
        ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, string @namespace, string person, DateTimeOffset at)
    {
        if (!SshsigArmour.Read(signature).TryGet(out var bytes, out var refusal) || !SshsigBlob.Read(bytes).TryGet(out var blob, out refusal))
        {
            return refusal;
        }

        if (blob.Namespace != @namespace)
        {
            return Refusal.Of(
                RefusalCode.Mismatch,
                $"the signature is for `{SafeText.Escape(blob.Namespace, 64)}` and not for `{@namespace}`; sign again with `-n {@namespace}`");
        }

        // what the file says is asked before any mathematics: it costs nothing and its answer is of more use
        if (!Find(blob.PublicKey.Span).TryGet(out var signer, out var unknown))
        {
            return unknown;
        }

        if (Fault(signer, @namespace, person, at) is { } fault)
        {
            return fault;
        }

        var signed = SshsigBlob.ToBeSigned(blob.Namespace, blob.Hash, message);
        return SignatureCheck.Verify(signer.Key, blob.Signature.Span, signed, webAuthn).TryGet(out var strength, out var broken)
            ? new VerifiedSignature(signer.Person, signer.Key.Fingerprint, strength.Assurance, strength.IsDeviceBound)
            : broken;
    }

    /// <summary>Whose key a signature names, whatever it is over and whether it holds or not.</summary>
    /// <param name="signature">The armoured SSHSIG.</param>
    /// <returns>The key; null where it is nobody's, or the bytes are no signature.</returns>
    public RegisteredKey? KeyOf(ReadOnlySpan<byte> signature)
    {
        if (!SshsigArmour.Read(signature).TryGet(out var bytes, out _) || !SshsigBlob.Read(bytes).TryGet(out var blob, out _))
        {
            return null;
        }

        var fingerprint = SshPublicKey.FingerprintOf(Sha256Digest.Of(blob.PublicKey.Span));
        return Keys.FirstOrDefault(key => key.Fingerprint == fingerprint);
    }

    private static RegisteredKey Registered(AllowedSigner signer, bool isRevoked) => new(
        signer.Person,
        signer.Key.Fingerprint,
        signer.Key.Type,
        signer.Line,
        signer.Options.ValidAfter,
        signer.Options.ValidBefore,
        isRevoked,
        SafeText.Escape(signer.Comment, 128))
    {
        Names = signer.Names,
        Namespaces = signer.Options.Namespaces,
    };

    private static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Order(StringComparer.Ordinal).Select(static text => new JsonString(text))]);

    private static string Shown(string name) => SafeText.Escape(name, 64);

    private Result<AllowedSigner> Find(ReadOnlySpan<byte> publicKey)
    {
        var digest = Sha256Digest.Of(publicKey);
        if (signers.TryGetValue(digest, out var signer))
        {
            return signer;
        }

        // a key that could never be registered says so, rather than that it is not registered
        return PublicKeyReader.ReadBlob(publicKey).TryGet(out _, out var refusal)
            ? Refusal.Of(
                RefusalCode.Forbidden, $"the key {SshPublicKey.FingerprintOf(digest)} is nobody's; sign with a registered key, or register this one with `interlock keys add`")
            : refusal;
    }

    private Refusal? Fault(AllowedSigner signer, string @namespace, string person, DateTimeOffset at)
    {
        var key = signer.Key.Fingerprint;
        if (!signer.Names.Contains(person, StringComparer.Ordinal))
        {
            return Refusal.Of(
                RefusalCode.Forbidden, $"the key {key} is `{Shown(signer.Person)}`'s and not `{Shown(person)}`'s; sign as yourself, with your own key");
        }

        if (revoked.Contains(signer.Key.Digest))
        {
            return Refusal.Of(RefusalCode.Forbidden, $"the key {key} of `{Shown(signer.Person)}` is revoked; sign with another key");
        }

        if (signer.Options.Namespaces is { } patterns && !NamespacePatterns.Allow(patterns, @namespace))
        {
            return Refusal.Of(
                RefusalCode.Forbidden, $"line {signer.Line} of the signers allows the key {key} for `{Shown(patterns)}`, not for `{@namespace}`; sign with another key, or change the line");
        }

        return (at < signer.Options.ValidAfter, at >= signer.Options.ValidBefore) switch
        {
            (true, _) => Refusal.Of(
                RefusalCode.Expired, $"the key {key} is valid from {UtcTime.Format(signer.Options.ValidAfter ?? at)} on only; sign with another key"),
            (_, true) => Refusal.Of(
                RefusalCode.Expired, $"the key {key} was valid until {UtcTime.Format(signer.Options.ValidBefore ?? at)} only; sign with another key"),
            (false, false) => null,
        };
    }
}
