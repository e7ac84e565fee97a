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

    private string BesidePath => AnchorPath + ".new";

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

    [Theory]
    [MemberData(nameof(Damaged))]
    public void One_that_a_crash_damaged_beside_a_whole_one_is_written_over_and_two_are_refused(string what, byte[] bytes)
    {
        Assert.Null(Open().Begin());
        Assert.Null(Advance(Open(), 3));
        Assert.Null(Advance(Open(), 5));

        // where the disk lost the exchange, the file that was being written has the anchor's name
        File.WriteAllBytes(AnchorPath, bytes);
        Assert.True(Open().Read().Value().Newest?.Head == Head(3), what);
        Assert.Contains($"`{AnchorPath}`", Assert.Single(Open().Damages()), StringComparison.Ordinal);
        Assert.Null(Open().Begin());
        Assert.Equal(TestLog.Sign(Head(3)), File.ReadAllBytes(AnchorPath));
        File.WriteAllBytes(BesidePath, bytes);
        Assert.Equal(Head(3), Open().Read().Value().Newest?.Head);
        Assert.Null(Advance(Open(), 8));
        Assert.Equal(TestLog.Sign(Head(8)), File.ReadAllBytes(AnchorPath));
        Assert.Equal(TestLog.Sign(Head(3)), File.ReadAllBytes(BesidePath));
        Assert.Empty(Open().Damages());

        File.WriteAllBytes(AnchorPath, bytes);
        File.WriteAllBytes(BesidePath, bytes);
        Assert.Equal(2, Open().Damages().Length);
        foreach (var refusal in (Refusal?[])[Open().Read().Refusal(), Open().Begin(), Advance(Open(), 9)])
        {
            Assert.Equal(RefusalCode.Corrupt, refusal?.Code);
        }

        Assert.Equal(bytes, File.ReadAllBytes(AnchorPath));
        Assert.Equal(bytes, File.ReadAllBytes(BesidePath));
    }

    [Fact]
    public void Where_the_disk_lost_the_exchange_the_newer_one_counts_and_is_not_written_over()
    {
        Assert.Null(Open().Begin());
        Assert.Null(Advance(Open(), 3));
        Assert.Null(Advance(Open(), 5));
        File.Move(AnchorPath, folder.File("aside"));
        File.Move(BesidePath, AnchorPath);
        File.Move(folder.File("aside"), BesidePath);

        Assert.Equal(Head(5), Open().Read().Value().Newest?.Head);
        Assert.Null(Advance(Open(), 4));
        var writing = new AnchorFile(AnchorPath, TestLog.Verifier, TestLog.Signer)
        {
            Fault = at => Assert.Equal(TestLog.Sign(Head(at == AnchorMoment.Renamed ? 8 : 5)), File.ReadAllBytes(AnchorPath)),
        };
        Assert.Null(Advance(writing, 8));
        Assert.Equal(TestLog.Sign(Head(5)), File.ReadAllBytes(BesidePath));
    }

    [Fact]
    public void What_a_crash_cannot_leave_is_no_anchor()
    {
        Assert.Null(Open().Begin());
        Assert.Null(Advance(Open(), 3));
        Assert.Null(Advance(Open(), 5));

        // a link beside it is not followed, though what it leads to verifies and is larger
        var other = folder.File("other");
        File.WriteAllBytes(other, TestLog.Sign(Head(9)));
        File.Delete(BesidePath);
        File.CreateSymbolicLink(BesidePath, other);
        Assert.Equal(Head(5), Open().Read().Value().Newest?.Head);
        Assert.Null(Advance(Open(), 6));
        Assert.Equal(TestLog.Sign(Head(9)), File.ReadAllBytes(other));

        // the exchange never leaves the anchor's place empty: somebody took it away
        File.Delete(AnchorPath);
        Assert.Null(Open().Read().Value().Newest);
        Assert.Contains("is gone", Advance(Open(), 7)?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)AnchorMoment.BeforeWrite, 8)]
    [InlineData((int)AnchorMoment.Written, 8)]
    [InlineData((int)AnchorMoment.Renamed, 2)]
    public void A_recovery_leaves_the_old_or_the_smaller_new_one_and_the_old_does_not_come_back(int moment, int size)
    {
        Assert.Null(Open().Begin());
        Assert.Null(Advance(Open(), 8));
        File.Move(AnchorPath, BesidePath, overwrite: true);
        File.WriteAllBytes(AnchorPath, TestLog.Sign(Head(7)));
        var dying = Failing((AnchorMoment)moment);

        Assert.Contains("no space left", dying.Replace(Head(2), 1)?.Message, StringComparison.Ordinal);
        Assert.Equal(Head(size), Open().Read().Value().Newest?.Head);
        Assert.Equal(TestLog.Sign(Head(8)), File.ReadAllBytes(AnchorPath + ".before-epoch-1"));

        Assert.Null(Open().Replace(Head(2), 1));
        Assert.Equal(Head(2), Open().Read().Value().Newest?.Head);
        Assert.False(File.Exists(BesidePath));
        Assert.Null(Advance(Open(), 3));
        Assert.Equal(Head(3), Open().Read().Value().Newest?.Head);
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

        File.CreateSymbolicLink(BesidePath, victim);
        Assert.Null(Open().Begin());
        Assert.Equal("precious", File.ReadAllText(victim));

        // a copy made by linking is nothing to write over either
        Assert.Null(Advance(Open(), 1));
        var kept = File.ReadAllBytes(BesidePath);
        Assert.Equal(0, Link(BesidePath, folder.File("kept")));
        Assert.Null(Advance(Open(), 2));
        Assert.Equal(kept, File.ReadAllBytes(folder.File("kept")));
    }

    [Theory]
    [InlineData((int)AnchorMoment.BeforeWrite, 3)]
    [InlineData((int)AnchorMoment.Written, 8)]
    [InlineData((int)AnchorMoment.Renamed, 8)]
    public void Wherever_writing_ends_the_old_or_the_new_stands_there_whole_and_it_goes_on(int moment, int size)
    {
        Assert.Null(Open().Begin());
        Assert.Null(Advance(Open(), 3));

        var refusal = Advance(Failing((AnchorMoment)moment), 8);

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
        var answered = 0L;
        var watcher = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var least = Volatile.Read(ref answered);
                Assert.InRange(Open().Read().Value().Newest?.Head.Size ?? -1, least, 400);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            var anchor = Open();
            for (var size = 1 + writer; size <= 400; size++)
            {
                Assert.Null(Advance(anchor, size));
                for (var known = Volatile.Read(ref answered); known < size; known = Volatile.Read(ref answered))
                {
                    _ = Interlocked.CompareExchange(ref answered, size, known);
                }
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

    private AnchorFile Failing(AnchorMoment moment) => new(AnchorPath, TestLog.Verifier, TestLog.Signer)
    {
        Fault = at =>
        {
            if (at == moment)
            {
                throw new IOException("no space left on device");
            }
        },
    };

    private AnchorFile Open(string? path = null) => new(path ?? AnchorPath, TestLog.Verifier, TestLog.Signer);

    private TreeHead Head(int size) => new(size, tree.RootAt(size));

    private Refusal? Advance(AnchorFile anchor, int size) => anchor.Advance(Head(size), null, (a, b) => tree.ProveConsistency(a, b));
}
