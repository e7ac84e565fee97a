using System.Security.Cryptography;
using System.Text;
using Interlock.Signing.Crypto;

namespace Interlock.Tests.Signing;

/// <summary>
/// Makes SSH signatures with keys that it holds, authenticators too: what <c>ssh-keygen</c> would make with hardware that no test
/// machine has.
/// </summary>
internal abstract class TestSigner
{
    // made once: a large RSA key takes seconds
    private static readonly Lazy<TestSigner> Rsa3072 = new(static () => new RsaSigner(3072, "rsa-sha2-512", HashAlgorithmName.SHA512));
    private static readonly Lazy<TestSigner> Rsa4096 = new(static () => new RsaSigner(4096, "rsa-sha2-256", HashAlgorithmName.SHA256));

    public abstract string Type { get; }

    public abstract byte[] PublicKey { get; }

    public string PublicLine => $"{Type} {Convert.ToBase64String(PublicKey)}";

    public string Fingerprint => "SHA256:" + Convert.ToBase64String(SHA256.HashData(PublicKey)).TrimEnd('=');

    public static TestSigner Make(string kind) => kind switch
    {
        "ed25519" => new Ed25519Signer(),
        "ecdsa-256" => new EcdsaSigner("nistp256", ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256),
        "ecdsa-384" => new EcdsaSigner("nistp384", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384),
        "ecdsa-521" => new EcdsaSigner("nistp521", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512),
        "rsa-3072" => Rsa3072.Value,
        "rsa-4096" => Rsa4096.Value,
        "sk-ed25519" => new FidoEd25519Signer(),
        "sk-ecdsa" => new FidoEcdsaSigner(),
        "webauthn" => new WebAuthnSigner(),
        _ => throw new ArgumentException(kind),
    };

    /// <summary>Every kind of key that may sign.</summary>
    public static TheoryData<string> Kinds =>
        ["ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa-3072", "rsa-4096", "sk-ed25519", "sk-ecdsa", "webauthn"];

    public static byte[] ToBeSigned(string @namespace, byte[] message, string hash = "sha512", string reserved = "") => new Wire()
        .Raw("SSHSIG"u8).Text(@namespace).Text(reserved).Text(hash)
        .String(hash == "sha256" ? SHA256.HashData(message) : SHA512.HashData(message)).Bytes;

    public static byte[] Blob(byte[] publicKey, string @namespace, byte[] signature, string hash = "sha512", string reserved = "", uint version = 1) => new Wire()
        .Raw("SSHSIG"u8).U32(version).String(publicKey).Text(@namespace).Text(reserved).Text(hash).String(signature).Bytes;

    public static byte[] Armour(byte[] blob)
    {
        var lines = Convert.ToBase64String(blob).Chunk(70).Select(static line => new string(line));
        return Encoding.ASCII.GetBytes($"-----BEGIN SSH SIGNATURE-----\n{string.Join('\n', lines)}\n-----END SSH SIGNATURE-----\n");
    }

    /// <summary>The signature of some bytes in the form of the key's type: its algorithm first.</summary>
    public abstract byte[] SignBytes(byte[] bytes);

    public byte[] SignToBlob(byte[] message, string @namespace = Shared.Namespace, string hash = "sha512") =>
        Blob(PublicKey, @namespace, SignBytes(ToBeSigned(@namespace, message, hash)), hash);

    public byte[] Sign(byte[] message, string @namespace = Shared.Namespace, string hash = "sha512") => Armour(SignToBlob(message, @namespace, hash));

    protected static byte[] Mpints(byte[] both) => new Wire().Mpint(both.AsSpan(0, both.Length / 2)).Mpint(both.AsSpan(both.Length / 2)).Bytes;

    protected static byte[] Point(ECDsa key) => key.ExportParameters(false).Q is { X: { } x, Y: { } y } ? [4, .. x, .. y] : [];
}

internal sealed class SeededEd25519
{
    private readonly byte[] seed = RandomNumberGenerator.GetBytes(32);

    public byte[] PublicKey
    {
        get
        {
            using var key = new Ed25519Key(seed);
            return key.PublicKey.ToArray();
        }
    }

    public byte[] Sign(byte[] message)
    {
        using var key = new Ed25519Key(seed);
        return key.Sign(message);
    }
}

internal sealed class Ed25519Signer : TestSigner
{
    private readonly SeededEd25519 key = new();

    public override string Type => "ssh-ed25519";

    public override byte[] PublicKey => new Wire().Text(Type).String(key.PublicKey).Bytes;

    public override byte[] SignBytes(byte[] bytes) => new Wire().Text(Type).String(key.Sign(bytes)).Bytes;
}

internal sealed class EcdsaSigner(string curve, ECCurve parameters, HashAlgorithmName hash) : TestSigner
{
    private readonly ECDsa key = ECDsa.Create(parameters);

    public override string Type => "ecdsa-sha2-" + curve;

    public override byte[] PublicKey => new Wire().Text(Type).Text(curve).String(Point(key)).Bytes;

    public override byte[] SignBytes(byte[] bytes) => new Wire().Text(Type).String(Mpints(key.SignData(bytes, hash))).Bytes;
}

internal sealed class RsaSigner(int bits, string algorithm, HashAlgorithmName hash) : TestSigner
{
    private readonly RSA key = RSA.Create(bits);
    private readonly Lock gate = new();

    public override string Type => "ssh-rsa";

    public override byte[] PublicKey => Public() is { Exponent: { } e, Modulus: { } n }
        ? new Wire().Text(Type).Mpint(e).Mpint(n).Bytes
        : [];

    private RSAParameters Public()
    {
        lock (gate)
        {
            return key.ExportParameters(false);
        }
    }

    public override byte[] SignBytes(byte[] bytes)
    {
        lock (gate)
        {
            return new Wire().Text(algorithm).String(key.SignData(bytes, hash, RSASignaturePadding.Pkcs1)).Bytes;
        }
    }
}

internal sealed class FidoEd25519Signer : TestSigner
{
    private readonly SeededEd25519 key = new();

    public byte Flags { get; init; } = 0x01;

    public string Application { get; init; } = "ssh:";

    public override string Type => "sk-ssh-ed25519@openssh.com";

    public override byte[] PublicKey => new Wire().Text(Type).String(key.PublicKey).Text(Application).Bytes;

    public override byte[] SignBytes(byte[] bytes)
    {
        var signed = new Wire().Raw(SHA256.HashData(Encoding.UTF8.GetBytes(Application))).Byte(Flags).U32(7).Raw(SHA256.HashData(bytes)).Bytes;
        return new Wire().Text(Type).String(key.Sign(signed)).Byte(Flags).U32(7).Bytes;
    }
}

internal sealed class FidoEcdsaSigner : TestSigner
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte Flags { get; init; } = 0x01;

    public string Application { get; init; } = "ssh:";

    public override string Type => "sk-ecdsa-sha2-nistp256@openssh.com";

    public override byte[] PublicKey => new Wire().Text(Type).Text("nistp256").String(Point(key)).Text(Application).Bytes;

    public override byte[] SignBytes(byte[] bytes)
    {
        var signed = new Wire().Raw(SHA256.HashData(Encoding.UTF8.GetBytes(Application))).Byte(Flags).U32(7).Raw(SHA256.HashData(bytes)).Bytes;
        return new Wire().Text(Type).String(Mpints(key.SignData(signed, HashAlgorithmName.SHA256))).Byte(Flags).U32(7).Bytes;
    }
}

/// <summary>A browser with a passkey; each part of what it says can be another.</summary>
internal sealed class WebAuthnSigner : TestSigner
{
    public const string RpId = "interlock.example.org";
    public const string Origin = "https://interlock.example.org";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte Flags { get; init; } = 0x05;

    public string Application { get; init; } = RpId;

    public string SaidOrigin { get; init; } = Origin;

    public string ClientOrigin { get; init; } = Origin;

    public string ClientType { get; init; } = "webauthn.get";

    public string ClientRest { get; init; } = ",\"crossOrigin\":false}";

    public byte[] Extensions { get; init; } = [];

    public Func<byte[], byte[]> Challenge { get; init; } = static bytes => bytes;

    public override string Type => "sk-ecdsa-sha2-nistp256@openssh.com";

    public override byte[] PublicKey => new Wire().Text(Type).Text("nistp256").String(Point(key)).Text(Application).Bytes;

    public override byte[] SignBytes(byte[] bytes)
    {
        var challenge = Convert.ToBase64String(Challenge(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var client = Encoding.UTF8.GetBytes($"{{\"type\":\"{ClientType}\",\"challenge\":\"{challenge}\",\"origin\":\"{ClientOrigin}\"{ClientRest}");
        var signed = new Wire().Raw(SHA256.HashData(Encoding.UTF8.GetBytes(Application))).Byte(Flags).U32(7).Raw(Extensions).Raw(SHA256.HashData(client)).Bytes;
        return new Wire().Text("webauthn-sk-ecdsa-sha2-nistp256@openssh.com").String(Mpints(key.SignData(signed, HashAlgorithmName.SHA256)))
            .Byte(Flags).U32(7).Text(SaidOrigin).String(client).String(Extensions).Bytes;
    }
}
