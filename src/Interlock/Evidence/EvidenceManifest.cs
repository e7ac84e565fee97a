using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Evidence;

/// <summary>
/// What the log's key says of a bundle: these are the files about that plan. Without it whoever passes a bundle on could leave out an
/// entry that nothing else here names. Its second line is no number, so that no reader ever takes it for a checkpoint.
/// </summary>
internal static class EvidenceManifest
{
    private const string Format = "interlock-evidence-v1";

    /// <summary>The text of the note.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="sums">The bytes of <see cref="EvidenceNames.Sums"/>.</param>
    public static string Text(PlanId plan, ReadOnlySpan<byte> sums) =>
        string.Create(CultureInfo.InvariantCulture, $"{Format}\nplan {plan}\nsums {Sha256Digest.Of(sums)}\n");

    /// <summary>Puts the sums and the signed manifest to the files.</summary>
    public static EvidenceFiles Seal(EvidenceFiles files, PlanId plan, NoteSigner signer)
    {
        var sums = files.Sums();
        var note = signer.Sign(new SignedNote(Text(plan, sums), []));
        return files.With(EvidenceNames.Sums, sums).With(EvidenceNames.Manifest, note.ToBytes());
    }

    /// <summary>Checks the signature, the sums and each file's sum.</summary>
    /// <returns>The plan; refused with the name of the first file that is missing, was changed, or is of nobody.</returns>
    public static Result<PlanId> Open(EvidenceFiles files, NoteVerifier verifier)
    {
        if (!files.Read(EvidenceNames.Manifest).TryGet(out var bytes, out var refusal) || !files.Read(EvidenceNames.Sums).TryGet(out var sums, out refusal))
        {
            return refusal;
        }

        if (!SignedNote.TryParse(bytes.Span, out var note, out var error))
        {
            return Fault(EvidenceNames.Manifest, $"this is no signed note: {error}");
        }

        if (!verifier.HasSigned(note) || !bytes.Span.SequenceEqual(note.ToBytes()))
        {
            return Fault(EvidenceNames.Manifest, $"it does not carry the signature of the log's key `{verifier.Key}`");
        }

        if (note.Text.Split('\n') is not [Format, { Length: > 5 } line, ..] || !PlanId.TryParse(line[5..], out var plan))
        {
            return Fault(EvidenceNames.Manifest, $"it is not of the form `{Format}`");
        }

        return note.Text != Text(plan, sums.Span) ? Fault(EvidenceNames.Sums, "these are not the sums that were signed")
            : SumFault(files, sums.Span) is { } changed ? changed
            : plan;
    }

    private static Refusal? SumFault(EvidenceFiles files, ReadOnlySpan<byte> sums)
    {
        var again = files.Sums();
        if (sums.SequenceEqual(again))
        {
            return null;
        }

        var expected = Lines(sums);
        foreach (var (name, line) in Lines(again))
        {
            if (!expected.Remove(name, out var signed))
            {
                return Fault(name, "this file was not in the bundle when it was signed");
            }

            if (signed != line)
            {
                return Fault(name, "this file was changed");
            }
        }

        return expected.Count > 0 ? EvidenceFiles.Missing(expected.Keys.Order(StringComparer.Ordinal).First()) : Fault(EvidenceNames.Sums, "its lines are not in order");
    }

    private static Dictionary<string, string> Lines(ReadOnlySpan<byte> sums)
    {
        const int Name = (2 * Sha256Digest.Size) + 2;
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in System.Text.Encoding.UTF8.GetString(sums).Split('\n').Where(static line => line.Length > Name))
        {
            lines[line[Name..]] = line;
        }

        return lines;
    }

    private static Refusal Fault(string name, string why) => new(RefusalCode.Corrupt, name, $"{why}; ask for the whole bundle again");
}
