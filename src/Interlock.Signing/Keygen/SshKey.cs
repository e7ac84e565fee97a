namespace Interlock.Signing.Keygen;

/// <summary>What has to happen before a key signs. More is greater; zero is nothing at all.</summary>
public enum KeyCustody
{
    /// <summary>Nothing: whatever runs as this person signs with it.</summary>
    Unattended = 0,

    /// <summary>It is in an agent, which may ask each time (<c>ssh-add -c</c>) or not: nobody outside can tell.</summary>
    Agent,

    /// <summary>Somebody types a passphrase.</summary>
    Passphrase,

    /// <summary>Somebody touches an authenticator.</summary>
    Hardware,
}

/// <summary>A key with which a person can sign.</summary>
/// <param name="Path">The file of its private half (a handle, for an authenticator's); null where only the agent has it.</param>
/// <param name="PublicKey">The line of its <c>.pub</c> file, <c>type base64 comment</c>.</param>
/// <param name="KeyType">Its type on the wire.</param>
/// <param name="Fingerprint"><c>SHA256:…</c>.</param>
/// <param name="Custody">What has to happen before it signs.</param>
public sealed record SshKey(string? Path, string PublicKey, string KeyType, string Fingerprint, KeyCustody Custody);
