using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Execution;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Sessions.Governance;

/// <summary>A blob is erased by a signed entry: what was in it is gone, what proves anything stays, and so does what is still needed.</summary>
public sealed class Erasing
{
    [Fact]
    public async Task The_body_of_a_plan_that_has_ended_is_erased_and_the_ledger_says_by_whom()
    {
        await using var bench = await Bench.OpenAsync();
        var body = await EndedAsync(bench, "a");

        var erased = Bench.Must(await EraseAsync(bench, body, "rita"));

        Assert.Equal((EventKinds.Erased, "rita", "held a name"), (erased.Kind, erased.Event.Text("by"), erased.Event.Text("reason")));
        var refusal = Bench.Refused(await bench.Store.ReadBlobAsync(body, default));
        Assert.Equal(RefusalCode.Erased, refusal.Code);
        Assert.Contains($"{body} was erased by `rita` at 2026-01-01", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
        Assert.Null(await bench.Engine.VerifyAsync(default));
        Assert.Equal(RefusalCode.Erased, Bench.Refused(await EraseAsync(bench, body, "rita")).Code);

        // the same plan may come again: what is needed is stored again
        await bench.ApprovedAsync(Bench.Body("a"));
        Bench.Must(await bench.Store.ReadBlobAsync(body, default));
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
    }

    [Fact]
    public async Task Nothing_of_a_plan_that_lives_is_erased()
    {
        await using var bench = await Bench.OpenAsync();
        var ended = await EndedAsync(bench, "a");

        // the same body in a plan that waits, once the agent may ask again
        bench.Clock.Advance(TimeSpan.FromMinutes(11));
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Assert.Contains("which is proposed", Bench.Refused(await EraseAsync(bench, ended, "rita")).Message, StringComparison.Ordinal);
        await bench.ApproveAsync(id);
        Assert.Contains("which is approved", Bench.Refused(await EraseAsync(bench, ended, "rita")).Message, StringComparison.Ordinal);
        bench.World.Counters["door"] = "open";
        bench.World.OnExecute = async _ =>
        {
            Assert.Contains("which is executing", Bench.Refused(await EraseAsync(bench, ended, "rita")).Message, StringComparison.Ordinal);
            throw new TimeoutException("nobody knows");
        };
        Assert.Equal("in_doubt", (await bench.ExecuteAsync(id)).Text("halt_code"));
        Assert.Contains("which is in doubt", Bench.Refused(await EraseAsync(bench, ended, "rita")).Message, StringComparison.Ordinal);
        Bench.Must(await bench.Person.ResolveAsync(id, "did_not", "rita", "looked", default));
        Bench.Must(await EraseAsync(bench, ended, "rita"));
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
    }

    [Fact]
    public async Task What_proves_who_decided_what_is_never_erased()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open"), "alice", "bob"));
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Bench.Must(await bench.SignedAsync(id, "alice"));
        await bench.ExecuteAsync(id);
        var proofs = 0;
        foreach (var entry in Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(id), default)).AddRange(
            Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Governance, default))))
        {
            foreach (var (field, digest) in EventKinds.BlobsOf(entry.Event).Where(
                blob => blob.Field is "statement" or "statements" or "signature" or "policy" or "allowed_signers" or "revoked_keys"))
            {
                Assert.Contains("never erased", Bench.Refused(await EraseAsync(bench, digest, "alice")).Message, StringComparison.Ordinal);
                proofs++;
            }
        }

        Assert.True(proofs >= 7, $"{proofs}");
        Assert.Equal(RefusalCode.NotFound, Bench.Refused(await EraseAsync(bench, Sha256Digest.Of("x"u8), "alice")).Code);
    }

    [Fact]
    public async Task A_blob_that_is_missing_without_a_word_is_found_and_so_is_a_word_that_nobody_signed()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open"), "alice", "bob"));
        var body = await EndedAsync(bench, "a", "alice");
        Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await EraseAsync(bench, body, "alice", signer: null)).Code);
        Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await EraseAsync(bench, body, "alice", signer: "mallory")).Code);

        // as whoever can write the file would: the blob is taken out, and an entry says that alice did it
        var forged = JsonObject.Of((EventKinds.KindField, EventKinds.Erased), ("digest", body.ToString()), ("by", "alice"), ("assurance", "key"));
        Assert.IsType<AppendAnswer.Appended>(await bench.Store.AppendAsync(new Append { Events = [forged], Erases = [body] }, default));
        var found = (await bench.Engine.VerifyAsync(default))?.Message;
        Assert.Contains("calls itself the `erased` of a person", found, StringComparison.Ordinal);
        Assert.Contains("nothing is released from this ledger", found, StringComparison.Ordinal);
        Assert.NotNull(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_signature_that_erases_one_blob_erases_no_other()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open"), "alice", "bob"));
        var first = await EndedAsync(bench, "a", "alice");
        var second = await EndedAsync(bench, "b", "alice");
        var erased = Bench.Must(await EraseAsync(bench, first, "alice", "alice"));
        var forged = erased.Event.With("digest", second.ToString());
        Assert.IsType<AppendAnswer.Appended>(await bench.Store.AppendAsync(new Append { Events = [forged], Erases = [second] }, default));
        Assert.Contains("about another blob", (await bench.Engine.VerifyAsync(default))?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_append_erases_only_what_its_events_say()
    {
        var store = new MemoryLedgerStore(new TestClock());
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(
            new Append { Events = [JsonObject.Of((EventKinds.KindField, EventKinds.Stopped), ("by", "x"))], Erases = [Sha256Digest.Zero] }, default));
    }

    [Fact]
    public async Task Neither_the_file_nor_its_log_holds_the_bytes_any_more()
    {
        using var folder = new TemporaryFolder();
        var clock = new TestClock();
        var path = folder.File("ledger.db");
        const string secret = "zanzibar-4711";
        var store = Bench.Must(await SqliteLedgerStore.OpenAsync(path, clock, null, default));
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var body = Bench.Body("a").With("note", string.Concat(Enumerable.Repeat($"{secret} ", 30)));
        var id = await bench.ProposeAsync(body);
        var digest = (await bench.PlanAsync(id)).Hash.Digest;
        Assert.True(Held(path, secret) > 0);
        Bench.Must(await bench.Person.RejectAsync(id, "rita", null, default));

        Bench.Must(await EraseAsync(bench, digest, "rita"));

        Assert.Equal(0, Held(path, secret));
        Assert.Empty(Bench.Must(await store.CheckAsync(default)).Findings);
        Assert.Equal(RefusalCode.Erased, Bench.Refused(await store.ReadBlobAsync(digest, default)).Code);

        // without the entry it is a blob that is missing, as any other
        RawDatabase.Run(path, "DELETE FROM blobs");
        Assert.NotEmpty(Bench.Must(await store.CheckAsync(default)).Findings);
        Assert.DoesNotContain(Bench.Must(await store.CheckAsync(default)).Findings, line => line.Contains(digest.ToString(), StringComparison.Ordinal));
    }

    private static int Held(string path, string text) => new[] { path, path + "-wal" }
        .Where(File.Exists)
        .Sum(file =>
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            open.CopyTo(copy);
            return Encoding.Latin1.GetString(copy.ToArray()).Split(text).Length - 1;
        });

    private static async Task<Sha256Digest> EndedAsync(Bench bench, string name, string? signer = null)
    {
        var id = await bench.ProposeAsync(Bench.Body(name));
        if (signer is null)
        {
            Bench.Must(await bench.Person.RejectAsync(id, "rita", null, default));
        }
        else
        {
            var statement = Bench.Must(await bench.Person.RejectionAsync(id, signer, null, default));
            Bench.Must(await bench.Person.RejectAsync(id, statement, Registered.Sign(signer, statement), default));
        }

        return (await bench.PlanAsync(id)).Hash.Digest;
    }

    private static Task<Result<LedgerEntry>> EraseAsync(Bench bench, Sha256Digest blob, string by) =>
        EraseAsync(bench, blob, by, bench.Options.Signers is null ? null : by);

    private static async Task<Result<LedgerEntry>> EraseAsync(Bench bench, Sha256Digest blob, string by, string? signer)
    {
        var session = bench.Engine.ForErasure();
        return (await session.StatementAsync(blob, by, "held a name", default)).TryGet(out var statement, out var refusal)
            ? await session.EraseAsync(statement, signer is null ? default : Registered.Sign(signer, statement), default)
            : refusal;
    }
}
