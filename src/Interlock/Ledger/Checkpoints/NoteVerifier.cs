namespace Interlock.Ledger;

/// <summary>
/// Looks whether a key signed a note. The core has no Ed25519: whoever composes it hands in the one of <c>Interlock.Signing</c>.
/// </summary>
/// <param name="key">The key that is trusted.</param>
/// <param name="ed25519">Whether 64 bytes are the signature (RFC 8032) of that public key over a message: key, message, signature.</param>
public sealed class NoteVerifier(NoteKey key, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, bool> ed25519)
{
    private const int SignatureBytes = 64;

    /// <summary>The key that is trusted.</summary>
    public NoteKey Key { get; } = key;

    /// <summary>
    /// Whether the key signed the note. One signature of this very name and hash that does not verify spoils the note: nobody adds one
    /// by accident. Those of other keys are passed over.
    /// </summary>
    /// <param name="note">The note.</param>
    public bool HasSigned(SignedNote note)
    {
        var claims = note.Signatures.Where(signature => signature.Name == Key.Name && signature.KeyId == Key.Id).ToList();
        return claims.Count > 0 && claims.TrueForAll(signature => Verifies(note, signature.Bytes));
    }

    private bool Verifies(SignedNote note, ReadOnlyMemory<byte> signature) => Key.Algorithm switch
    {
        NoteAlgorithm.Ed25519 => signature.Length == SignatureBytes && ed25519(Key.PublicKey, note.TextBytes(), signature),
        NoteAlgorithm.Cosignature => Cosignature.TryParse(signature, out var cosignature)
            && ed25519(Key.PublicKey, cosignature.Message(note.Text), cosignature.Signature),
        NoteAlgorithm.Unknown => false,
        _ => throw new InvalidOperationException($"no verification for {Key.Algorithm}"),
    };
}
