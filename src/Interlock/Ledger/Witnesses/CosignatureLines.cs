using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Interlock.Ledger;

/// <summary>The signature lines of witnesses, as they are handed over apart from their note (C2SP tlog-witness).</summary>
public static class CosignatureLines
{
    /// <summary>
    /// Verifies a witness's lines over a checkpoint. Lines of other keys are passed over; one of this very key that does not verify, or that
    /// says no time, spoils them all.
    /// </summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="lines">The lines, each ended by a line feed.</param>
    /// <param name="witness">The key that is trusted; of <see cref="NoteAlgorithm.Cosignature"/>.</param>
    /// <param name="signatures">Those of the witness, at least one.</param>
    public static bool TryVerify(
        SignedNote checkpoint, ReadOnlySpan<byte> lines, NoteVerifier witness, [NotNullWhen(true)] out ImmutableArray<NoteSignature>? signatures)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(witness.Key.Algorithm, NoteAlgorithm.Cosignature, nameof(witness));
        signatures = null;

        // read as the note that they would make with the text alone: what else stands on the checkpoint is not the witness's
        if (lines.Length > SignedNote.MaxBytes
            || !SignedNote.TryParse([.. checkpoint.TextBytes(), (byte)'\n', .. lines], out var note, out _)
            || note.Text != checkpoint.Text
            || !witness.HasSigned(note))
        {
            return false;
        }

        ImmutableArray<NoteSignature> own =
        [
            .. note.Signatures.Where(signature => signature.Name == witness.Key.Name && signature.KeyId == witness.Key.Id),
        ];
        if (!own.All(signature => Cosignature.TryParse(signature.Bytes, out var cosignature) && cosignature.UnixTime > 0))
        {
            return false;
        }

        signatures = own;
        return true;
    }

    /// <summary>The bytes of the lines.</summary>
    /// <param name="note">The note whose signatures are wanted alone.</param>
    public static ReadOnlyMemory<byte> Of(SignedNote note) => note.ToBytes().AsMemory(note.TextBytes().Length + 1);
}
