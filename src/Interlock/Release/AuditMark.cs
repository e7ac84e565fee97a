using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Release;

/// <summary>
/// What <c>fsck</c> remembers of an audit without findings: up to which size and root every signature was verified. It is a note that the
/// log's key signed, so that whoever writes the ledger cannot write it. Its second line is no number: no reader takes it for a checkpoint.
/// </summary>
public static class AuditMark
{
    /// <summary>The largest mark in bytes.</summary>
    public const int MaxBytes = 4_096;

    private const string Format = "interlock-fsck-v1";

    /// <summary>Signs one.</summary>
    /// <param name="signer">The log's key.</param>
    /// <param name="head">What was verified.</param>
    /// <returns>The bytes of the note.</returns>
    public static byte[] Write(NoteSigner signer, TreeHead head) => signer.Sign(new SignedNote(Text(signer.Key, head), [])).ToBytes();

    /// <summary>Reads one.</summary>
    /// <param name="bytes">The note.</param>
    /// <param name="verifier">The log's key.</param>
    /// <returns>What was verified; refused where the note is not of this key, of this log, or of this version of the audit.</returns>
    public static Result<TreeHead> Read(ReadOnlySpan<byte> bytes, NoteVerifier verifier)
    {
        if (bytes.Length > MaxBytes || !SignedNote.TryParse(bytes, out var note, out _))
        {
            return Ignored("it is damaged");
        }

        if (!verifier.HasSigned(note))
        {
            return Ignored($"the log's key `{verifier.Key}` did not sign it");
        }

        if (note.Text.Split('\n') is not [Format, _, _, ['s', 'i', 'z', 'e', ' ', .. var digits], ['r', 'o', 'o', 't', ' ', .. var hash], ""]
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !Sha256Digest.TryParse(hash, out var root))
        {
            return Ignored("it is of another form");
        }

        var head = new TreeHead(size, root);
        return note.Text == Text(verifier.Key, head) ? head : Ignored("another version of the audit, or one of another log, wrote it");
    }

    private static string Text(NoteKey key, TreeHead head) => string.Create(
        CultureInfo.InvariantCulture, $"{Format}\nlog {key.Name}\naudit {LedgerAudit.Version}\nsize {head.Size}\nroot {head.Root}\n");

    private static Refusal Ignored(string why) =>
        Refusal.Of(RefusalCode.Mismatch, $"what an earlier `fsck` verified is not taken over, because {why}; everything is verified anew");
}
