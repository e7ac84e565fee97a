using System.Buffers;
using System.Globalization;
using System.Text;
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
    private readonly ArrayBufferWriter<byte> hashed = new();
    private Sha256Digest head;
    private long entries;
    private long lines;
    private long lineAt;
    private AuditProblem? problem;
    private bool finished;

    /// <summary>How much is held: it depends on the longest line, not on how many there are.</summary>
    internal int BufferedBytes => partial.Capacity + hashed.Capacity;

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

    private void Line(ReadOnlySpan<byte> line, bool complete)
    {
        lines++;
        if (line.IndexOfAnyExcept(WhiteSpace) < 0)
        {
            return;
        }

        // our own lines may hold 1e20, which the canonical form spells as an integer that the strict reader refuses
        if (!JsonReader.TryRead(line, LineOptions, out var value, out var syntax)
            && !JsonReader.TryReadCanonical(line, LineOptions, out value, out _))
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

            return;
        }

        if (value is not JsonObject { Count: 5 } json
            || json["event"] is not JsonObject @event
            || json["seq"] is not JsonNumber seq
            || json.Text("ts") is not { } ts
            || !Sha256Digest.TryParse(json.Text("prev"), out var prev)
            || !Sha256Digest.TryParse(json.Text("hash"), out var hash))
        {
            Break("not an entry: it needs exactly event, hash, prev, seq and ts");
        }
        else if (Fault(seq, ts, prev) is { } fault)
        {
            Break(fault);
        }
        else if (HashOf(@event, prev, seq, ts) != hash)
        {
            Break($"entry {entries} was changed: its hash is not the hash of its content");
        }
        else
        {
            head = hash;
            entries++;
        }
    }

    private string? Fault(JsonNumber seq, string ts, Sha256Digest prev)
    {
        if (seq.Value != entries)
        {
            return $"entry {entries} is expected here and this has seq {seq}: an entry is missing, repeated or out of place";
        }

        if (prev != head)
        {
            return $"entry {entries} does not follow the entry before it: prev is not that entry's hash";
        }

        return DateTimeOffset.TryParseExact(ts, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            ? null
            : $"entry {entries} has a ts that is not ISO 8601 in UTC";
    }

    private Sha256Digest HashOf(JsonObject @event, Sha256Digest prev, JsonNumber seq, string ts)
    {
        var text = prev.ToString();
        hashed.ResetWrittenCount();
        hashed.Advance(Encoding.ASCII.GetBytes(text, hashed.GetSpan(text.Length)));

        // already in the order of RFC 8785
        CanonicalJson.Write(
            JsonObject.FromSorted([new("event", @event), new("prev", text), new("seq", seq), new("ts", ts)]), hashed);
        return Sha256Digest.Of(hashed.WrittenSpan);
    }

    private void Break(string message) => problem = new AuditProblem(lines, lineAt, message);
}
