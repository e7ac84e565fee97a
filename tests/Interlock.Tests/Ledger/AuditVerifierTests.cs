using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Tests.Ledger;

public sealed class AuditVerifierTests
{
    /// <summary>A small log with spaces, as the old system writes it.</summary>
    private static readonly byte[] Old = OldLog(4);

    [Fact]
    public void A_log_verifies_in_chunks_of_any_size()
    {
        for (var size = 1; size <= Old.Length; size += size < 20 ? 1 : 97)
        {
            var verifier = new AuditVerifier();
            foreach (var chunk in Old.Chunk(size))
            {
                verifier.Feed(chunk);
            }

            Assert.Equal(new AuditReport(AuditVerdict.Verified, 4, Verify(Old).Head, null), verifier.Finish());
        }
    }

    [Fact]
    public void Every_change_of_one_byte_is_caught_or_changes_no_entry()
    {
        var entries = Parsed(Old);
        var missed = new List<string>();
        var harmless = 0;
        var mutant = (byte[])Old.Clone();
        for (var i = 0; i < Old.Length; i++)
        {
            // every single flipped bit, and what text editors do
            foreach (var value in Enumerable.Range(0, 8).Select(bit => (byte)(Old[i] ^ (1 << bit))).Append((byte)' ').Append((byte)'\n'))
            {
                mutant[i] = value;
                if (value == Old[i] || !Verify(mutant).Ok)
                {
                    continue;
                }

                harmless++;
                if (Parsed(mutant) != entries)
                {
                    missed.Add($"byte {i}: {(char)Old[i]} to {(char)value}");
                }
            }

            mutant[i] = Old[i];
        }

        Assert.Empty(missed);
        Assert.True(harmless < 200, $"{harmless} mutants verify, which white space alone does not explain");
    }

    [Fact]
    public void A_deleted_swapped_repeated_or_inserted_line_is_caught_where_it_stands()
    {
        var lines = Lines(Old);
        AssertBroken(2, [lines[0], lines[2], lines[3]]);
        AssertBroken(1, [lines[1], lines[2], lines[3]]);
        AssertBroken(2, [lines[0], lines[2], lines[1], lines[3]]);
        AssertBroken(3, [lines[0], lines[1], lines[1], lines[2], lines[3]]);
        AssertBroken(2, [lines[0], Lines(OldLog(5))[4], lines[1], lines[2], lines[3]]);
        AssertBroken(3, [lines[0], lines[1], "nonsense", lines[2], lines[3]]);

        static void AssertBroken(long line, string[] lines)
        {
            var report = Verify(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
            Assert.Equal(AuditVerdict.Broken, report.Verdict);
            Assert.Equal(line, report.Problem?.Line);
            Assert.Equal(line - 1, report.Entries);
            Assert.Equal(lines.Take((int)line - 1).Sum(text => Encoding.UTF8.GetByteCount(text) + 1), report.Problem?.ByteOffset);
            Assert.False(report.Problem?.Torn);
        }
    }

    [Fact]
    public void A_log_cut_in_the_middle_of_a_line_is_torn_at_that_lines_offset()
    {
        var lastLine = Old.AsSpan()[..^1].LastIndexOf((byte)'\n') + 1;
        for (var length = lastLine + 1; length < Old.Length - 1; length++)
        {
            var report = Verify(Old[..length]);
            Assert.Equal(AuditVerdict.Broken, report.Verdict);
            Assert.Equal((3, 4, lastLine, true), (report.Entries, report.Problem?.Line, report.Problem?.ByteOffset, report.Problem?.Torn));
        }

        // all of the entry is there; only the line feed is not
        Assert.Equal(4, Verify(Old[..^1]).Entries);
        Assert.True(Verify(Old[..^1]).Ok);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("  \r\n\t")]
    public void An_empty_log_is_empty_not_verified(string text)
    {
        var report = Verify(Encoding.UTF8.GetBytes(text));
        Assert.Equal(new AuditReport(AuditVerdict.Empty, 0, Sha256Digest.Zero, null), report);
    }

    [Theory]
    [InlineData("""{"seq":0,"seq":0,""")]
    [InlineData("""{"extra":1,"seq":0,""")]
    public void A_line_that_two_readers_could_read_differently_is_no_entry(string start)
    {
        var line = Lines(Old)[0];
        var at = line.IndexOf("\"ts\"", StringComparison.Ordinal);
        Assert.False(Verify(Encoding.UTF8.GetBytes(start + line[at..] + "\n")).Ok);
        Assert.True(Verify(Encoding.UTF8.GetBytes("""{"seq":0,""" + line[at..] + "\n")).Ok);
    }

    [Fact]
    public void Our_own_line_verifies_whatever_its_numbers_look_like_and_an_old_one_is_not_capped()
    {
        var @event = Events.Proposed(1).With("big", new JsonNumber(1e20)).With("small", new JsonNumber(1e-7));
        Assert.True(LedgerEntry.Next(ChainHead.Empty, DateTimeOffset.UnixEpoch, @event).TryGet(out var entry, out _));
        Assert.True(Verify([.. entry.Line.Span, (byte)'\n']).Ok);

        var huge = OldEntry(0, Sha256Digest.Zero, JsonObject.Of(("kind", "proposed"), ("intent", new string('x', 200_000))), out _);
        Assert.True(Verify(Encoding.UTF8.GetBytes(huge + "\n")).Ok);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00+01:00", false)]
    [InlineData("yesterday", false)]
    [InlineData("2026-01-01T00:00:00Z", true)]
    [InlineData("2026-01-01T00:00:00+00:00", true)]
    [InlineData("2026-01-01T00:00:00.5+00:00", true)]
    public void A_time_is_iso_8601_in_utc(string ts, bool ok)
    {
        var line = OldEntry(0, Sha256Digest.Zero, Events.Proposed(1), out _, ts);
        Assert.Equal(ok, Verify(Encoding.UTF8.GetBytes(line + "\n")).Ok);
    }

    [Fact]
    public void A_large_log_is_verified_with_flat_memory()
    {
        var verifier = new AuditVerifier();
        foreach (var chunk in OldLog(2_000).Chunk(4_096))
        {
            verifier.Feed(chunk);
        }

        Assert.Equal(2_000, verifier.Finish().Entries);
        Assert.InRange(verifier.BufferedBytes, 1, 10_000);
    }

    private static AuditReport Verify(byte[] log)
    {
        var verifier = new AuditVerifier();
        verifier.Feed(log);
        return verifier.Finish();
    }

    private static string[] Lines(byte[] log) => Encoding.UTF8.GetString(log).TrimEnd('\n').Split('\n');

    /// <summary>The entries of a log that verifies, as one canonical text.</summary>
    private static string Parsed(byte[] log) => string.Join('\n', Encoding.UTF8.GetString(log).Split('\n')
        .Where(line => !string.IsNullOrWhiteSpace(line))
        .Select(line => JsonReader.TryRead(Encoding.UTF8.GetBytes(line), new(), out var value, out _) ? value.ToString() : line));

    internal static byte[] OldLog(int count)
    {
        var text = new StringBuilder();
        var prev = Sha256Digest.Zero;
        for (var i = 0; i < count; i++)
        {
            var @event = JsonObject.Of(("kind", "proposed"), ("plan_id", $"plan-{i}"), ("intent", "restart \"ä\""), ("n", new JsonNumber(1.5)));
            text.Append(OldEntry(i, prev, @event, out prev)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A line as the old system writes it: its members in another order, with spaces.</summary>
    private static string OldEntry(
        long seq, Sha256Digest prev, JsonObject @event, out Sha256Digest hash, string ts = "2026-01-01T00:00:00.000001+00:00")
    {
        var unhashed = JsonObject.Of(("seq", seq), ("ts", ts), ("prev", prev.ToString()), ("event", @event));
        hash = Sha256Digest.Of(Encoding.UTF8.GetBytes(prev.ToString() + unhashed));
        return $$"""{"seq": {{seq}}, "ts": "{{ts}}", "prev": "{{prev}}", "event": {{@event}}, "hash": "{{hash}}"}""";
    }
}
