using Interlock.Canonical;
using Interlock.Signing.Crypto;
using Interlock.Signing.Wire;

namespace Interlock.Signing.Keys;

/// <summary>Reads public keys: as a blob, and as the two words of a line.</summary>
internal static class PublicKeyReader
{
    /// <summary>The largest blob: an RSA key of 16,384 bits has 2,080 bytes.</summary>
    private const int MaxBlobBytes = 4_096;

    /// <summary>Reads a type and the blob in base64, as they stand in <c>id_ed25519.pub</c>; both must name the same type.</summary>
    public static Result<SshPublicKey> ReadWords(string type, string base64)
    {
        if (base64.Length > MaxBlobBytes * 2 || !StrictBase64.TryDecode(base64, MaxBlobBytes * 2, out var blob))
        {
            return Refusal.Of(RefusalCode.Malformed, "the public key is not base64; copy the whole line of the `.pub` file again");
        }

        if (!ReadBlob(blob).TryGet(out var key, out var refusal))
        {
            return refusal;
        }

        return key.Type == type
            ? key
            : Refusal.Of(
                RefusalCode.Malformed,
                $"the line says `{Shown(type)}` and the key is `{key.Type}`; copy the whole line of the `.pub` file again");
    }

    /// <summary>Reads a blob (RFC 4253, section 6.6), the whole of it.</summary>
    public static Result<SshPublicKey> ReadBlob(ReadOnlySpan<byte> blob)
    {
        var reader = new SshReader(blob);
        if (blob.Length > MaxBlobBytes || !reader.TryName(out var type))
        {
            return Damaged();
        }

        return type switch
        {
            KeyTypes.Ed25519 => ReadEd25519(blob, reader),
            KeyTypes.Rsa => ReadRsa(blob, reader),
            KeyTypes.SkEd25519 => ReadFidoEd25519(blob, reader),
            KeyTypes.SkEcdsa => ReadFidoEcdsa(blob, reader),
            _ when NistCurve.OfKeyType(type) is { } curve => ReadEcdsa(blob, reader, curve),
            _ when type.Contains("-cert-v0", StringComparison.Ordinal) => Refusal.Of(
                RefusalCode.Forbidden, $"`{Shown(type)}` is a certificate, and certificates may not sign; register the key itself"),
            _ => Refusal.Of(RefusalCode.Forbidden, $"keys of type `{Shown(type)}` may not sign; use {KeyTypes.Known}"),
        };
    }

    private static Result<SshPublicKey> ReadEd25519(ReadOnlySpan<byte> blob, SshReader reader) =>
        !reader.TryString(out var point) || !reader.IsAtEnd || point.Length != Ed25519.PublicKeySize ? Damaged()
        : Ed25519Point.IsSound(point) ? new SshPublicKey.Ed25519(blob, point)
        : Worthless();

    private static Result<SshPublicKey> ReadFidoEd25519(ReadOnlySpan<byte> blob, SshReader reader) =>
        !reader.TryString(out var point) || point.Length != Ed25519.PublicKeySize
        || !reader.TryName(out var application) || application.Length == 0 || !reader.IsAtEnd ? Damaged()
        : Ed25519Point.IsSound(point) ? new SshPublicKey.FidoEd25519(blob, point, application)
        : Worthless();

    private static Result<SshPublicKey> ReadEcdsa(ReadOnlySpan<byte> blob, SshReader reader, NistCurve curve) =>
        ReadPoint(ref reader, curve) is { } point && reader.IsAtEnd ? new SshPublicKey.Ecdsa(blob, point) : Damaged();

    private static Result<SshPublicKey> ReadFidoEcdsa(ReadOnlySpan<byte> blob, SshReader reader) =>
        ReadPoint(ref reader, NistCurve.P256) is { } point
        && reader.TryName(out var application) && application.Length > 0 && reader.IsAtEnd
            ? new SshPublicKey.FidoEcdsa(blob, point, application)
            : Damaged();

    private static EcPoint? ReadPoint(ref SshReader reader, NistCurve curve) =>
        reader.TryName(out var name) && name == curve.Name && reader.TryString(out var bytes) ? EcPoint.Read(curve, bytes) : null;

    private static Result<SshPublicKey> ReadRsa(ReadOnlySpan<byte> blob, SshReader reader)
    {
        if (!reader.TryPositive(out var exponent) || !reader.TryPositive(out var modulus) || !reader.IsAtEnd)
        {
            return Damaged();
        }

        return RsaNumbers.Of(exponent, modulus).TryGet(out var numbers, out var refusal) ? new SshPublicKey.Rsa(blob, numbers) : refusal;
    }

    private static string Shown(string text) => SafeText.Escape(text, 64);

    private static Refusal Worthless() => Refusal.Of(
        RefusalCode.Forbidden,
        "the Ed25519 key is none that `ssh-keygen` makes: it is a second spelling of another key, or anybody can sign for it; make a new key");

    private static Refusal Damaged() => Refusal.Of(RefusalCode.Malformed, "the public key is damaged; copy the whole line of the `.pub` file again");
}
