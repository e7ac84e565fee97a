namespace Interlock.Signing.Keys;

/// <summary>Names of keys and signatures on the wire.</summary>
internal static class KeyTypes
{
    /// <summary>RFC 8709.</summary>
    public const string Ed25519 = "ssh-ed25519";

    /// <summary>RFC 4253. As a signature it is SHA-1, which is never accepted.</summary>
    public const string Rsa = "ssh-rsa";

    /// <summary>RFC 8332: a signature by an <see cref="Rsa"/> key.</summary>
    public const string RsaSha256 = "rsa-sha2-256";

    /// <summary>RFC 8332: a signature by an <see cref="Rsa"/> key.</summary>
    public const string RsaSha512 = "rsa-sha2-512";

    /// <summary>OpenSSH's PROTOCOL.u2f.</summary>
    public const string SkEd25519 = "sk-ssh-ed25519@openssh.com";

    /// <summary>OpenSSH's PROTOCOL.u2f.</summary>
    public const string SkEcdsa = "sk-ecdsa-sha2-nistp256@openssh.com";

    /// <summary>OpenSSH's PROTOCOL.u2f: a signature that a browser made with an <see cref="SkEcdsa"/> key.</summary>
    public const string WebAuthn = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com";

    /// <summary>Every type of key that may sign, for messages.</summary>
    public const string Known =
        "`ssh-ed25519`, `ecdsa-sha2-nistp256`, `-nistp384`, `-nistp521`, `ssh-rsa` of 3072 bits or more, `sk-ssh-ed25519@openssh.com` or `sk-ecdsa-sha2-nistp256@openssh.com`";
}
