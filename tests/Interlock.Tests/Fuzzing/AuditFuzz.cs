using Interlock.Ledger;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>`verify-audit` over tampered logs, against a second verifier: how many entries, which head, where it breaks.</summary>
public sealed class AuditFuzz
{
    [Fact]
    [Trait("speed", "slow")]
    public void The_verifier_says_of_every_log_what_the_second_one_says_however_it_is_cut_into_chunks() =>
        Fuzz.FindNothing(new Fuzzed(AuditLogs.Any, log => Compare(log, Report) ?? Chunked(log)), 60_000);

    [Theory]
    [InlineData("prev is not compared")]
    [InlineData("seq is not compared")]
    [InlineData("the hash is not compared")]
    [InlineData("further names are passed over")]
    [InlineData("any ts will do")]
    [InlineData("a line without its end is passed over")]
    public void A_seeded_mistake_of_the_verifier_is_found(string mistake)
    {
        var mistaken = mistake switch
        {
            "prev is not compared" => new ReferenceAudit { LooksAtPrev = false },
            "seq is not compared" => new ReferenceAudit { LooksAtSeq = false },
            "the hash is not compared" => new ReferenceAudit { LooksAtHash = false },
            "further names are passed over" => new ReferenceAudit { LooksAtNames = false },
            "any ts will do" => new ReferenceAudit { LooksAtTime = false },
            "a line without its end is passed over" => new ReferenceAudit { LooksAtLastLine = false },
            _ => throw new ArgumentOutOfRangeException(nameof(mistake)),
        };
        Fuzz.FindSomething(new Fuzzed(AuditLogs.Any, log => Compare(log, mistaken.Verify)), 30_000);
    }

    [Fact]
    public void A_verifier_that_loses_what_stands_before_a_chunk_is_found() => Fuzz.FindSomething(
        new Fuzzed(AuditLogs.Any, log => log.Length < 40 || Whole(log, 40) == Whole(log[40..], 40) ? null : "chunks: they change the answer"), 1_000);

    private static string? Compare(byte[] log, Func<byte[], ReferenceReport> verifier)
    {
        var (expected, found) = (new ReferenceAudit().Verify(log), verifier(log));
        return found == expected ? null
            : found.BrokenAt < 0 != expected.BrokenAt < 0 ? $"verdict: {found} and not {expected}"
            : $"report: {found} and not {expected}";
    }

    private static ReferenceReport Report(byte[] log)
    {
        var report = Whole(log, log.Length + 1);
        return new ReferenceReport(report.Entries, report.Head.ToString(), report.Problem?.ByteOffset ?? -1, report.Problem?.Torn ?? false);
    }

    private static string? Chunked(byte[] log)
    {
        var whole = Whole(log, log.Length + 1);
        foreach (var size in (ReadOnlySpan<int>)[1, 7, 64, 300])
        {
            if (Whole(log, size) is var report && report != whole)
            {
                return $"chunks: of {size} bytes give {report} and not {whole}";
            }
        }

        return whole.Problem is null or { Line: >= 1, Message.Length: > 0 } && whole.Ok == whole.Problem is null
            ? null
            : $"verdict without sense: {whole}";
    }

    private static AuditReport Whole(byte[] log, int size)
    {
        var verifier = new AuditVerifier();
        foreach (var chunk in log.Chunk(size))
        {
            verifier.Feed(chunk);
        }

        return verifier.Finish();
    }
}
