using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;

namespace Interlock.Bench;

/// <summary>verify-audit over logs in the old system's spelling, by a process that starts for it and by one that is warm.</summary>
internal static class AuditBench
{
    public static async IAsyncEnumerable<Row> RunAsync()
    {
        using var folder = new Scratch();
        var small = folder.File("100k.jsonl");
        var large = folder.File("1m.jsonl");
        WriteLog(small, 100_000);
        WriteLog(large, 1_000_000);

        var hashing = Rounds.Medians(5, () => Sha(small))[0];
        var cold = await Processes.MedianAsync(7, Processes.Interlock, "verify-audit", small);
        var coldLarge = await Processes.MedianAsync(3, Processes.Interlock, "verify-audit", large);
        var rate = 100_000 / cold.Seconds;
        yield return new Row(
            "verify-audit, 100,000 entries, cold process",
            "47,800/s, 180 MB",
            "6 × = 287,000/s",
            $"{Row.Number(rate)}/s, {cold.PeakMegabytes:0} MB",
            $"SHA-256 of the bytes, {Row.Number(100_000 / hashing)}/s",
            $"{rate * hashing / 100_000:0.00}",
            rate >= 287_000);
        yield return new Row(
            "… memory at 1,000,000 entries", "–", "flat", $"{coldLarge.PeakMegabytes:0} MB", $"at 100,000 entries, {cold.PeakMegabytes:0} MB",
            $"{coldLarge.PeakMegabytes / cold.PeakMegabytes:0.00}", coldLarge.PeakMegabytes < 1.2 * cold.PeakMegabytes);

        var times = Rounds.Medians(3, () => Verify(large), () => Sha(large));
        rate = 1_000_000 / times[0];
        yield return new Row(
            "… 1,000,000 entries, warm",
            "47,800/s",
            "16 × = 765,000/s",
            $"{Row.Number(rate)}/s",
            $"SHA-256 of the bytes, {Row.Number(1_000_000 / times[1])}/s",
            $"{times[1] / times[0]:0.00}",
            rate >= 765_000);
    }

    private static void Verify(string path)
    {
        var answer = LedgerFiles.VerifyAsync(path, CancellationToken.None).GetAwaiter().GetResult();
        if (!answer.TryGet(out var report, out _) || report.Verdict != AuditVerdict.Verified)
        {
            throw new InvalidOperationException("the log has to verify");
        }
    }

    private static void Sha(string path)
    {
        using var file = File.OpenRead(path);
        SHA256.HashData(file);
    }

    private static void WriteLog(string path, int entries)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var prev = new string('0', 64);
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var seq = 0; seq < entries; seq++)
        {
            var (plan, hash) = ($"plan-{seq / 4:000000}", Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(seq))));
            var (@event, text) = (seq % 4) switch
            {
                0 => (JsonObject.Of(("kind", "proposed"), ("plan_id", plan), ("plan_hash", hash), ("intent", $"change {seq}")),
                    $$"""{"kind": "proposed", "plan_id": "{{plan}}", "plan_hash": "{{hash}}", "intent": "change {{seq}}"}"""),
                1 => (JsonObject.Of(("kind", "approved"), ("plan_id", plan), ("approved_by", "bench"), ("plan_hash", hash)),
                    $$"""{"kind": "approved", "plan_id": "{{plan}}", "approved_by": "bench", "plan_hash": "{{hash}}"}"""),
                2 => (JsonObject.Of(("kind", "execution-start"), ("plan_id", plan), ("plan_hash", hash), ("approved_by", "bench")),
                    $$"""{"kind": "execution-start", "plan_id": "{{plan}}", "plan_hash": "{{hash}}", "approved_by": "bench"}"""),
                _ => (JsonObject.Of(("kind", "stage-committed"), ("plan_id", plan), ("stage", "s1"), ("index", 0)),
                    $$"""{"kind": "stage-committed", "plan_id": "{{plan}}", "stage": "s1", "index": 0}"""),
            };
            var ts = at.AddSeconds(seq).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
            var content = CanonicalJson.Write(JsonObject.Of(("seq", seq), ("ts", ts), ("prev", prev), ("event", @event)));
            var next = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes(prev), .. content]));
            file.Write($$"""{"seq": {{seq}}, "ts": "{{ts}}", "prev": "{{prev}}", "event": {{text}}, "hash": "{{next}}"}""" + "\n");
            prev = next;
        }
    }
}
