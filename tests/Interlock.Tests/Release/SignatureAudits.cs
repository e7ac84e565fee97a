using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Ledger;
using Interlock.Release;
using Interlock.Signing.LogKeys;
using Interlock.Tests.Evidence;
using Interlock.Tests.Execution;
using Interlock.Tests.Faults;
using Interlock.Tests.Ledger.Checkpoints;
using Interlock.Tests.Signing;
using Interlock.Tests.Surface.Cli;

namespace Interlock.Tests.Release;

/// <summary><c>fsck</c> asks every signature, and remembers what it asked where nobody who writes the ledger can forge it.</summary>
public sealed class SignatureAudits(SignedPlan approved) : IClassFixture<SignedPlan>
{
    private const string Mark = "away/anchor.verified";

    [Fact]
    public async Task A_rejection_that_nobody_signed_is_found()
    {
        var signers = Shared.Set($"alice {TestSigner.Make("ed25519").PublicLine}");
        await using var bench = await Bench.OpenAsync(change: options => options with { Signers = signers, AllowUnsignedApprovals = false });
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Assert.Empty((await AuditAsync(bench, null)).Findings);
        await AppendAsync(bench, JsonObject.Of(("kind", EventKinds.Rejected), ("plan_id", id.ToString()), ("rejected_by", "alice"), ("reason", "forged")));

        var found = await AuditAsync(bench, null);

        Assert.Contains("calls itself the `rejected` of a person and is not", Assert.Single(found.Findings), StringComparison.Ordinal);

        // which is no reason to stop everything, and the gate does not
        Assert.Contains("what it says is not proven", found.Findings[0], StringComparison.Ordinal);
        Assert.Null(await bench.Engine.VerifyAsync(default));
        Assert.Equal(1, found.Judged);
    }

    [Fact]
    public async Task What_was_verified_counts_where_the_tree_had_that_root_and_nowhere_else()
    {
        var signers = Shared.Set($"alice {TestSigner.Make("ed25519").PublicLine}");
        await using var bench = await Bench.OpenAsync(change: options => options with { Signers = signers, AllowUnsignedApprovals = false });
        var id = await bench.ProposeAsync(Bench.Body("a"));
        var mark = await MarkAsync(bench);
        var head = mark.Head;
        Assert.Equal(head.Size, (await AuditAsync(bench, mark)).KnownBefore);

        // where the store holds something else, the lines up to there have to be the same at least
        var other = Sha256Digest.Of("other"u8);
        Assert.Equal(head.Size, (await AuditAsync(bench, mark with { Contents = other })).KnownBefore);
        Assert.Equal(0, (await AuditAsync(bench, new AuditMark(head with { Root = other }, other))).KnownBefore);
        Assert.Equal(0, (await AuditAsync(bench, new AuditMark(head with { Size = head.Size + 1 }, other))).KnownBefore);

        // what came after the mark is asked all the same
        await AppendAsync(bench, JsonObject.Of(("kind", EventKinds.Rejected), ("plan_id", id.ToString()), ("rejected_by", "alice")));
        var later = await AuditAsync(bench, mark);
        Assert.Equal(head.Size, later.KnownBefore);
        Assert.Single(later.Findings);
    }

    [Fact]
    public async Task A_judge_that_fails_ends_the_audit_however_many_wait_to_be_judged()
    {
        var signers = Shared.Set($"alice {TestSigner.Make("ed25519").PublicLine}");
        await using var bench = await Bench.OpenAsync(change: options => options with { Signers = signers, AllowUnsignedApprovals = false });

        // more than an audit lets wait: who reads on would wait for a judge for ever
        JsonObject forged = JsonObject.Of(("kind", EventKinds.ResumeCountersigned), ("by", "alice"), ("scope", "all"));
        for (var i = 0; i < 10; i++)
        {
            var append = new Append { Events = [.. Enumerable.Repeat(forged, 1_000)] };
            Assert.IsType<AppendAnswer.Appended>(await bench.Store.AppendAsync(append, CancellationToken.None));
        }

        var store = new HookedStore(bench.Store) { Blob = static (_, _) => throw new InvalidDataException("a blob that nobody can read") };
        var audit = new LedgerAudit(store, RegisteredSigners.ReadArchived).RunAsync(null, CancellationToken.None);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => audit.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal("a blob that nobody can read", fault.Message);
    }

    [Fact]
    public void A_mark_of_another_key_another_version_or_none_at_all_is_ignored()
    {
        var head = new TreeHead(7, Sha256Digest.Of("root"u8));
        var mark = new AuditMark(head, Sha256Digest.Of("contents"u8));
        var verifier = LogNotes.Verifier(NoteOf(TestLog.Key));
        var good = mark.ToNote(LogNotes.NoteSigner(TestLog.Key));
        Assert.Equal(mark, AuditMark.Read(good, verifier).OrThrow());
        Assert.False(AuditMark.Read(mark.ToNote(LogNotes.NoteSigner(TestLog.OtherKey)), verifier).TryGet(out _, out _));
        Assert.False(AuditMark.Read(TestLog.Sign(head), verifier).TryGet(out _, out _));
        var older = new SignedNote(Encoding.UTF8.GetString(good).Split("\n\n")[0].Replace($"audit {LedgerAudit.Version}", "audit 1", StringComparison.Ordinal) + "\n", []);
        Assert.False(AuditMark.Read(LogNotes.NoteSigner(TestLog.Key).Sign(older).ToBytes(), verifier).TryGet(out _, out _));
        for (var i = 0; i < good.Length; i++)
        {
            var flipped = good.ToArray();
            flipped[i] ^= 1;
            Assert.False(AuditMark.Read(flipped, verifier).TryGet(out _, out _), $"byte {i}");
        }

        Assert.True(SignedNote.TryParse(good, out var note, out _));
        Assert.False(Checkpoint.TryParse(note.Text, out _, out _));
    }

    [Fact]
    public async Task Fsck_writes_a_mark_and_says_where_it_does_not_believe_one()
    {
        var bench = approved.Bench;
        File.Delete(bench.At(Mark));
        Assert.Empty(SignedPlan.Good(await bench.RunAsync("fsck")).Error);
        var mark = await File.ReadAllBytesAsync(bench.At(Mark));
        Assert.Empty(SignedPlan.Good(await bench.RunAsync("fsck")).Error);
        Assert.Equal(mark, await File.ReadAllBytesAsync(bench.At(Mark)));

        await File.WriteAllBytesAsync(bench.At(Mark), mark[..^5]);
        Assert.Contains("not taken over, because it is damaged", SignedPlan.Good(await bench.RunAsync("fsck")).Error, StringComparison.Ordinal);
        Assert.Equal(mark, await File.ReadAllBytesAsync(bench.At(Mark)));

        var foreign = new AuditMark(new TreeHead(3, Sha256Digest.Of("another ledger"u8)), Sha256Digest.Zero).ToNote(LogNotes.NoteSigner(approved.Key));
        await File.WriteAllBytesAsync(bench.At(Mark), foreign);
        var json = CliBench.Json(SignedPlan.Good(await bench.RunAsync("fsck", "--json")));
        Assert.Contains("speaks of another ledger", Assert.Single(Assert.IsType<JsonArray>(json["notes"]).Items).ToString(), StringComparison.Ordinal);
    }

    private static async Task<AuditMark> MarkAsync(Bench bench) =>
        (await AuditAsync(bench, null)).Mark ?? throw new InvalidOperationException("a ledger that is not sound");

    private static async Task<AuditedLedger> AuditAsync(Bench bench, AuditMark? mark) =>
        Bench.Must(await new LedgerAudit(bench.Store, RegisteredSigners.ReadArchived).RunAsync(mark, CancellationToken.None));

    private static async Task AppendAsync(Bench bench, JsonObject @event) =>
        Assert.IsType<AppendAnswer.Appended>(await bench.Store.AppendAsync(new Append { Events = [@event] }, CancellationToken.None));

    private static NoteKey NoteOf(LogKey key) => NoteKey.TryParse(key.VerifierKey, out var note, out var error) ? note : throw new InvalidOperationException(error);
}
