using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Release;

/// <summary>
/// What <c>fsck</c> remembers of an audit without findings. It is kept as a note that the log's key signed, so that whoever writes the
/// ledger cannot write it. Its second line is no number: no reader takes it for a checkpoint.
/// </summary>
/// <param name="Head">Up to which size and root the chain folds and every signature holds.</param>
/// <param name="Contents">The digest of everything that the store held then, see <see cref="ILedgerStore.ContentsAsync"/>.</param>
public sealed record AuditMark(TreeHead Head, Sha256Digest Contents)
{
    /// <summary>The largest mark in bytes.</summary>
    public const int MaxBytes = 4_096;

    private const string Format = "interlock-fsck-v1";

    /// <summary>Signs it.</summary>
    /// <param name="signer">The log's key.</param>
    /// <returns>The bytes of the note.</returns>
    public byte[] ToNote(NoteSigner signer) => signer.Sign(new SignedNote(Text(signer.Key), [])).ToBytes();

    /// <summary>Reads one.</summary>
    /// <param name="bytes">The note.</param>
    /// <param name="verifier">The log's key.</param>
    /// <returns>The mark; refused where the note is not of this key, of this log, or of this version of the audit.</returns>
    public static Result<AuditMark> Read(ReadOnlySpan<byte> bytes, NoteVerifier verifier)
    {
        if (bytes.Length > MaxBytes || !SignedNote.TryParse(bytes, out var note, out _))
        {
            return Ignored("it is damaged");
        }

        if (!verifier.HasSigned(note))
        {
            return Ignored($"the log's key `{verifier.Key}` did not sign it");
        }

        if (note.Text.Split('\n') is not
            [
                Format, _, _, ['s', 'i', 'z', 'e', ' ', .. var digits], ['r', 'o', 'o', 't', ' ', .. var hash],
                ['c', 'o', 'n', 't', 'e', 'n', 't', 's', ' ', .. var held], "",
            ]
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !Sha256Digest.TryParse(hash, out var root)
            || !Sha256Digest.TryParse(held, out var contents))
        {
            return Ignored("it is of another form");
        }

        var mark = new AuditMark(new TreeHead(size, root), contents);
        return note.Text == mark.Text(verifier.Key) ? mark : Ignored("another version of the audit, or one of another log, wrote it");
    }

    private string Text(NoteKey key) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Format}\nlog {key.Name}\naudit {LedgerAudit.Version}\nsize {Head.Size}\nroot {Head.Root}\ncontents {Contents}\n");

    private static Refusal Ignored(string why) =>
        Refusal.Of(RefusalCode.Mismatch, $"what an earlier `fsck` verified is not taken over, because {why}; everything is verified anew");
}
