namespace Interlock.Ledger;

/// <summary>Signs notes with one key. Where the private half lies is the composer's affair.</summary>
/// <param name="key">The public half.</param>
/// <param name="ed25519">Makes the 64 bytes of the signature (RFC 8032) over a message.</param>
public sealed class NoteSigner(NoteKey key, Func<ReadOnlyMemory<byte>, byte[]> ed25519)
{
    /// <summary>The public half.</summary>
    public NoteKey Key { get; } = key;

    /// <summary>Signs a text as <see cref="NoteAlgorithm.Ed25519"/>.</summary>
    /// <param name="note">The note as it is, with the signatures of others or without any.</param>
    /// <returns>The note with this signature before those that it had.</returns>
    public SignedNote Sign(SignedNote note)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Key.Algorithm, NoteAlgorithm.Ed25519, nameof(note));
        return note with { Signatures = note.Signatures.Insert(0, new NoteSignature(Key.Name, Key.Id, ed25519(note.TextBytes()))) };
    }
}
