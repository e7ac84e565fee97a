using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Storage;
using Interlock.Tests.Execution;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;
using Interlock.Tests.Ledger.Witnesses;
using Interlock.Tests.Storage;

namespace Interlock.Tests.Witnesses;

/// <summary>No dispatch until so many witnesses hold the claim; and what an attacker with the log's key gains without them.</summary>
public sealed class WitnessedRuns
{
    [Fact]
    public async Task Two_of_three_are_enough_and_what_they_hold_covers_the_claim_and_is_archived()
    {
        KeptWitness[] witnesses = [new(1), new(2) { Instead = (_, _) => KeptWitness.Down() }, new(3)];
        await using var bench = await OpenAsync(2, witnesses);
        var id = await bench.ApprovedAsync(Bench.Body("a"));

        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));

        var entries = Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Plan(id), default));
        var kinds = entries.Select(entry => entry.Kind).ToList();
        var at = kinds.IndexOf("execution-start");
        Assert.Equal("witnessed", kinds[at + 1]);
        Assert.Equal("stage-intent", kinds[at + 2]);
        var plan = await bench.PlanAsync(id);
        Assert.True(plan.Witnessed?.Size > entries[at].Seq);
        Assert.True(Sha256Digest.TryParse(entries[at + 1].Event.Text("cosignatures_digest"), out var archived));
        var blob = Bench.Must(await bench.Store.ReadBlobAsync(archived, default));
        Assert.True(JsonReader.TryRead(blob.Span, new JsonReadOptions(), out var json, out _));
        var note = System.Text.Encoding.UTF8.GetBytes(((JsonObject)json).Text("checkpoint") ?? "");
        Assert.True(SignedNote.TryParse(note, out var signed, out var error), error);
        Assert.True(TestLog.Verifier.HasSigned(signed));
        Assert.All([witnesses[0], witnesses[2]], witness => Assert.True(witness.Verifier.HasSigned(signed)));
        Assert.Empty(Bench.Must(await bench.Store.CheckAsync(default)).Findings);
    }

    [Fact]
    public async Task Where_too_few_answer_the_request_is_refused_before_the_claim_and_the_plan_stays_approved()
    {
        KeptWitness[] witnesses = [new(1), new(2) { Instead = (_, _) => KeptWitness.Down() }, new(3) { Instead = (_, _) => throw new InvalidOperationException("a bug of a stranger") }];
        await using var bench = await OpenAsync(2, witnesses);
        var id = await bench.ApprovedAsync(Bench.Body("a"));

        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));

        Assert.Equal("unwitnessed", await bench.LastReasonAsync(id));
        Assert.Equal(PlanStatus.Approved, (await bench.PlanAsync(id)).Status);
        Assert.DoesNotContain("execution-start", await bench.KindsAsync(id));
        Assert.Empty(bench.World.Dispatched);

        witnesses[1].Instead = (_, _) => null;
        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task Witnesses_that_are_gone_after_the_claim_halt_it_with_nothing_dispatched_and_a_stop_does_not_wait_for_them()
    {
        var witness = new KeptWitness(1);
        var hangs = new TaskCompletionSource();
        witness.Instead = (_, _) => witness.Asked == 1 ? null : Hang();
        await using var bench = await OpenAsync(1, [witness]);
        var id = await bench.ApprovedAsync(Bench.Body("a"));

        var asked = bench.ExecuteAsync(id);
        await hangs.Task;
        Assert.Equal(PlanStatus.Executing, (await bench.PlanAsync(id)).Status);
        Bench.Must(await bench.Person.StopAllAsync("rita", "enough", default));
        Assert.False(asked.IsCompleted);

        var result = await asked;
        Assert.Equal("halted", result.Text("status"));
        Assert.Equal("witness_timeout", result.Text("halt_code"));
        Assert.Empty(bench.World.Dispatched);
        Assert.Empty((await bench.PlanAsync(id)).Locks);
        Assert.DoesNotContain("witnessed", await bench.KindsAsync(id));

        // it does not heed its token either: the bound is the engine's own
        Task<WitnessAnswer> Hang()
        {
            hangs.TrySetResult();
            return new TaskCompletionSource<WitnessAnswer>().Task;
        }
    }

    [Fact]
    public async Task A_forged_cosignature_and_one_of_another_checkpoint_are_not_counted()
    {
        var forger = new KeptWitness(1, forges: true);
        await using var bench = await OpenAsync(1, [forger]);
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));

        var early = new KeptWitness(2);
        ReadOnlyMemory<byte> first = default;
        early.Instead = (submission, _) =>
        {
            first = first.IsEmpty ? early.Answer(AddCheckpoint.Of(submission).ToBytes()).Body : first;
            return Task.FromResult<WitnessAnswer>(new WitnessAnswer.Held(first));
        };
        await using var other = await OpenAsync(1, [early]);
        id = await other.ApprovedAsync(Bench.Body("a"));
        var result = await other.ExecuteAsync(id);
        Assert.Equal("witness_timeout", result.Text("halt_code"));
        Assert.Empty(bench.World.Dispatched);
        Assert.Empty(other.World.Dispatched);
    }

    [Fact]
    public async Task Runs_beside_each_other_share_rounds()
    {
        var witness = new KeptWitness(1);
        await using var bench = await OpenAsync(1, [witness]);
        var ids = new List<PlanId>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await bench.ApprovedAsync(Bench.Body($"c{i}")));
        }

        var asked = Task.WhenAll(ids.Select(id => bench.AgentSession.ExecuteAsync(id, null, default)));
        await bench.RunUntilAsync(asked);

        Assert.All(await asked, result => Assert.Equal("executed", result.Text("status")));
        Assert.Equal(6, bench.World.Dispatched.Count);
    }

    [Fact]
    public async Task An_attacker_with_the_logs_key_who_rolls_ledger_and_anchor_back_is_caught_by_a_witness_and_by_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var (world, clock, witness) = (new World(), new TestClock(), new KeptWitness(1));
        PlanId id;
        await using (var bench = await OverFilesAsync(folder, world, clock, witness))
        {
            id = await bench.ApprovedAsync(Bench.Body("a"));
        }

        Keep(folder, "ledger.db", "anchor", "anchor.new");
        await using (var bench = await OverFilesAsync(folder, world, clock, witness))
        {
            Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
        }

        // everything here agrees again: the ledger, its chain and tree, the anchor under the log's own key
        PutBack(folder, "ledger.db", "anchor", "anchor.new");
        await using (var bench = await OverFilesAsync(folder, world, clock, witness))
        {
            var result = await bench.ExecuteAsync(id);
            Assert.Equal("rejected", result.Text("status"));
            Assert.Contains("rolled back", result.Text("reason"), StringComparison.Ordinal);
            Assert.Equal("corrupt", await bench.LastReasonAsync(id));
            Assert.Equal(["a=1"], world.Dispatched);

            // and grown again past what the witness has seen, it is another history
            for (var i = 0; i < 12; i++)
            {
                await bench.ProposeAsync(Bench.Body($"filler{i}"));
            }

            result = await bench.ExecuteAsync(id);
            Assert.Equal("rejected", result.Text("status"));
            Assert.Contains("does not continue", result.Text("reason"), StringComparison.Ordinal);
            Assert.Equal(["a=1"], world.Dispatched);
        }

        // without a witness the second execution happens: what the test above shows is the witness's doing
        PutBack(folder, "ledger.db", "anchor", "anchor.new");
        await using (var bench = await OverFilesAsync(folder, world, clock, witness: null))
        {
            Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
            Assert.Equal(["a=1", "a=1"], world.Dispatched);
        }
    }

    [Fact]
    public async Task Witnesses_without_an_anchor_and_a_quorum_that_counts_one_twice_make_no_engine()
    {
        var witness = new KeptWitness(1).Trusted;
        await Assert.ThrowsAsync<ArgumentException>(() => Bench.OpenAsync(change: options => options with { Witnesses = Of(1, [witness]) }));
        await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(2, [new(1), new(1)]));
        await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(2, [new(1)]));
        await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(0, [new(1)]));
    }

    private static Task<Bench> OpenAsync(int require, KeptWitness[] witnesses)
    {
        var (clock, anchor) = (new TestClock(), MemoryAnchor.At(TreeHead.Empty));
        return Bench.OpenAsync(
            new MemoryLedgerStore(clock, anchor),
            change: options => options with { Anchor = anchor, Witnesses = Of(require, [.. witnesses.Select(one => one.Trusted)]) },
            clock: clock);
    }

    private static WitnessOptions Of(int require, ImmutableArray<TrustedWitness> witnesses) =>
        new() { Witnesses = witnesses, Require = require, Wait = WitnessOptions.LeastWait };

    private static async Task<Bench> OverFilesAsync(TemporaryFolder folder, World world, TestClock clock, KeptWitness? witness)
    {
        var anchor = new AnchorFile(folder.File("anchor"), TestLog.Verifier, TestLog.Signer);
        var store = (await SqliteLedgerStore.OpenAsync(folder.File("ledger.db"), clock, new SqliteOptions { Anchor = anchor }, default)).Value();
        return await Bench.OpenAsync(
            store, world, options => options with { Anchor = anchor, Witnesses = witness is null ? null : Of(1, [witness.Trusted]), GoverningPolicy = Ruling }, clock);
    }

    /// <summary>The same with and without a witness, as the attacker would leave the configuration alone.</summary>
    private static JsonObject Ruling => JsonObject.Of(
        ("approval", Interlock.Policies.ApprovalPolicy.Default.Json), ("unsigned", JsonBoolean.True));

    private static void Keep(TemporaryFolder folder, params string[] names)
    {
        foreach (var name in names)
        {
            File.Copy(folder.File(name), folder.File("kept-" + name));
        }
    }

    private static void PutBack(TemporaryFolder folder, params string[] names)
    {
        foreach (var beside in Directory.GetFiles(folder.Path, "ledger.db-*"))
        {
            File.Delete(beside);
        }

        foreach (var name in names)
        {
            File.Copy(folder.File("kept-" + name), folder.File(name), overwrite: true);
        }
    }
}
