using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>A checkpoint that as many witnesses hold as were required.</summary>
/// <param name="Checkpoint">The checkpoint; its note carries the log's signature and the verified cosignatures.</param>
/// <param name="HeldBy">The witnesses, in the order in which they answered.</param>
internal sealed record WitnessedCheckpoint(SignedCheckpoint Checkpoint, ImmutableArray<HeldBy> HeldBy)
{
    /// <summary>
    /// What is archived: <c>{"checkpoint": NOTE, "held_by": [{"witness": NAME, "proof": BASE64}]}</c>; <c>proof</c> only where the witness
    /// signs no cosignature.
    /// </summary>
    public byte[] ToBytes() => CanonicalJson.Write(JsonObject.Of(
        ("checkpoint", System.Text.Encoding.UTF8.GetString(Checkpoint.Note.ToBytes())),
        ("held_by", new JsonArray(HeldBy.Select(static one => (JsonValue)JsonObject.Of(
            ("witness", one.Name),
            ("proof", one.Proof is { } proof ? Convert.ToBase64String(proof.Span) : null)))))));

    /// <summary>Puts together what single witnesses answered about one checkpoint.</summary>
    public static WitnessedCheckpoint Of(SignedCheckpoint checkpoint, IEnumerable<HeldBy> heldBy)
    {
        ImmutableArray<HeldBy> all = [.. heldBy];
        var note = checkpoint.Note;
        return new WitnessedCheckpoint(
            checkpoint with { Note = note with { Signatures = [.. note.Signatures, .. all.SelectMany(static one => one.Cosignatures)] } }, all);
    }
}

/// <summary>That one witness holds a checkpoint.</summary>
/// <param name="Name">The witness.</param>
/// <param name="Cosignatures">Its verified signatures; empty where it signs none.</param>
/// <param name="Proof">What it gave instead; null where it signs.</param>
internal sealed record HeldBy(string Name, ImmutableArray<NoteSignature> Cosignatures, ReadOnlyMemory<byte>? Proof);
