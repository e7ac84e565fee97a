using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// The body of an <c>add-checkpoint</c> request (C2SP tlog-witness): <c>old SIZE</c>, up to 63 hashes in base64, a line each, an empty line,
/// and the checkpoint as a signed note. Every line ends with a line feed.
/// </summary>
/// <param name="OldSize">The size from which the proof starts; 0 for no proof.</param>
/// <param name="Hashes">The consistency proof (RFC 6962, section 2.1.2).</param>
/// <param name="Note">The checkpoint; nothing of it is verified.</param>
public sealed record AddCheckpoint(long OldSize, ImmutableArray<Sha256Digest> Hashes, SignedNote Note)
{
    /// <summary>The most hashes in a proof.</summary>
    public const int MaxHashes = 63;

    /// <summary>Base64 of 32 bytes and a line feed.</summary>
    private const int HashLine = 45;

    /// <summary><c>old </c>, 19 digits and a line feed, and the empty line.</summary>
    private const int OtherLines = 4 + 19 + 1 + 1;

    /// <summary>The largest body in bytes.</summary>
    public const int MaxBytes = SignedNote.MaxBytes + (MaxHashes * HashLine) + OtherLines;

    private const string OldWord = "old ";

    /// <summary>The request of a submission.</summary>
    /// <param name="submission">The checkpoint and its proof.</param>
    public static AddCheckpoint Of(WitnessSubmission submission) =>
        new(submission.Proof.OldSize, submission.Proof.Hashes, submission.Checkpoint.Note);

    /// <summary>The bytes of the body.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{OldWord}{OldSize}\n");
        Span<byte> bytes = stackalloc byte[Sha256Digest.Size];
        foreach (var hash in Hashes)
        {
            hash.CopyTo(bytes);
            head.Append(Convert.ToBase64String(bytes)).Append('\n');
        }

        return [.. Encoding.ASCII.GetBytes(head.Append('\n').ToString()), .. Note.ToBytes()];
    }

    /// <summary>Reads a body.</summary>
    /// <param name="body">The whole body; at most <see cref="MaxBytes"/> are looked at.</param>
    /// <param name="request">The request; nothing of it is verified.</param>
    /// <param name="error">Why the bytes are none: lower case, no full stop.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out AddCheckpoint? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        if (body.Length > MaxBytes)
        {
            error = $"the body has more than {MaxBytes} bytes";
            return false;
        }

        // no line of the head can be empty, so the first empty line ends it
        var end = body.IndexOf("\n\n"u8);
        if (end < 0 || end > MaxBytes - SignedNote.MaxBytes)
        {
            error = "the body is a line `old SIZE`, lines of a consistency proof, an empty line and a checkpoint";
            return false;
        }

        // what is not ASCII becomes `?`, which no line may hold
        var lines = Encoding.ASCII.GetString(body[..end]).Split('\n');
        if (!lines[0].StartsWith(OldWord, StringComparison.Ordinal) || !TryDecimal(lines[0].AsSpan(OldWord.Length), out var oldSize))
        {
            error = "the first line is `old` and a size in decimal digits without leading zeros";
            return false;
        }

        if (lines.Length - 1 > MaxHashes)
        {
            error = $"the proof has {lines.Length - 1} hashes and the limit is {MaxHashes}";
            return false;
        }

        var hashes = ImmutableArray.CreateBuilder<Sha256Digest>(lines.Length - 1);
        foreach (var line in lines.AsSpan(1))
        {
            if (!StrictBase64.TryDecode(line, Sha256Digest.Size, out var hash) || hash.Length != Sha256Digest.Size)
            {
                error = $"line {hashes.Count + 2} is not the base64 of a hash of {Sha256Digest.Size} bytes";
                return false;
            }

            hashes.Add(Sha256Digest.FromBytes(hash));
        }

        if (!SignedNote.TryParse(body[(end + 2)..], out var note, out error))
        {
            error = $"what follows the empty line is no signed note: {error}";
            return false;
        }

        request = new AddCheckpoint(oldSize, hashes.MoveToImmutable(), note);
        return true;
    }

    /// <summary>Reads a size as the protocol writes it: decimal digits, no leading zeros, at most 2^63 - 1.</summary>
    internal static bool TryDecimal(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
        && text.SequenceEqual(value.ToString(CultureInfo.InvariantCulture));
}
