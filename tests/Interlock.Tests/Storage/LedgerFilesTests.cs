using System.Diagnostics;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Storage;

public sealed class LedgerFilesTests : IDisposable
{
    /// <summary>The verifier of the contract in another language: fit for logs of ASCII text and integers.</summary>
    private const string Python =
        """
        import hashlib, json, sys
        prev, n = "0" * 64, 0
        for line in open(sys.argv[1], encoding="utf-8"):
            e = json.loads(line)
            given = e.pop("hash")
            text = json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            want = hashlib.sha256(prev.encode("ascii") + text.encode("utf-8")).hexdigest()
            if e["seq"] != n or e["prev"] != prev or given != want:
                sys.exit("entry %d does not verify" % n)
            prev, n = given, n + 1
        print(n, prev)
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_export_verifies_under_our_rules_and_under_the_references()
    {
        await using var store = await SampleAsync();
        var head = (await LedgerFiles.ExportAsync(store, folder.File("audit.jsonl"), default)).Value();

        var report = (await LedgerFiles.VerifyAsync(folder.File("audit.jsonl"), default)).Value();
        Assert.Equal(new AuditReport(AuditVerdict.Verified, head.Size, head.Hash, null), report);
        Assert.Equal(head.Size, ReferenceRules.Verify(await File.ReadAllLinesAsync(folder.File("audit.jsonl"))));
        Assert.EndsWith("}\n", await File.ReadAllTextAsync(folder.File("audit.jsonl")));
    }

    [Fact]
    public async Task An_export_verifies_under_a_verifier_in_python()
    {
        await using var store = await SampleAsync();
        var head = (await LedgerFiles.ExportAsync(store, folder.File("audit.jsonl"), default)).Value();
        await File.WriteAllTextAsync(folder.File("verify.py"), Python);
        var start = new ProcessStartInfo("python3", [folder.File("verify.py"), folder.File("audit.jsonl")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed");
        }

        using var python = process ?? throw new InvalidOperationException("python3 did not start");
        var error = python.StandardError.ReadToEndAsync();
        Assert.Equal($"{head.Size} {head.Hash}", (await python.StandardOutput.ReadToEndAsync()).Trim());
        Assert.Equal("", await error);
    }

    [Fact]
    public async Task The_references_rules_refuse_a_changed_export()
    {
        await using var store = await SampleAsync();
        _ = (await LedgerFiles.ExportAsync(store, folder.File("audit.jsonl"), default)).Value();
        var lines = await File.ReadAllLinesAsync(folder.File("audit.jsonl"));
        lines[1] = lines[1].Replace("restart", "restarT", StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => ReferenceRules.Verify(lines));
    }

    [Fact]
    public async Task An_export_replaces_an_earlier_one_whole_and_leaves_nothing_beside_it()
    {
        await using var store = await SampleAsync();
        _ = (await LedgerFiles.ExportAsync(store, folder.File("audit.jsonl"), default)).Value();
        await File.AppendAllTextAsync(folder.File("audit.jsonl"), "a torn line");
        _ = (await LedgerFiles.ExportAsync(store, folder.File("audit.jsonl"), default)).Value();
        Assert.Equal(AuditVerdict.Verified, (await LedgerFiles.VerifyAsync(folder.File("audit.jsonl"), default)).Value().Verdict);
        Assert.Equal([folder.File("audit.jsonl")], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task An_export_that_cannot_be_written_is_refused_and_leaves_nothing()
    {
        await using var store = await SampleAsync();
        Assert.Equal(
            RefusalCode.Storage, (await LedgerFiles.ExportAsync(store, folder.File("none/audit.jsonl"), default)).Refusal().Code);
        Assert.Equal(RefusalCode.Storage, (await LedgerFiles.ExportAsync(store, folder.Path, default)).Refusal().Code);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task An_export_never_replaces_the_ledger_the_configuration_or_what_is_no_file()
    {
        await using var store = await SampleAsync();
        await File.WriteAllTextAsync(folder.File("interlock.yaml"), "version: 1\n");
        await File.WriteAllBytesAsync(folder.File("ledger.db"), "SQLite format 3\0"u8.ToArray());
        File.CreateSymbolicLink(folder.File("link.jsonl"), folder.File("elsewhere.jsonl"));
        using (var made = Process.Start("mkfifo", [folder.File("pipe")]))
        {
            await made.WaitForExitAsync();
        }

        foreach (var name in (string[])["interlock.yaml", "ledger.db", "link.jsonl", "pipe"])
        {
            var refusal = (await LedgerFiles.ExportAsync(store, folder.File(name), default)).Refusal();
            Assert.Contains("name ", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal("version: 1\n", await File.ReadAllTextAsync(folder.File("interlock.yaml")));
        Assert.Equal(16, new FileInfo(folder.File("ledger.db")).Length);
        Assert.False(File.Exists(folder.File("elsewhere.jsonl")));
        Assert.NotNull(RegularFile.ReadFault(folder.File("pipe")));
    }

    [Fact]
    public async Task A_pipe_or_a_device_is_refused_and_never_waited_for()
    {
        await using var store = await SampleAsync();
        using (var made = Process.Start("mkfifo", [folder.File("pipe")]))
        {
            await made.WaitForExitAsync();
        }

        foreach (var path in (string[])[folder.File("pipe"), "/dev/null"])
        {
            Assert.Contains("no regular file", (await LedgerFiles.VerifyAsync(path, default)).Refusal().Message, StringComparison.Ordinal);
            Assert.Contains("no regular file", (await LedgerFiles.ImportAsync(store, path, 1_000, default)).Refusal().Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_log_is_imported_once_and_its_file_is_kept()
    {
        await using var store = new MemoryLedgerStore(TimeProvider.System);
        var log = AuditVerifierTests.OldLog(3);
        await File.WriteAllBytesAsync(folder.File("old.jsonl"), log);
        var entry = (await LedgerFiles.ImportAsync(store, folder.File("old.jsonl"), 1 << 20, default)).Value();
        Assert.Equal(EventKinds.Imported, entry.Kind);
        Assert.Equal(3, Assert.IsType<JsonNumber>(entry.Event["entries"]).Value);
        Assert.Equal(log, (await store.ReadBlobAsync(Sha256Digest.Of(log), default)).Value().ToArray());

        Assert.Equal(entry.Seq, (await LedgerFiles.ImportAsync(store, folder.File("old.jsonl"), 1 << 20, default)).Value().Seq);
        Assert.Single(await store.ChainAsync());
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_log_that_is_broken_empty_too_large_or_absent_is_not_imported()
    {
        await using var store = new MemoryLedgerStore(TimeProvider.System);
        var log = AuditVerifierTests.OldLog(3);
        log[^20] ^= 1;
        Assert.Contains("entry 2 was changed", (await ImportAsync(log, RefusalCode.Corrupt)).Message);
        Assert.Equal("line 3", (await ImportAsync(log, RefusalCode.Corrupt)).Path);
        await ImportAsync([], RefusalCode.Malformed);
        await ImportAsync(AuditVerifierTests.OldLog(20), RefusalCode.TooLarge);
        Assert.Equal(
            RefusalCode.NotFound, (await LedgerFiles.ImportAsync(store, folder.File("none"), 2_000, default)).Refusal().Code);
        Assert.Equal(0, (await store.HeadAsync(default)).Value().Size);

        async Task<Refusal> ImportAsync(byte[] bytes, RefusalCode code)
        {
            await File.WriteAllBytesAsync(folder.File("old.jsonl"), bytes);
            var refusal = (await LedgerFiles.ImportAsync(store, folder.File("old.jsonl"), 2_000, default)).Refusal();
            Assert.Equal(code, refusal.Code);
            return refusal;
        }
    }

    [Fact]
    public async Task An_absent_log_and_a_folder_are_refused_not_verified()
    {
        Assert.Equal(RefusalCode.NotFound, (await LedgerFiles.VerifyAsync(folder.File("none"), default)).Refusal().Code);
        Assert.Equal(RefusalCode.Storage, (await LedgerFiles.VerifyAsync(folder.Path, default)).Refusal().Code);
    }

    private static async Task<MemoryLedgerStore> SampleAsync()
    {
        var store = new MemoryLedgerStore(TimeProvider.System);
        await store.AppendOkAsync(Events.Append(JsonObject.Of(("kind", EventKinds.Genesis), ("nested", JsonObject.Of(("b", 1), ("a", true))))));
        for (var i = 1; i <= 20; i++)
        {
            await store.AppendOkAsync(Events.Proposal(i, intent: "restart \"web\"\n"));
        }

        return store;
    }
}
