using System.Security.Cryptography;
using Interlock.Canonical;
using Interlock.Signing.Wire;

namespace Interlock.Signing.Sshsig;

/// <summary>The blob of PROTOCOL.sshsig, section 2, taken apart: whose key it says, for what, and the signature.</summary>
internal sealed class SshsigBlob
{
    private const uint Version = 1;

    private SshsigBlob(ReadOnlySpan<byte> publicKey, string @namespace, string hash, ReadOnlySpan<byte> signature) =>
        (PublicKey, Namespace, Hash, Signature) = (publicKey.ToArray(), @namespace, hash, signature.ToArray());

    /// <summary>The key that the signature names; not yet parsed.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The namespace; never empty.</summary>
    public string Namespace { get; }

    /// <summary><c>sha256</c> or <c>sha512</c>: how the message was hashed before it was signed.</summary>
    public string Hash { get; }

    /// <summary>The signature of the key's type; not yet parsed.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    private static ReadOnlySpan<byte> Magic => "SSHSIG"u8;

    /// <summary>Takes a blob apart, the whole of it.</summary>
    public static Result<SshsigBlob> Read(ReadOnlySpan<byte> blob)
    {
        var reader = new SshReader(blob);
        if (!reader.TryBytes(Magic.Length, out var magic) || !magic.SequenceEqual(Magic) || !reader.TryUInt32(out var version))
        {
            return Damaged("it does not begin with `SSHSIG`");
        }

        if (version != Version)
        {
            return Damaged($"it has version {version}, and only {Version} is known");
        }

        if (!reader.TryString(out var publicKey) || !reader.TryName(out var name) || !reader.TryString(out var reserved)
            || !reader.TryName(out var hash) || !reader.TryString(out var signature))
        {
            return Damaged("a field is cut short or is no text");
        }

        if (!reader.IsAtEnd)
        {
            return Damaged("something stands behind its last field");
        }

        // ssh-keygen overlooks what is reserved and then signs and verifies as if it were empty
        return (name, hash) switch
        {
            ("", _) => Damaged("its namespace is empty"),
            _ when !reserved.IsEmpty => Damaged("its reserved field is not empty"),
            (_, not ("sha256" or "sha512")) => Damaged($"it hashes with `{SafeText.Escape(hash, 32)}`, and only `sha256` and `sha512` are known"),
            _ => new SshsigBlob(publicKey, name, hash, signature),
        };
    }

    /// <summary>The bytes that the key signs (section 3): the message only by its hash.</summary>
    public static byte[] ToBeSigned(string @namespace, string hash, ReadOnlySpan<byte> message) => new SshWriter()
        .Bytes(Magic)
        .Name(@namespace)
        .String(default)
        .Name(hash)
        .String(hash == "sha256" ? SHA256.HashData(message) : SHA512.HashData(message))
        .Written.ToArray();

    private static Refusal Damaged(string what) =>
        Refusal.Of(RefusalCode.Malformed, $"the signature is damaged: {what}; sign again with `ssh-keygen -Y sign`");
}
