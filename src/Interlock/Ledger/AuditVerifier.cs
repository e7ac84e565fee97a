using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// Verifies a log in JSON lines, ours or the old system's, as it streams by; holds one line at a time. An old line need not be
/// canonical text: its hash is computed again from its value. A line is
/// <c>{"seq", "ts", "prev", "event", "hash"}</c> with <c>hash = hex(SHA-256(ASCII(prev) ‖ JCS({seq, ts, prev, event})))</c>.
/// See <c>docs/spec/ledger.md</c>, export.
/// </summary>
/// <remarks>Feed chunks of any size, then finish. Lines of white space alone are passed over. After a break nothing is read on.</remarks>
public sealed class AuditVerifier
{
    /// <summary>Old logs have no cap; this one only keeps a file that is no log from filling the memory.</summary>
    private const int MaxLineBytes = 1 << 28;

    private static readonly JsonReadOptions LineOptions = new() { MaxBytes = MaxLineBytes, MaxDepth = 512 };

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r"u8);

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'+00:00'",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
        "yyyy-MM-dd'T'HH:mm:ss'+00:00'",
        "yyyy-MM-dd'T'HH:mm:ss'Z'",
    ];

    private readonly ArrayBufferWriter<byte> partial = new();
    private Sha256Digest head;
    private long entries;
    private long lines;
    private long lineAt;
    private AuditProblem? problem;
    private bool finished;

    /// <summary>A verifier of a log from its beginning.</summary>
    public AuditVerifier()
    {
    }

    /// <summary>A verifier that goes on where another one stood.</summary>
    internal AuditVerifier(AuditPosition from) => (entries, lines, lineAt, head) = (from.Entries, from.Lines, from.ByteOffset, from.Head);

    /// <summary>Where it stands, after whole lines and while nothing is broken; null otherwise.</summary>
    internal AuditPosition? Position =>
        problem is null && partial.WrittenCount == 0 ? new AuditPosition(entries, lines, lineAt, head) : null;

    /// <summary>How much is held: it depends on the longest line, not on how many there are.</summary>
    internal int BufferedBytes => partial.Capacity;

    /// <summary>Takes the next bytes of the log.</summary>
    /// <param name="chunk">Any number of bytes.</param>
    /// <exception cref="InvalidOperationException">The verifier was finished.</exception>
    public void Feed(ReadOnlySpan<byte> chunk)
    {
        if (finished)
        {
            throw new InvalidOperationException("a finished verifier takes no more; make a new one");
        }

        while (problem is null && !chunk.IsEmpty)
        {
            var end = chunk.IndexOf((byte)'\n');
            if (end < 0 || partial.WrittenCount > 0)
            {
                var part = end < 0 ? chunk : chunk[..end];
                if (part.Length > MaxLineBytes - partial.WrittenCount)
                {
                    lines++;
                    Break($"the line has more than {MaxLineBytes} bytes; this is not a log");
                    return;
                }

                partial.Write(part);
            }

            if (end < 0)
            {
                return;
            }

            var line = partial.WrittenCount > 0 ? partial.WrittenSpan : chunk[..end];
            Line(line, complete: true);
            lineAt += line.Length + 1;
            partial.ResetWrittenCount();
            chunk = chunk[(end + 1)..];
        }
    }

    /// <summary>Takes the end of the log.</summary>
    /// <returns>What became of it.</returns>
    public AuditReport Finish()
    {
        if (!finished && problem is null && partial.WrittenCount > 0)
        {
            Line(partial.WrittenSpan, complete: false);
        }

        finished = true;
        var verdict = problem is not null ? AuditVerdict.Broken : entries == 0 ? AuditVerdict.Empty : AuditVerdict.Verified;
        return new AuditReport(verdict, entries, head, problem);
    }

    /// <summary>What the first entry of some whole lines says comes before it.</summary>
    /// <param name="block">Whole lines.</param>
    /// <param name="claim">The place after the entry before, its line and offset left at zero.</param>
    internal static bool TryClaim(ReadOnlySpan<byte> block, out AuditPosition claim)
    {
        claim = default;
        var end = block.IndexOf((byte)'\n');
        using var parser = new JsonParser(end < 0 ? block : block[..end], LineOptions, canonical: false);
        if (!parser.TryParse(out _) || !EntryFields.TryFind(parser.Tape, out var fields) || !Sha256Digest.TryParse(parser.Tape.Quoted(fields.Prev), out var prev))
        {
            return false;
        }

        var seq = JsonTree.Number(parser.Tape.Text(fields.Seq));
        if (seq is not (>= 0 and <= JsonNumber.MaxSafeInteger))
        {
            return false;
        }

        claim = new AuditPosition((long)seq, Lines: 0, ByteOffset: 0, prev);
        return true;
    }

    private void Line(ReadOnlySpan<byte> line, bool complete)
    {
        lines++;
        if (line.IndexOfAnyExcept(WhiteSpace) < 0)
        {
            return;
        }

        if (!Entry(line, canonical: false, out var syntax) && !Entry(line, canonical: true, out _))
        {
            if (complete)
            {
                Break($"not JSON at column {syntax.Column}: {syntax.Message}");
            }
            else
            {
                problem = new AuditProblem(
                    lines, lineAt, $"the last line is torn: {line.Length} bytes without an end; a write was interrupted", Torn: true);
            }
        }
    }

    /// <summary>Reads one line as JSON and checks it as an entry.</summary>
    /// <param name="line">The line.</param>
    /// <param name="canonical">
    /// Our own lines may hold 1e20, which the canonical form spells as an integer that the strict reader refuses.
    /// </param>
    /// <param name="syntax">Why it is not JSON.</param>
    /// <returns>Whether it is JSON; whether it also is the next entry, the problem says.</returns>
    private bool Entry(ReadOnlySpan<byte> line, bool canonical, [NotNullWhen(false)] out JsonError? syntax)
    {
        using var parser = new JsonParser(line, LineOptions, canonical);
        if (!parser.TryParse(out syntax) || (canonical && !JsonReader.TryReadCanonical(line, LineOptions, out _, out syntax)))
        {
            return false;
        }

        var tape = parser.Tape;
        if (!EntryFields.TryFind(tape, out var fields)
            || !fields.TryDigests(tape, out var prev, out var hash))
        {
            Break("not an entry: it needs exactly event, hash, prev, seq and ts");
        }
        else if (Fault(tape, fields, prev) is { } fault)
        {
            Break(fault);
        }
        else if (fields.HashOf(tape) != hash)
        {
            Break($"entry {entries} was changed: its hash is not the hash of its content");
        }
        else
        {
            head = hash;
            entries++;
        }

        return true;
    }

    private string? Fault(in JsonTape tape, EntryFields fields, Sha256Digest prev)
    {
        var seq = JsonTree.Number(tape.Text(fields.Seq));
        if (seq != entries)
        {
            return $"entry {entries} is expected here and this has seq {new JsonNumber(seq)}: an entry is missing, repeated or out of place";
        }

        if (prev != head)
        {
            return $"entry {entries} does not follow the entry before it: prev is not that entry's hash";
        }

        return UtcTime.TryParse(tape.Quoted(fields.Ts), out _)
            || DateTimeOffset.TryParseExact(
                JsonTree.Text(tape, fields.Ts), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            ? null
            : $"entry {entries} has a ts that is not ISO 8601 in UTC";
    }

    private void Break(string message) => problem = new AuditProblem(lines, lineAt, message);
}
