using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions.Governance;

/// <summary>A ledger that is taken up again: a quorum says so, a new epoch begins, and with it nothing that was approved before counts.</summary>
public sealed class Recovering
{
    private static readonly string[] People = ["alice", "bob", "carol"];
    private static readonly TreeHead Lost = new(99, Sha256Digest.Of("lost"u8));

    [Fact]
    public async Task What_was_approved_before_is_void_and_can_be_proposed_again()
    {
        await using var bench = await Bench.OpenAsync();
        var approved = await bench.ApprovedAsync(Bench.Body("a"));
        var proposed = await bench.ProposeAsync(Bench.Body("b"));

        var recovered = await RecoverAsync(bench, "rita");

        Assert.Equal(EventKinds.Recovered, recovered.Kind);
        Assert.Equal($"{bench.Engine.Instance}.1", Bench.Must(await bench.Engine.ForGovernance().StandingAsync(default)).Instance.ToString());
        var refused = await bench.ExecuteAsync(approved);
        Assert.Equal("rejected", refused.Text("status"));
        Assert.Contains("before it was restored", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(bench.World.Dispatched);

        // what only waited goes on waiting, and is approved for the new epoch
        await bench.ApproveAsync(proposed);
        Assert.Equal("executed", (await bench.ExecuteAsync(proposed)).Text("status"));
        Assert.Null(await bench.Engine.VerifyAsync(default));
    }

    [Fact]
    public async Task A_countersignature_of_an_older_epoch_makes_no_quorum()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(TwoApprove(), People));
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Bench.Must(await bench.SignedAsync(id, "alice"));
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await RecoverAsync(bench, "alice");
        bench.Clock.Advance(TimeSpan.FromMinutes(1));

        var standing = Bench.Must(await bench.Person.ExplainAsync(id, default));
        Assert.Contains("before it was restored", Assert.Single(standing.Void).Why.Message, StringComparison.Ordinal);
        Assert.Empty(Assert.Single(standing.Quorum.Rules).Counted);
        Assert.Equal(Interlock.Plans.PlanStatus.Proposed, Bench.Must(await bench.SignedAsync(id, "bob")).Status);
        Assert.DoesNotContain(Bench.Must(await bench.Person.ExplainAsync(id, default)).Lines, static line => line.Contains("nobody is missing", StringComparison.Ordinal));
        Assert.Equal(Interlock.Plans.PlanStatus.Approved, Bench.Must(await bench.SignedAsync(id, "alice")).Status);
        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task It_takes_the_quorum_that_a_change_takes()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open", "2 of sre"), People));
        Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await TryAsync(bench, "mallory")).Code);
        var statement = Bench.Must(await bench.Engine.ForRecovery().StatementAsync(Lost, "alice", null, default));
        Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await bench.Engine.ForRecovery().SignAsync(Lost, statement, default, default)).Code);
        Assert.Equal(EventKinds.GovernanceCountersigned, (await RecoverAsync(bench, "alice")).Kind);

        // what came in between does not keep the second from signing what the first signed
        Bench.Must(await bench.Person.StopAllAsync("alice", null, default));
        var standing = Bench.Must(await bench.Engine.ForRecovery().StandingAsync(Lost, default));
        Assert.Equal(1, standing.Head.Size);
        Assert.Equal(EventKinds.GovernanceCountersigned, (await RecoverAsync(bench, "alice")).Kind);
        var recovered = await RecoverAsync(bench, "bob");
        Assert.Equal(EventKinds.Recovered, recovered.Kind);
        Assert.Equal(99, Assert.IsType<JsonNumber>(recovered.Event["anchor_size"]).Value);
        Assert.Null(await bench.Engine.VerifyAsync(default));
    }

    [Fact]
    public async Task A_statement_that_was_written_before_others_wrote_is_taken()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open", "1 of sre"), People));
        var session = bench.Engine.ForRecovery();
        var statement = Bench.Must(await session.StatementAsync(Lost, "alice", null, default));
        Bench.Must(await bench.Person.StopAllAsync("alice", null, default));

        // of another anchor it is still worth nothing
        Assert.Equal("old_digest", Bench.Refused(await session.SignAsync(null, statement, Registered.Sign("alice", statement), default)).Path);
        var recovered = Bench.Must(await session.SignAsync(Lost, statement, Registered.Sign("alice", statement), default));
        Assert.Equal((EventKinds.Recovered, 1d), (recovered.Kind, Assert.IsType<JsonNumber>(recovered.Event["size"]).Value));
        Assert.Null(await bench.Engine.VerifyAsync(default));
    }

    [Fact]
    public async Task A_signature_under_one_recovery_is_worth_nothing_for_the_next()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open", "1 of sre"), People));
        var session = bench.Engine.ForRecovery();
        var statement = Bench.Must(await session.StatementAsync(Lost, "alice", null, default));
        Bench.Must(await session.SignAsync(Lost, statement, Registered.Sign("alice", statement), default));
        Assert.Equal("instance", Bench.Refused(await session.SignAsync(Lost, statement, Registered.Sign("alice", statement), default)).Path);
        Assert.Equal(2, Bench.Must(await session.StandingAsync(Lost, default)).Epoch);
    }

    [Fact]
    public async Task Under_a_locked_governance_a_file_that_was_changed_recovers_nothing()
    {
        await using var begun = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open", "2 of sre"), People));
        await using var locked = await begun.AnotherAsync(
            options => options.Knowing(Registered.Policy(), People) with { PinnedGenesis = begun.Engine.Instance });
        await using var weaker = await locked.AnotherAsync(options => options.Knowing(Registered.Policy("open", "1 of anyone"), "mallory"));
        Assert.Contains("governance is locked", Bench.Refused(await weaker.Engine.ForRecovery().StandingAsync(Lost, default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_changed_is_recorded_with_whoever_signs_and_not_before()
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open", "1 of sre"), "alice"));
        await bench.ProposeAsync(Bench.Body("a"));
        var before = Bench.Must(await bench.Store.HeadAsync(default));
        var session = Bench.Must(await Engine.OpenForRecoveryAsync(bench.Options.Knowing(Registered.Policy("open", "2 of sre"), "bob", "carol"))).ForRecovery();

        // as if it were recorded already: who was registered since the copy recovers, and who is no more does not
        var standing = Bench.Must(await session.StandingAsync(Lost, default));
        Assert.Equal(["bob", "carol"], standing.Signers?.Keys.Select(key => key.Person) ?? []);
        Assert.Contains("2 more of `sre`", Assert.Single(standing.Answer.Lines), StringComparison.Ordinal);
        var statement = Bench.Must(await session.StatementAsync(Lost, "bob", null, default));
        Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await session.SignAsync(Lost, statement, default, default)).Code);
        Assert.Equal(before, Bench.Must(await bench.Store.HeadAsync(default)));

        Assert.Equal(EventKinds.GovernanceCountersigned, Bench.Must(await session.SignAsync(Lost, statement, Registered.Sign("bob", statement), default)).Kind);
        var other = Bench.Must(await session.StatementAsync(Lost, "carol", null, default));
        Assert.Equal(EventKinds.Recovered, Bench.Must(await session.SignAsync(Lost, other, Registered.Sign("carol", other), default)).Kind);
        Assert.Equal(
            [EventKinds.Configured, EventKinds.GovernanceCountersigned, EventKinds.GovernanceCountersigned, EventKinds.Recovered],
            Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Governance, default)).Skip(1).Select(entry => entry.Kind));
        Assert.Null(await bench.Engine.VerifyAsync(default));
    }

    [Theory]
    [InlineData("nobody signed")]
    [InlineData("another root")]
    [InlineData("an epoch left out")]
    public async Task A_recovery_that_a_hand_appends_to_the_file_releases_nothing(string attack)
    {
        await using var bench = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open", "2 of sre"), People));
        await RecoverAsync(bench, "alice");
        var head = Bench.Must(await bench.Store.TreeHeadAsync(default));
        var point = new RecoveryPoint(
            attack == "an epoch left out" ? 2 : 1, attack == "another root" ? head with { Root = Sha256Digest.Of("x"u8) } : head, Lost);
        var forged = JsonObject.Of([(EventKinds.KindField, EventKinds.Recovered), .. point.Fields]);
        Assert.IsType<AppendAnswer.Appended>(await bench.Store.AppendAsync(new Append { Events = [forged] }, default));

        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.VerifyAsync(default))?.Code);
        Assert.NotNull(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
    }

    [Fact]
    public async Task An_empty_ledger_is_nothing_to_go_on_from()
    {
        await using var bench = await Bench.OpenAsync();
        await using var empty = Bench.Must(await Engine.OpenForReadingAsync(bench.Options with { Store = new MemoryLedgerStore(bench.Clock) }));
        Assert.Equal(RefusalCode.NotFound, Bench.Refused(await empty.ForRecovery().StandingAsync(Lost, default)).Code);
    }

    private static Interlock.Policies.ApprovalPolicy TwoApprove() => Bench.Must(Interlock.Policies.ApprovalPolicy.TryParse(
        JsonObject.Of(("rules", new JsonArray([JsonObject.Of(("name", "two"), ("require", "2 of anyone"))]))), Interlock.Policies.PolicyNames.Unknown));

    private static async Task<LedgerEntry> RecoverAsync(Bench bench, string person) => Bench.Must(await TryAsync(bench, person));

    private static async Task<Result<LedgerEntry>> TryAsync(Bench bench, string person)
    {
        var session = bench.Engine.ForRecovery();
        var statement = Bench.Must(await session.StatementAsync(Lost, person, null, default));
        return await session.SignAsync(Lost, statement, bench.Options.Signers is null ? default : Registered.Sign(person, statement), default);
    }
}
