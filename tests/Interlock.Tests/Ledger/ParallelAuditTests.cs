using System.Text;
using Interlock.Ledger;

namespace Interlock.Tests.Ledger;

public sealed class ParallelAuditTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public async Task Blocks_give_the_answer_of_one_verifier_whatever_was_done_to_the_log(int blockBytes)
    {
        var random = new Random(blockBytes);
        var lines = Encoding.UTF8.GetString(AuditVerifierTests.OldLog(60)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var seen = new HashSet<AuditVerdict>();
        for (var round = 0; round < 400; round++)
        {
            var log = Mutated(lines, random, round % 8);
            var expected = One(log);
            var audit = new ParallelAudit(blockBytes, 1 + random.Next(4));
            foreach (var chunk in log.Chunk(1 + random.Next(3_000)))
            {
                await audit.FeedAsync(chunk);
            }

            Assert.Equal(expected, await audit.FinishAsync());
            seen.Add(expected.Verdict);
        }

        Assert.Contains(AuditVerdict.Verified, seen);
        Assert.Contains(AuditVerdict.Broken, seen);
    }

    [Fact]
    public async Task Nothing_is_an_empty_log() =>
        Assert.Equal(AuditVerdict.Empty, (await new ParallelAudit(atOnce: 2).FinishAsync()).Verdict);

    private static AuditReport One(byte[] log)
    {
        var verifier = new AuditVerifier();
        verifier.Feed(log);
        return verifier.Finish();
    }

    private static byte[] Mutated(string[] lines, Random random, int how)
    {
        var changed = lines.ToList();
        var at = random.Next(changed.Count);
        switch (how)
        {
            case 0:
                changed.RemoveAt(at);
                break;
            case 1:
                changed.Insert(at, changed[random.Next(changed.Count)]);
                break;
            case 2:
                (changed[at], changed[random.Next(changed.Count)]) = (changed[random.Next(changed.Count)], changed[at]);
                break;
            case 3:
                changed.Insert(at, random.Next(2) == 0 ? "" : " \r");
                break;
            case 4:
                changed[at] = changed[at].Replace("plan", "Plan", StringComparison.Ordinal);
                break;
            case 5:
                changed[at] = new string(' ', 7_000) + changed[at];
                break;
            default:
                break;
        }

        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', changed) + "\n");
        if (how == 6)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(7));
        }

        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }
}
