using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Attacks;

/// <summary>Signatures that were true once, somewhere, for something: at hand-in, and in entries that were forged around them.</summary>
public sealed class Replays
{
    [Fact]
    public async Task An_approval_of_another_instance_is_refused()
    {
        await using var other = await SignedBench.OpenAsync();
        await using var bench = await SignedBench.OpenAsync();
        var theirs = await other.IssueAsync(await other.ProposeAsync(), "alice");
        var id = await bench.ProposeAsync();
        var (review, _) = await bench.DraftAsync(id, "alice");

        Assert.Equal(
            RefusalCode.Mismatch, Bench.Refused(await bench.Person.IssueAsync(id, SignedBench.Document(review), theirs, default)).Code);
        await GateRefusesAsync(bench, id, "mismatch", "another `instance`", Forgery.Of(theirs, SignedBench.Sign("alice", theirs)));
    }

    [Fact]
    public async Task An_approval_of_another_plan_is_refused()
    {
        await using var bench = await SignedBench.OpenAsync();
        var approved = await bench.ProposeAsync();
        var statement = await bench.IssueAsync(approved, "alice");
        var signature = SignedBench.Sign("alice", statement);
        var id = await bench.ProposeAsync("b");

        Assert.Contains(
            "was not issued for plan", Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, signature, default)).Message, StringComparison.Ordinal);
        await GateRefusesAsync(bench, id, "mismatch", "another `plan_id`", Forgery.Of(statement, signature));
    }

    [Fact]
    public async Task An_approval_that_ran_out_is_refused_whatever_the_entries_around_it_say()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ProposeAsync();
        var (_, draft) = await bench.DraftAsync(id, "alice", "not issued");
        var statement = await bench.IssueAsync(id, "alice");
        var signature = SignedBench.Sign("alice", statement);
        bench.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("expires_at", Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, signature, default)).Path);
        await GateRefusesAsync(
            bench, id, "expired", "ran out at", Forgery.Of(draft, SignedBench.Sign("alice", draft)) with { Expires = bench.Clock.GetUtcNow() + TimeSpan.FromHours(2) });
    }

    [Fact]
    public async Task An_approved_entry_that_outlives_its_proposal_makes_the_ledger_unreadable_and_runs_nothing()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ProposeAsync();
        Bench.Must(await bench.CountersignAsync(id, "alice"));
        var plan = await bench.Inner.PlanAsync(id);
        var other = await bench.ProposeAsync("b");
        var forged = PlanEvents.Approved(
            await bench.Inner.PlanAsync(other) with { Hash = (await bench.Inner.PlanAsync(other)).Hash }, plan.Countersignatures, "key", Sha256Digest.Zero, plan.ExpiresAt + TimeSpan.FromDays(2));
        await new Forger(bench.Store).AppendAsync([forged], "[]"u8.ToArray());
        Assert.Equal(RefusalCode.Corrupt, (await bench.Inner.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task An_approval_by_a_key_that_was_revoked_since_is_refused()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        var revoked = SignedBench.KeyOf("alice").PublicLine + "\n";

        // the process that knows of it; it differs from what alice signed under, which is said first
        await using var after = new Other(await bench.Inner.AnotherAsync(options => SignedBench.Signed(options, revoked: revoked)));
        Assert.Equal("rejected", (await after.Bench.ExecuteAsync(id)).Text("status"));
        Assert.Equal("mismatch", await after.Bench.LastReasonAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_revoked_key_signs_nothing_more_not_even_under_todays_signers()
    {
        await using var bench = await SignedBench.OpenAsync(revoked: SignedBench.KeyOf("alice").PublicLine + "\n");
        var id = await bench.ProposeAsync();
        Assert.Contains("is revoked", Bench.Refused(await bench.CountersignAsync(id, "alice")).Message, StringComparison.Ordinal);
        var (_, statement) = await bench.DraftAsync(id, "alice", "again");
        await GateRefusesAsync(bench, id, "forbidden", "is revoked", Forgery.Of(statement, SignedBench.Sign("alice", statement)));
    }

    [Fact]
    public async Task A_key_that_ran_out_between_signature_and_run_is_refused()
    {
        await using var bench = await SignedBench.OpenAsync(
            allowed: SignedBench.Line("alice valid-before=\"20260101003000Z\"", SignedBench.KeyOf("alice")) + SignedBench.Line("bob", SignedBench.KeyOf("bob")));
        var id = await bench.ApprovedAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(31));
        var (code, why) = await bench.RefusedAtTheGateAsync(id);
        Assert.True(code == "forbidden" && why.Contains("has run out", StringComparison.Ordinal), $"{code}: {why}");
    }

    [Fact]
    public async Task A_statement_that_was_used_is_refused()
    {
        await using var bench = await SignedBench.OpenAsync("'rules': [{'name': 'two', 'require': '2 of anyone'}]");
        var id = await bench.ProposeAsync();
        var (review, statement) = await bench.DraftAsync(id, "alice");
        Bench.Must(await bench.Person.IssueAsync(id, SignedBench.Document(review), statement, default));

        // while it waits, and once it came back
        Assert.Equal(RefusalCode.Duplicate, Bench.Refused(await bench.Person.IssueAsync(id, SignedBench.Document(review), statement, default)).Code);
        var signature = SignedBench.Sign("alice", statement);
        Bench.Must(await bench.Person.CountersignAsync(id, statement.Digest, signature, default));
        Assert.Contains("came back already", Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, signature, default)).Message, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.Duplicate, Bench.Refused(await bench.Person.IssueAsync(id, SignedBench.Document(review), statement, default)).Code);

        // and once it was executed: the run cannot be had twice
        Bench.Must(await bench.CountersignAsync(id, "bob"));
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
        Assert.Equal(RefusalCode.WrongStatus, Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, signature, default)).Code);
        await new Forger(bench.Store).AppendAsync(
            [PlanEvents.StatementIssued(id, "approval", "alice", statement.Digest, statement.DigestOf("observed_digest"), statement.DigestOf("render_digest"))],
            SignedBench.Document(review).Bytes);
        Assert.Equal(RefusalCode.Corrupt, (await bench.Inner.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
        Assert.Single(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_difference_is_accepted_by_who_approved_and_of_what_they_approved_or_not_at_all()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        var (review, drift) = await bench.DraftAsync(id, "alice", drift: true);
        foreach (var (person, @base, path) in (ReadOnlySpan<(string, Sha256Digest, string)>)
            [("bob", drift.DigestOf("base_statement"), "approver"), ("alice", Sha256Digest.Zero, "base_statement")])
        {
            var other = Bench.Must(SignedBench.Document(review).AcceptDrift(@base, person, null, drift.IssuedAt, drift.Time("expires_at")));
            Assert.Equal(path, IssueRefusal(bench, id, review, other).Path);
        }

        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task Another_persons_signature_is_refused()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ProposeAsync();
        foreach (var other in (string[])["bob", "mallory"])
        {
            Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await bench.CountersignAsync(id, "alice", SignedBench.KeyOf(other), $"by {other}")).Code);
        }

        var (_, statement) = await bench.DraftAsync(id, "alice");
        await GateRefusesAsync(bench, id, "forbidden", "`bob`'s and not `alice`'s", Forgery.Of(statement, SignedBench.Sign("bob", statement)));
    }

    [Theory]
    [InlineData("drift")]
    [InlineData("reject")]
    [InlineData("resolution")]
    [InlineData("brake")]
    [InlineData("governance")]
    [InlineData("erase")]
    public async Task An_approval_that_was_signed_as_something_else_is_refused(string type)
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ProposeAsync();
        var statement = await bench.IssueAsync(id, "alice");
        var signature = SignedBench.Sign("alice", statement.Bytes, $"interlock-{type}-v1");
        var refusal = Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, signature, default));
        Assert.True(refusal.Code == RefusalCode.Mismatch && refusal.Message.Contains($"is for `interlock-{type}-v1`", StringComparison.Ordinal), refusal.Message);

        // and the other way round: what says that it is something else, truly signed as that
        var other = StatementSamples.Of(type);
        var (_, draft) = await bench.DraftAsync(id, "alice", "another");
        await GateRefusesAsync(
            bench,
            id,
            "mismatch",
            "which it is not",
            Forgery.Of(draft, SignedBench.Sign("alice", other)) with { Statement = other.Bytes });
    }

    [Fact]
    public async Task A_reject_that_was_signed_as_an_approval_rejects_nothing()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        var statement = Bench.Must(await bench.Person.RejectionAsync(id, "bob", "no", default));
        Assert.Equal(
            RefusalCode.Mismatch,
            Bench.Refused(await bench.Person.RejectAsync(id, statement, SignedBench.Sign("bob", statement.Bytes, "interlock-approval-v1"), default)).Code);
        Assert.Equal(PlanStatus.Approved, (await bench.Inner.PlanAsync(id)).Status);
    }

    [Fact]
    public async Task A_resume_from_before_a_new_stop_ends_neither_that_stop_at_hand_in_nor_in_a_forged_entry()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ApprovedAsync();
        await bench.StopAsync();
        var old = Bench.Must(await bench.Person.BrakeAsync("resume", "alice", null, default));
        var signature = SignedBench.Sign("alice", old);
        Bench.Must(await bench.Person.ResumeAllAsync(old, signature, default));
        await bench.StopAsync();

        Assert.Equal("audit_head", Bench.Refused(await bench.Person.ResumeAllAsync(old, signature, default)).Path);
        await new Forger(bench.Store).ResumeAsync(Forgery.Of(old, signature));
        _ = bench.Person.ExecuteAsync(id, "alice", null, default);
        var ended = await bench.Inner.Engine.RunExecutorAsync(TimeSpan.Zero, default);
        Assert.Contains("made before the stop", ended?.Message, StringComparison.Ordinal);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_resume_that_is_signed_after_the_stop_ends_it()
    {
        await using var bench = await SignedBench.OpenAsync("'resume': '2 of anyone'");
        var id = await bench.ApprovedAsync();
        await bench.StopAsync();
        Assert.Equal(EventKinds.ResumeCountersigned, Bench.Must(await bench.ResumeAsync("alice")).Kind);
        Assert.Equal("stopped", (await bench.RefusedAtTheGateAsync(id)).Code);
        Assert.Equal(EventKinds.Resumed, Bench.Must(await bench.ResumeAsync("bob")).Kind);
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
    }

    private static Refusal IssueRefusal(SignedBench bench, PlanId id, Interlock.Sessions.Review review, Statement statement) =>
        Bench.Refused(bench.Person.IssueAsync(id, SignedBench.Document(review), statement, default).GetAwaiter().GetResult());

    private static async Task GateRefusesAsync(SignedBench bench, PlanId id, string code, string phrase, Forgery forgery)
    {
        await new Forger(bench.Store).ApproveAsync(id, forgery);
        var (said, why) = await bench.RefusedAtTheGateAsync(id);
        Assert.True(said == code && why.Contains(phrase, StringComparison.Ordinal), $"{said}: {why}");
    }

    /// <summary>Another engine over a store that is not its own to dispose of.</summary>
    private sealed class Other(Bench bench) : IAsyncDisposable
    {
        public Bench Bench { get; } = bench;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
