namespace Interlock.Ledger;

/// <summary>Makes the cosignatures of one witness (C2SP tlog-cosignature, Ed25519). Where the private half lies is the composer's affair.</summary>
/// <param name="key">The public half, of <see cref="NoteAlgorithm.Cosignature"/>.</param>
/// <param name="ed25519">Makes the 64 bytes of the signature (RFC 8032) over a message.</param>
public sealed class NoteCosigner(NoteKey key, Func<ReadOnlyMemory<byte>, byte[]> ed25519)
{
    /// <summary>The public half.</summary>
    public NoteKey Key { get; } = key.Algorithm == NoteAlgorithm.Cosignature ? key : throw new ArgumentOutOfRangeException(nameof(key));

    /// <summary>
    /// Cosigns a checkpoint. Whoever calls this has made sure that it continues every one that was cosigned before, see
    /// <see cref="WitnessRules"/>.
    /// </summary>
    /// <param name="text">The text of the note.</param>
    /// <param name="at">When; whole seconds since 1970 are signed, at least 1.</param>
    public NoteSignature Cosign(string text, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfLessThan(time, 1, nameof(at));
        return new NoteSignature(Key.Name, Key.Id, new Cosignature(time, ed25519(Cosignature.Message(time, text))).ToBytes());
    }
}
