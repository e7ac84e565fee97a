using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Storage;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Storage;

/// <summary>The anchor's file: what stands there, what does not, and every step at which writing it can end.</summary>
public sealed class AnchorFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MerkleTree tree = new();

    public AnchorFileTests()
    {
        for (var i = 0; i < 400; i++)
        {
            tree.Append(TreeHash.Leaf(BitConverter.GetBytes(i)));
        }
    }

    private string AnchorPath => folder.File("anchor");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_stands_there_is_the_signed_checkpoint_and_only_its_owner_reads_it()
    {
        var anchor = Open();
        Assert.Null(anchor.Read().Value().Newest);
        Assert.Null(anchor.Begin());
        Assert.Equal(TreeHead.Empty, anchor.Read().Value().Newest?.Head);
        Assert.Null(Advance(anchor, 7));

        Assert.Equal(TestLog.Sign(Head(7)), File.ReadAllBytes(AnchorPath));
        Assert.Equal(Head(7), Open().Read().Value().Newest?.Head);

        // the one before it is kept to be written over
        Assert.Null(Advance(anchor, 8));
        Assert.Equal(TestLog.Sign(Head(8)), File.ReadAllBytes(AnchorPath));
        Assert.Equal(["anchor", "anchor.lock", "anchor.new"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(AnchorPath));
        }
    }

    [Fact]
    public void It_is_begun_once_and_never_goes_back()
    {
        var anchor = Open();
        Assert.Null(anchor.Begin());
        Assert.Null(Advance(anchor, 9));
        Assert.Null(anchor.Begin());
        Assert.Null(Advance(Open(), 4));
        Assert.Equal(9, Open().Read().Value().Newest?.Head.Size);
        var gone = Advance(Open(folder.File("elsewhere")), 4);
        Assert.Contains("is gone", gone?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_history_is_refused_and_stays()
    {
        var fork = new MerkleTree();
        fork.Append(TreeHash.Leaf("other"u8));
        var anchor = Open();
        Assert.Null(anchor.Begin());
        Assert.Null(anchor.Advance(fork.Head, null, (a, b) => fork.ProveConsistency(a, b)));

        var refusal = Advance(Open(), 9);
        Assert.Equal(RefusalCode.Corrupt, refusal?.Code);
        Assert.Contains("do not agree", refusal?.Message, StringComparison.Ordinal);
        Assert.Equal(fork.Head, Open().Read().Value().Newest?.Head);
    }

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "empty", [] },
        { "garbage", [1, 2, 3] },
        { "torn", TestLog.Sign(TreeHead.Empty)[..50] },
        { "torn in its signature", TestLog.Sign(TreeHead.Empty)[..^1] },
        { "too large", new byte[SignedNote.MaxBytes + 1] },
        { "of another key", TestLog.Sign(TreeHead.Empty, LogNotes.Signer(TestLog.OtherKey)) },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_anchor_is_refused_and_left_as_it_is(string what, byte[] bytes)
    {
        File.WriteAllBytes(AnchorPath, bytes);
        foreach (var refusal in (Refusal?[])[Open().Read().Refusal(), Open().Begin(), Advance(Open(), 5)])
        {
            Assert.True(refusal?.Code == RefusalCode.Corrupt, what);
            Assert.Contains(AnchorPath, refusal?.Message, StringComparison.Ordinal);
            Assert.Contains("`interlock recover`", refusal?.Message, StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(AnchorPath));
    }

    [Fact]
    public void A_link_or_a_folder_in_its_place_is_refused_and_a_link_beside_it_is_not_followed()
    {
        var victim = folder.File("victim");
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(AnchorPath, victim);
        Assert.Contains("this is a link", Open().Begin()?.Message, StringComparison.Ordinal);
        File.Delete(AnchorPath);
        Directory.CreateDirectory(AnchorPath);
        Assert.Contains("no regular file", Open().Begin()?.Message, StringComparison.Ordinal);
        Directory.Delete(AnchorPath);

        File.CreateSymbolicLink(AnchorPath + ".new", victim);
        Assert.Null(Open().Begin());
        Assert.Equal("precious", File.ReadAllText(victim));

        // a copy made by linking is nothing to write over either
        Assert.Null(Advance(Open(), 1));
        var kept = File.ReadAllBytes(AnchorPath + ".new");
        Assert.Equal(0, Link(AnchorPath + ".new", folder.File("kept")));
        Assert.Null(Advance(Open(), 2));
        Assert.Equal(kept, File.ReadAllBytes(folder.File("kept")));
    }

    [Theory]
    [InlineData((int)AnchorMoment.BeforeWrite, 3)]
    [InlineData((int)AnchorMoment.Written, 3)]
    [InlineData((int)AnchorMoment.Renamed, 8)]
    public void Wherever_writing_ends_the_old_or_the_new_stands_there_whole_and_it_goes_on(int moment, int size)
    {
        Assert.Null(Open().Begin());
        Assert.Null(Advance(Open(), 3));
        var failing = new AnchorFile(AnchorPath, TestLog.Verifier, TestLog.Signer)
        {
            Fault = at =>
            {
                if (at == (AnchorMoment)moment)
                {
                    throw new IOException("no space left on device");
                }
            },
        };

        var refusal = Advance(failing, 8);

        Assert.Equal(RefusalCode.Storage, refusal?.Code);
        Assert.Contains("no space left", refusal?.Message, StringComparison.Ordinal);
        Assert.Equal(Head(size), Open().Read().Value().Newest?.Head);
        Assert.Null(Advance(Open(), 8));
        Assert.Equal(Head(8), Open().Read().Value().Newest?.Head);
    }

    [Fact]
    public void Who_only_reads_it_writes_nothing()
    {
        Assert.Equal(RefusalCode.Forbidden, new AnchorFile(AnchorPath, TestLog.Verifier).Begin()?.Code);
        Assert.False(File.Exists(AnchorPath));
    }

    [Fact]
    public void A_process_that_keeps_the_lock_is_waited_for_and_then_named()
    {
        Assert.Null(Open().Begin());
        using var held = FileLock.TryTake(AnchorPath + ".lock");
        var impatient = new AnchorFile(AnchorPath, TestLog.Verifier, TestLog.Signer) { Patience = TimeSpan.FromMilliseconds(20) };
        Assert.Contains("locked by another process", Advance(impatient, 4)?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_that_race_leave_the_furthest_and_nobody_reads_a_torn_one()
    {
        Assert.Null(Open().Begin());
        using var done = new CancellationTokenSource();
        var watcher = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                Assert.NotNull(Open().Read().Value().Newest);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var anchor = Open();
            for (var size = 1 + writer; size <= 400; size++)
            {
                Assert.Null(Advance(anchor, size));
            }
        })));
        await done.CancelAsync();
        await watcher;
        Assert.Equal(Head(400), Open().Read().Value().Newest?.Head);
    }

    private static int Link(string from, string to)
    {
        using var process = System.Diagnostics.Process.Start("ln", [from, to]);
        process.WaitForExit();
        return process.ExitCode;
    }

    private AnchorFile Open(string? path = null) => new(path ?? AnchorPath, TestLog.Verifier, TestLog.Signer);

    private TreeHead Head(int size) => new(size, tree.RootAt(size));

    private Refusal? Advance(AnchorFile anchor, int size) => anchor.Advance(Head(size), null, (a, b) => tree.ProveConsistency(a, b));
}
