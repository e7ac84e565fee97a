using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Vectors;

public sealed class AuditVectors
{
    [Fact]
    public async Task The_log_that_the_reference_wrote_verifies()
    {
        var report = (await LedgerFiles.VerifyAsync(SharedData.Path("vectors/reference-audit.jsonl"), default)).Value();
        Assert.Equal(AuditVerdict.Verified, report.Verdict);
        Assert.Equal(1_000, report.Entries);
        Assert.Null(report.Problem);
        Assert.Equal(SharedData.Lines("reference-audit.jsonl")[^1].GetProperty("hash").GetString(), report.Head.ToString());
    }

    [Fact]
    public async Task The_log_that_the_reference_wrote_is_archived_and_folds_into_nothing()
    {
        var path = SharedData.Path("vectors/reference-audit.jsonl");
        await using var store = new MemoryLedgerStore(TimeProvider.System);
        var entry = (await LedgerFiles.ImportAsync(store, path, LedgerFiles.DefaultMaxImportBytes, default)).Value();
        Assert.Equal("""{"entries":1000,""", entry.Event.ToString()[..16]);
        Assert.Empty((await store.ListPlansAsync(new PlanQuery(), default)).Value().Rows);
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
        Assert.Equal(
            await File.ReadAllBytesAsync(path),
            (await store.ReadBlobAsync(LedgerImport.TryRead(await File.ReadAllBytesAsync(path)).Value().Sha256, default)).Value().ToArray());
    }
}
