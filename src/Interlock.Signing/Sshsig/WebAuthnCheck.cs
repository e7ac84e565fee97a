using System.Security.Cryptography;
using System.Text;
using Interlock.Canonical;
using Interlock.Signing.Keys;
using Interlock.Signing.Wire;

namespace Interlock.Signing.Sshsig;

/// <summary>
/// Signatures that a browser made with a passkey (PROTOCOL.u2f, «webauthn signatures»; WebAuthn Level 3, section 7.2): over the
/// authenticator's data and the hash of the browser's client data, whose challenge is the bytes that SSHSIG signs.
/// </summary>
internal static class WebAuthnCheck
{
    /// <summary>Checks what follows the algorithm's name.</summary>
    /// <param name="key">The passkey.</param>
    /// <param name="inner">The ECDSA signature.</param>
    /// <param name="reader">Stands before the flags.</param>
    /// <param name="signed">What must have been signed.</param>
    /// <param name="options">Where a browser may sign.</param>
    public static Result<SignatureStrength> Verify(
        SshPublicKey.FidoEcdsa key, ReadOnlySpan<byte> inner, SshReader reader, ReadOnlySpan<byte> signed, WebAuthnOptions options)
    {
        if (!reader.TryBytes(1 + sizeof(uint), out var flagsAndCounter)
            || !reader.TryName(out var origin)
            || !reader.TryString(out var clientData)
            || !reader.TryString(out var extensions)
            || !reader.IsAtEnd)
        {
            return SignatureCheck.Damaged();
        }

        var flags = (AuthenticatorFlags)flagsAndCounter[0];

        // ssh-keygen builds the text of the client data from the origin, and refuses these in it
        if (flags.Contradict(hasExtensions: !extensions.IsEmpty) || origin.AsSpan().ContainsAny('"', '\\'))
        {
            return SignatureCheck.Damaged();
        }

        if (Forbidden(key.Application, origin, options) is { } forbidden)
        {
            return forbidden;
        }

        if (ClientData.Fault(clientData, signed, origin) is { } wrong)
        {
            return wrong;
        }

        byte[] original =
        [
            .. SHA256.HashData(Encoding.ASCII.GetBytes(key.Application)), .. flagsAndCounter, .. extensions, .. SHA256.HashData(clientData),
        ];
        if (SignatureCheck.Held(key.Point.Verify(original, HashAlgorithmName.SHA256, inner)) is { } fault)
        {
            return fault;
        }

        return flags.Assurance() is { } assurance
            ? new SignatureStrength(assurance, flags.IsDeviceBound())
            : SignatureCheck.NobodyPresent();
    }

    private static Refusal? Forbidden(string application, string origin, WebAuthnOptions options) =>
        !options.RpIds.Contains(application, StringComparer.Ordinal)
            ? Refusal.Of(
                RefusalCode.Forbidden,
                $"passkeys of `{SafeText.Escape(application, 64)}` may not sign; add it to `webauthn.rp_ids` if it is yours")
            : !options.Origins.Contains(origin, StringComparer.Ordinal)
                ? Refusal.Of(
                    RefusalCode.Forbidden,
                    $"the browser signed at `{SafeText.Escape(origin, 200)}`, which is not among `webauthn.origins`; sign in the console, or add the origin if it is yours")
                : null;
}
