using System.Diagnostics;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Storage;

/// <summary>
/// A ledger and its anchor, and a hand that owns the ledger's file but not the anchor: what was acknowledged cannot be made undone.
/// </summary>
public sealed class AnchoredLedgerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string LedgerFile => folder.File("ledger.db");

    private string AnchorPath => folder.File("away/anchor");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_append_is_answered_once_its_checkpoint_stands_in_the_anchor()
    {
        await using var store = await OpenAsync();
        Assert.Equal(TreeHead.Empty, Anchored());
        var tree = new MerkleTree();
        for (var i = 0; i < 5; i++)
        {
            foreach (var entry in await store.AppendOkAsync(Events.Proposal(i)))
            {
                tree.Append(TreeHash.Leaf(entry.Line.Span));
            }

            Assert.Equal(tree.Head, Anchored());
        }

        await Task.WhenAll(Enumerable.Range(10, 300).Select(i => store.AppendOkAsync(Events.Proposal(i))));
        Assert.Equal(new TreeHead(305, (await store.RootAtAsync(305, default)).Value()), Anchored());
        Assert.Null(await store.CheckAnchorAsync(Reader(), default));
    }

    [Fact]
    public async Task A_ledger_that_was_taken_back_to_a_copy_is_refused()
    {
        await (await FilledAsync(3)).DisposeAsync();
        File.Copy(LedgerFile, folder.File("copy.db"));
        await using (var store = await OpenAsync())
        {
            await store.AppendOkAsync(Events.Append(Events.Of(EventKinds.Rejected, 1)));
        }

        File.Copy(folder.File("copy.db"), LedgerFile, overwrite: true);
        Assert.Contains("its end was cut off", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM entries WHERE seq = 2", "its end was cut off")]
    [InlineData("UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'restart', 'destroy') AS BLOB) WHERE seq = 1", "something was changed")]
    [InlineData("UPDATE entries SET seq = seq + 1 WHERE seq = 2", "level 0 of its tree")]
    [InlineData("DELETE FROM entries; DELETE FROM streams; DELETE FROM plans; DELETE FROM blobs", "its end was cut off")]
    public async Task A_ledger_that_was_changed_or_cut_or_emptied_is_refused(string sql, string reason)
    {
        await (await FilledAsync(3)).DisposeAsync();
        RawDatabase.Run(LedgerFile, sql);
        Assert.Contains(reason, await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_was_hashed_anew_from_an_entry_on_is_refused()
    {
        await (await FilledAsync(5)).DisposeAsync();
        await using (var other = (await SqliteLedgerStore.OpenAsync(folder.File("other.db"), TimeProvider.System, null, default)).Value())
        {
            for (var i = 0; i < 5; i++)
            {
                await other.AppendOkAsync(i == 3 ? Events.Proposal(9) : Events.Proposal(i));
            }
        }

        File.Copy(folder.File("other.db"), LedgerFile, overwrite: true);
        Assert.Contains("something was changed", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_whose_anchor_is_missing_or_damaged_is_refused()
    {
        await (await FilledAsync(3)).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(AnchorPath);
        File.Delete(AnchorPath);
        Assert.Contains("is missing", await RefusedAsync(), StringComparison.Ordinal);
        var before = await File.ReadAllBytesAsync(AnchorPath + ".new");
        await File.WriteAllBytesAsync(AnchorPath, bytes[..^3]);
        await File.WriteAllBytesAsync(AnchorPath + ".new", before[..^3]);
        Assert.Contains("no signed note", await RefusedAsync(), StringComparison.Ordinal);

        // with a whole one beside it this is what a crash leaves, and the ledger is held against that
        await File.WriteAllBytesAsync(AnchorPath + ".new", before);
        await (await OpenAsync()).DisposeAsync();
        await File.WriteAllBytesAsync(AnchorPath, bytes);
        await (await OpenAsync()).DisposeAsync();
    }

    [Theory]
    [InlineData((int)AnchorMoment.BeforeWrite, 3)]
    [InlineData((int)AnchorMoment.Written, 4)]
    public async Task After_a_crash_between_commit_and_anchor_the_ledger_is_ahead_and_the_next_append_anchors_it(int moment, int size)
    {
        await (await FilledAsync(3)).DisposeAsync();
        var crashing = Anchor(at => { if (at == (AnchorMoment)moment) { throw new IOException("power lost"); } });
        await using (var dying = await OpenAsync(crashing))
        {
            Assert.IsType<AppendAnswer.OutcomeUnknown>(await dying.AppendAsync(Events.Proposal(7), default));
        }

        Assert.Equal(size, Anchored().Size);
        await using var store = await OpenAsync();
        Assert.Equal(4, (await store.HeadAsync(default)).Value().Size);
        await store.AppendOkAsync(Events.Proposal(8));
        Assert.Equal(5, Anchored().Size);
    }

    [Fact]
    public async Task While_the_anchor_cannot_be_written_nothing_is_answered_and_nothing_more_is_taken()
    {
        var full = true;
        var anchor = Anchor(at => { if (full && at == AnchorMoment.BeforeWrite && File.Exists(AnchorPath)) { throw new IOException("no space left on device"); } });
        await using var store = await OpenAsync(anchor);
        var unknown = Assert.IsType<AppendAnswer.OutcomeUnknown>(await store.AppendAsync(Events.Proposal(1), default));
        Assert.Contains("not anchored", unknown.Refusal.Message, StringComparison.Ordinal);
        Assert.Contains("no space left", unknown.Refusal.Message, StringComparison.Ordinal);
        Assert.Contains(AnchorPath, unknown.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.OutcomeUnknown, Assert.IsType<AppendAnswer.Refused>(await store.AppendAsync(Events.Proposal(2), default)).Refusal.Code);
        Assert.Contains("no space left", (await store.ReopenAsync(default)).Refusal().Message, StringComparison.Ordinal);
        Assert.IsType<AppendAnswer.Refused>(await store.AppendAsync(Events.Proposal(2), default));

        full = false;
        Assert.Equal(1, (await store.ReopenAsync(default)).Value().Size);
        Assert.Equal(1, Anchored().Size);
        await store.AppendOkAsync(Events.Proposal(2));
        Assert.Equal(2, Anchored().Size);
    }

    [Fact]
    public async Task An_anchor_that_disappears_or_is_of_another_ledger_stops_a_store_that_runs()
    {
        await using var store = await FilledAsync(3);
        var bytes = await File.ReadAllBytesAsync(AnchorPath);
        File.Delete(AnchorPath);
        Assert.Contains("is gone", Unknown(await store.AppendAsync(Events.Proposal(7), default)), StringComparison.Ordinal);
        await File.WriteAllBytesAsync(AnchorPath, TestLog.Sign(new TreeHead(2, Sha256Digest.Zero)));
        Assert.Contains("do not agree", (await store.ReopenAsync(default)).Refusal().Message, StringComparison.Ordinal);

        // an older one of this very ledger is a beginning of it: it goes on
        await File.WriteAllBytesAsync(AnchorPath, bytes);
        Assert.Equal(4, (await store.ReopenAsync(default)).Value().Size);
        Assert.Equal(4, Anchored().Size);
    }

    [Fact]
    public async Task Two_processes_share_a_ledger_and_its_anchor()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await Task.WhenAll(new[] { one, other }.SelectMany((store, number) => Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                var entry = (await store.AppendOkAsync(Events.Proposal((1_000 * number) + (100 * writer) + i)))[0];
                Assert.True(Anchored().Size > entry.Seq);
            }
        }))));

        Assert.Equal(new TreeHead(320, (await one.RootAtAsync(320, default)).Value()), Anchored());
        Assert.Empty((await other.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_disk_of_the_anchor_that_is_full_or_read_only_stops_appends_until_there_is_room()
    {
        var disk = Directory.CreateDirectory(folder.File("disk")).FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk) == 0, "mounting a small disk needs root on Linux");
        try
        {
            var anchor = new AnchorFile(Path.Combine(disk, "anchor"), TestLog.Verifier, TestLog.Signer);
            await using var store = await OpenAsync(anchor);
            await FillAsync(Path.Combine(disk, "filler"));
            Assert.Contains("the anchor", Unknown(await store.AppendAsync(Events.Proposal(1), default)), StringComparison.Ordinal);
            Assert.Equal(RefusalCode.Storage, (await store.ReopenAsync(default)).Refusal().Code);
            File.Delete(Path.Combine(disk, "filler"));
            Assert.Equal(1, (await store.ReopenAsync(default)).Value().Size);

            // the file of the anchor before last is written over, which takes no new room
            await FillAsync(Path.Combine(disk, "filler"));
            await store.AppendOkAsync(Events.Proposal(2));

            Assert.Equal(0, Run("mount", "-o", "remount,ro", disk));
            Unknown(await store.AppendAsync(Events.Proposal(3), default));
            Assert.Equal(0, Run("mount", "-o", "remount,rw", disk));
            Assert.Equal(3, (await store.ReopenAsync(default)).Value().Size);
            Assert.Equal(3, anchor.Read().Value().Newest?.Head.Size);
        }
        finally
        {
            _ = Run("umount", disk);
        }
    }

    private static async Task FillAsync(string path)
    {
        try
        {
            await File.WriteAllBytesAsync(path, new byte[1 << 20]);
        }
        catch (IOException)
        {
            // that is what it is for: no block is left
        }
    }

    private static string Unknown(AppendAnswer answer) => Assert.IsType<AppendAnswer.OutcomeUnknown>(answer).Refusal.Message;

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process?.WaitForExit();
        return process?.ExitCode ?? -1;
    }

    private AnchorFile Anchor(Action<AnchorMoment>? fault = null) => new(AnchorPath, TestLog.Verifier, TestLog.Signer) { Fault = fault };

    private AnchorFile Reader() => new(AnchorPath, TestLog.Verifier);

    private TreeHead Anchored() => Reader().Read().Value().Newest?.Head ?? throw new InvalidOperationException("no anchor");

    private async Task<SqliteLedgerStore> OpenAsync(AnchorFile? anchor = null) => (await TryOpenAsync(anchor ?? Anchor())).Value();

    private async Task<string> RefusedAsync()
    {
        var refusal = (await TryOpenAsync(Anchor())).Refusal();
        Assert.Equal(RefusalCode.Corrupt, refusal.Code);
        return refusal.Message;
    }

    private Task<Result<SqliteLedgerStore>> TryOpenAsync(AnchorFile anchor) =>
        SqliteLedgerStore.OpenAsync(LedgerFile, TimeProvider.System, new SqliteOptions { Anchor = anchor }, default);

    private async Task<SqliteLedgerStore> FilledAsync(int entries)
    {
        var store = await OpenAsync();
        for (var i = 0; i < entries; i++)
        {
            await store.AppendOkAsync(Events.Proposal(i));
        }

        return store;
    }
}
