namespace Interlock.Ledger;

/// <summary>Signs checkpoints of one log with its key, whose name is the log's origin.</summary>
/// <param name="signer">The log's key.</param>
public sealed class LogSigner(NoteSigner signer)
{
    /// <summary>The public half.</summary>
    public NoteKey Key => signer.Key;

    /// <summary>
    /// Signs one. Whoever calls this has made sure that every checkpoint that the log signed before is consistent with it, see
    /// <see cref="AnchorRules"/>.
    /// </summary>
    /// <param name="head">Size and root.</param>
    public SignedCheckpoint Sign(TreeHead head)
    {
        var checkpoint = new Checkpoint(signer.Key.Name, head);
        return new SignedCheckpoint(checkpoint, signer.Sign(new SignedNote(checkpoint.Text, [])));
    }
}
