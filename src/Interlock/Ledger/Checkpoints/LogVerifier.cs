namespace Interlock.Ledger;

/// <summary>
/// Opens checkpoints of one log: a note, signed by the log's key, whose text is a checkpoint of that very log. The log's origin is
/// the name of its key.
/// </summary>
/// <param name="verifier">The log's key.</param>
public sealed class LogVerifier(NoteVerifier verifier)
{
    /// <summary>Which log it is: the first line of its checkpoints.</summary>
    public string Origin => verifier.Key.Name;

    /// <summary>The log's key.</summary>
    public NoteKey Key => verifier.Key;

    /// <summary>Whether this log's key signed a note, whatever the note says.</summary>
    /// <param name="note">The note.</param>
    public bool HasSigned(SignedNote note) => verifier.HasSigned(note);

    /// <summary>Verifies a signed checkpoint.</summary>
    /// <param name="bytes">The whole note; at most <see cref="SignedNote.MaxBytes"/> are looked at.</param>
    /// <param name="what">What it is, for people: "the anchor `path`".</param>
    /// <returns>The checkpoint; refused as corrupt where it is none, or not one that this log signed.</returns>
    public Result<SignedCheckpoint> Open(ReadOnlySpan<byte> bytes, string what)
    {
        if (!SignedNote.TryParse(bytes, out var note, out var error))
        {
            return Corrupt($"{what} is no signed note: {error}");
        }

        if (!verifier.HasSigned(note))
        {
            return Corrupt($"{what} carries no valid signature of the log's key `{verifier.Key}`");
        }

        if (!Checkpoint.TryParse(note.Text, out var checkpoint, out error))
        {
            return Corrupt($"{what} is no checkpoint: {error}");
        }

        return checkpoint.Origin == Origin
            ? new SignedCheckpoint(checkpoint, note)
            : Corrupt($"{what} is a checkpoint of the log `{checkpoint.Origin}`, not of `{Origin}`");
    }

    private static Refusal Corrupt(string what) =>
        Refusal.Of(RefusalCode.Corrupt, $"{what}; check its path and `log.public`, or run `interlock recover`");
}

/// <summary>A checkpoint whose log's signature was verified.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="Note">The note that carries it, with the signatures of others.</param>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, SignedNote Note)
{
    /// <summary>Size and root.</summary>
    public TreeHead Head => Checkpoint.Head;
}
