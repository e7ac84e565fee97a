using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Attacks;

/// <summary>
/// Whoever can write the ledger's file and hashes as we do, but holds no key and cannot write the anchor, gets nothing executed. Each test
/// says who notices: the next start, <c>fsck</c>, or the gate; each attack is made at rest and, where it says so, under an engine that runs.
/// </summary>
public sealed class DatabaseAttacks
{
    private const Seen Everybody = Seen.Start | Seen.Fsck;

    [Fact]
    public async Task An_honest_ledger_is_executed_and_nobody_complains()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.StopAsync();
        await ledger.StartAsync();
        Assert.Equal("executed", (await ledger.Running.Inner.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task A_statement_that_waits_for_its_signature_is_nothing_that_fsck_complains_of()
    {
        await using var ledger = await AttackedLedger.OpenAsync("'rules': [{'name': 'two', 'require': '2 of anyone'}]");
        var id = await ledger.Running.ProposeAsync();
        Bench.Must(await ledger.Running.CountersignAsync(id, "alice"));
        await ledger.Running.IssueAsync(id, "bob");
        Assert.Empty(Bench.Must(await ledger.Running.Store.CheckAsync(default)).Findings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rewritten_chain_is_seen_at_the_start_by_fsck_and_by_the_gate_of_an_engine_that_runs(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await AtRestAsync(ledger, running);
        await ledger.Hand.RewriteAsync(history => history.Select(one => one.Kind == EventKinds.Proposed
            ? one with { Event = one.Event.With("intent", new JsonString("set nothing")) }
            : one));
        await SeenAsync(ledger, id, Everybody, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rejection_that_was_taken_out_is_seen(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        Bench.Must(await ledger.Running.Person.RejectAsync(
            id, await RejectionAsync(ledger, id), SignedBench.Sign("bob", await RejectionAsync(ledger, id)), default));
        await ledger.Running.ProposeAsync("b");
        await AtRestAsync(ledger, running);
        await ledger.Hand.RewriteAsync(history => history.Where(one => one.Kind != EventKinds.Rejected));
        await SeenAsync(ledger, id, Everybody, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_row_of_a_rejection_that_was_deleted_is_seen(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        Bench.Must(await ledger.Running.Person.RejectAsync(
            id, await RejectionAsync(ledger, id), SignedBench.Sign("bob", await RejectionAsync(ledger, id)), default));
        await ledger.Running.ProposeAsync("b");
        await AtRestAsync(ledger, running);
        var seq = await SeqAsync(ledger, EventKinds.Rejected);
        ledger.Hand.Run($"DELETE FROM entries WHERE seq = {seq}; DELETE FROM streams WHERE seq = {seq}; UPDATE plans SET status = 'approved' WHERE plan = '{id}'");
        await SeenAsync(ledger, id, Everybody, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_was_taken_out_is_not_had_again(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        Assert.Equal("executed", (await ledger.Running.Inner.ExecuteAsync(id)).Text("status"));
        await AtRestAsync(ledger, running);
        string[] run = [EventKinds.ExecutionStart, EventKinds.StageIntent, EventKinds.StageOutcome, EventKinds.StageCommitted, EventKinds.ExecutionComplete];
        await ledger.Hand.RewriteAsync(history => history.Where(one => !run.Contains(one.Kind)));
        await SeenAsync(ledger, id, Everybody, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_row_of_an_execution_start_that_was_deleted_is_seen(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        Assert.Equal("executed", (await ledger.Running.Inner.ExecuteAsync(id)).Text("status"));
        await AtRestAsync(ledger, running);
        var seq = await SeqAsync(ledger, EventKinds.ExecutionStart);
        ledger.Hand.Run($"DELETE FROM entries WHERE seq = {seq}; DELETE FROM streams WHERE seq = {seq}");
        await SeenAsync(ledger, id, Everybody, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tail_that_was_cut_off_with_all_its_traces_is_seen(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.Running.StopAsync();
        await AtRestAsync(ledger, running);
        await ledger.Hand.RewriteAsync(history => history.Where(one => one.Kind != EventKinds.Stopped));
        await SeenAsync(ledger, id, Everybody, running);
    }

    [Fact]
    public async Task A_snapshot_that_was_put_back_is_seen()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        var copy = await ledger.SnapshotAsync();
        Assert.Equal("executed", (await ledger.Running.Inner.ExecuteAsync(id)).Text("status"));
        await ledger.StopAsync();
        ledger.Restore(copy);
        await SeenAsync(ledger, id, Everybody, running: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_was_swapped_is_seen_by_fsck_and_the_gate(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        var hash = (await ledger.Running.Inner.PlanAsync(id)).Hash.ToString();
        await AtRestAsync(ledger, running);
        var body = Convert.ToHexString(CanonicalJson.Write(Bench.Body("evil")));
        ledger.Hand.Run($"UPDATE blobs SET bytes = x'{body}' WHERE digest = x'{hash}'");
        await SeenAsync(ledger, id, Seen.Fsck | Seen.Gate, running);
    }

    [Fact]
    public async Task A_body_that_was_swapped_with_the_hash_that_names_it_is_seen_at_the_start_and_by_fsck()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.StopAsync();
        var body = CanonicalJson.Write(Bench.Body("evil"));
        var hash = new JsonString(Sha256Digest.Of(body).ToString());
        await ledger.Hand.RewriteAsync(history => history.Select(one => one.Event["plan_hash"] is null ? one : one with { Event = one.Event.With("plan_hash", hash) }), body);
        await SeenAsync(ledger, id, Everybody, running: false);
    }

    public static TheoryData<string, bool> Insertions { get; } = new()
    {
        { "unsigned", true },
        { "unsigned", false },
        { "unregistered", true },
        { "unregistered", false },
        { "of another plan", true },
        { "of another plan", false },
    };

    [Theory]
    [MemberData(nameof(Insertions))]
    public async Task An_approval_that_was_appended_is_refused_by_the_gate(string how, bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var other = await ledger.Running.ProposeAsync("b");
        var signed = await ledger.Running.IssueAsync(other, "alice");
        var id = await ledger.Running.ProposeAsync();
        var (_, draft) = await ledger.Running.DraftAsync(id, how == "unregistered" ? "mallory" : "alice");
        var forgery = how switch
        {
            "unsigned" => Forgery.Of(draft, null) with { Key = null, Assurance = "none", Observed = null },
            "unregistered" => Forgery.Of(draft, SignedBench.Sign("mallory", draft)) with { Key = SignedBench.KeyOf("mallory").Fingerprint, Observed = null },
            _ => Forgery.Of(signed, SignedBench.Sign("alice", signed)) with { Observed = null },
        };
        await AtRestAsync(ledger, running);
        await ledger.Hand.AppendAsync(ledger.Clock, forger => forger.ApproveAsync(id, forgery));

        // it is a sound ledger that says something untrue: who asks for the signatures sees that
        await SeenAsync(ledger, id, Seen.Fsck | Seen.Gate, running);
    }

    [Fact]
    public async Task An_approval_that_was_inserted_before_the_end_is_seen_at_the_start_and_by_fsck()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ProposeAsync();
        await ledger.Running.ProposeAsync("b");
        var (_, draft) = await ledger.Running.DraftAsync(id, "alice");
        var plan = await ledger.Running.Inner.PlanAsync(id);
        var forgery = Forgery.Of(draft, SignedBench.Sign("mallory", draft));
        var counted = new Countersignature(
            "alice", forgery.Digest, Sha256Digest.Of(forgery.Signature), forgery.Key, "key", false, null, Sha256Digest.Zero, Clock(ledger), Clock(ledger), plan.ExpiresAt, null);
        JsonObject[] forged =
        [
            PlanEvents.StatementIssued(id, "approval", "alice", forgery.Digest, Sha256Digest.Zero, Sha256Digest.Zero),
            PlanEvents.Countersigned(id, forgery.By, false, plan.ExpiresAt),
            PlanEvents.Approved(plan, [counted], "key", Sha256Digest.Zero, plan.ExpiresAt),
        ];
        await ledger.StopAsync();
        await ledger.Hand.RewriteAsync(
            history => history.SelectMany(one => one.Event.Text("plan_id") == id.ToString() && one.Kind == EventKinds.Proposed
                ? [one, .. forged.Select(entry => new Written(one.At, entry))]
                : (IEnumerable<Written>)[one]),
            [.. forgery.Blobs]);
        await SeenAsync(ledger, id, Everybody, running: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_resume_that_was_appended_ends_no_stop(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.Running.StopAsync();
        var statement = Bench.Must(await ledger.Running.Person.BrakeAsync("resume", "alice", null, default));
        await AtRestAsync(ledger, running);
        await ledger.Hand.AppendAsync(ledger.Clock, forger => forger.ResumeAsync(Forgery.Of(statement, SignedBench.Sign("mallory", statement))));
        await SeenAsync(ledger, id, Seen.Fsck | Seen.Gate, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_resumed_that_stands_alone_ends_no_stop(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.Running.StopAsync();
        await AtRestAsync(ledger, running);
        await ledger.Hand.AppendAsync(ledger.Clock, forger => forger.ResumeAsync());
        await SeenAsync(ledger, id, Seen.Fsck | Seen.Gate, running);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_resolution_that_was_appended_frees_no_lock(bool running)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var doubtful = await ledger.Running.InDoubtAsync();
        var statement = Bench.Must(await ledger.Running.Person.ResolutionAsync(doubtful, "did_not", "alice", null, default));
        var id = await ledger.Running.ApprovedAsync("a");
        Assert.Equal("locked", (await ledger.Running.RefusedAtTheGateAsync(id)).Code);
        await AtRestAsync(ledger, running);
        await ledger.Hand.AppendAsync(ledger.Clock, forger => forger.ResolveAsync(doubtful, Forgery.Of(statement, SignedBench.Sign("mallory", statement))));
        await SeenAsync(ledger, id, Seen.Fsck | Seen.Gate, running);
    }

    [Fact]
    public async Task A_configured_with_signers_of_its_own_approves_nothing()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ProposeAsync();
        var (_, draft) = await ledger.Running.DraftAsync(id, "mallory");
        await ledger.Hand.AppendAsync(ledger.Clock, async forger =>
        {
            await forger.AppendAsync([AttackedLedger.Configured("mallory")], [.. AttackedLedger.ConfiguredBlobs("mallory")]);
            await forger.ApproveAsync(id, Forgery.Of(draft, SignedBench.Sign("mallory", draft)) with { Key = SignedBench.KeyOf("mallory").Fingerprint, Observed = null });
        });

        // the gate of the engine that runs stops at once; one that starts records what it loaded, and counts those signers alone
        await SeenAsync(ledger, id, Seen.Gate, running: true);
    }

    [Fact]
    public async Task Streams_and_the_listing_that_were_forged_release_nothing()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.Running.StopAsync();
        ledger.Hand.Run("DELETE FROM streams WHERE stream = 'brakes'; UPDATE plans SET status = 'approved'");

        // the gate folds every line and believes no index
        await SeenAsync(ledger, id, Seen.Fsck | Seen.Gate, running: true);
    }

    private static DateTimeOffset Clock(AttackedLedger ledger) => ledger.Clock.GetUtcNow();

    private static async Task<Statement> RejectionAsync(AttackedLedger ledger, PlanId id) =>
        Bench.Must(await ledger.Running.Person.RejectionAsync(id, "bob", "no", default));

    private static async Task<int> SeqAsync(AttackedLedger ledger, string kind)
    {
        var history = await ledger.Hand.ReadAsync();
        return history.IndexOf(history.First(one => one.Kind == kind));
    }

    private static Task AtRestAsync(AttackedLedger ledger, bool running) => running ? Task.CompletedTask : ledger.StopAsync();

    /// <summary>Nothing ran, and these noticed; under an engine that runs its gate is always among them.</summary>
    private static async Task SeenAsync(AttackedLedger ledger, PlanId id, Seen expected, bool running) =>
        Assert.Equal(running ? expected | Seen.Gate : expected, await ledger.WhoSeesAsync(id));
}
