using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Sessions.Governance;

/// <summary>What decides is locked: a file with other words in it decides nothing until those have signed who decided before.</summary>
public sealed class LockedGovernance : IAsyncLifetime
{
    private static readonly string[] People = ["alice", "bob", "carol"];

    private Bench bench = null!;
    private Sha256Digest genesis;

    public async ValueTask InitializeAsync()
    {
        await using (var open = await Bench.OpenAsync())
        {
            bench = open;
            genesis = open.Engine.Instance;
        }

        bench = await bench.AnotherAsync(Locked);
    }

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task Another_policy_is_not_recorded_and_decides_nothing()
    {
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Bench.Must(await bench.SignedAsync(id, "alice"));
        var waiting = await bench.ProposeAsync(Bench.Body("b"));
        var before = await StreamAsync();

        await using var other = await bench.AnotherAsync(Changed);

        Assert.Equal(before.Length, (await StreamAsync()).Length);
        var refusal = Bench.Refused(await other.SignedAsync(waiting, "bob"));
        Assert.Equal(RefusalCode.ConfigurationChanged, refusal.Code);
        Assert.Equal(
            $"governance is locked: the policy here is `{other.Options.Governing.Digest}` and the ledger expects `{bench.Options.Governing.Digest}`;"
                + " put the file back, or have the change signed with `interlock governance sign`",
            refusal.Message);
        var answer = await other.ExecuteAsync(id);
        Assert.Equal("rejected", answer.Text("status"));
        Assert.Contains("governance is locked", answer.ToString(), StringComparison.Ordinal);
        Assert.Empty(other.World.Dispatched);

        // with the file put back it runs
        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task Signers_of_another_file_are_nobody()
    {
        Bench.Must(await bench.Person.StopAllAsync("alice", "odd", default));
        await using var forged = await bench.AnotherAsync(options => Locked(options).Knowing(Registered.Policy(), "alice", "bob", "carol", "mallory"));
        var resume = Bench.Must(await forged.Person.BrakeAsync("resume", "mallory", null, default));

        Assert.Contains("governance is locked", Bench.Refused(await forged.Person.ResumeAllAsync(resume, Registered.Sign("mallory", resume), default)).Message, StringComparison.Ordinal);
        Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await forged.ChangeAsync("mallory")).Code);
        Assert.Empty(await PendingAsync(forged));
    }

    [Fact]
    public async Task A_quorum_of_those_who_decided_before_changes_it()
    {
        await using var other = await bench.AnotherAsync(Changed);

        Assert.Equal(EventKinds.GovernanceCountersigned, Bench.Must(await other.ChangeAsync("alice")).Kind);

        // one person, however often, is one
        Assert.Equal(EventKinds.GovernanceCountersigned, Bench.Must(await other.ChangeAsync("alice")).Kind);
        Assert.Equal(["alice"], await PendingAsync(other));
        var changed = Bench.Must(await other.ChangeAsync("bob"));
        Assert.Equal(EventKinds.Configured, changed.Kind);
        Assert.Equal(2, Assert.IsType<JsonArray>(changed.Event["statements"]).Items.Length);

        var id = await other.ProposeAsync(Bench.Body("a"));
        Bench.Must(await other.SignedAsync(id, "alice"));
        Assert.Equal("executed", (await other.ExecuteAsync(id)).Text("status"));

        // who still has the old file is now the one who decides nothing, and does not put it back by starting
        await using var old = await bench.AnotherAsync();
        Assert.Equal(RefusalCode.ConfigurationChanged, Bench.Refused(await old.SignedAsync(await old.ProposeAsync(Bench.Body("c")), "alice")).Code);
        Assert.Null(await old.Engine.VerifyAsync(default));
    }

    [Fact]
    public async Task To_unlock_takes_the_quorum_too()
    {
        await using var open = await bench.AnotherAsync(options => options.Knowing(Registered.Policy("open"), People) with { PinnedGenesis = genesis });
        var id = await open.ProposeAsync(Bench.Body("a"));
        Assert.Contains("governance is locked", Bench.Refused(await open.SignedAsync(id, "alice")).Message, StringComparison.Ordinal);
        Bench.Must(await open.ChangeAsync("carol"));
        Assert.True(Bench.Must(await open.Engine.ForGovernance().StandingAsync(default)).Recorded.IsLocked);
        Bench.Must(await open.ChangeAsync("bob"));
        Assert.False(Bench.Must(await open.Engine.ForGovernance().StandingAsync(default)).Recorded.IsLocked);
        Bench.Must(await open.SignedAsync(id, "alice"));
        Assert.Null(await open.Engine.VerifyAsync(default));
    }

    [Fact]
    public async Task Actions_and_probes_may_change_without_a_signature()
    {
        await using var other = await bench.AnotherAsync(options => Locked(options) with { Configuration = "another action" });
        var id = await other.ProposeAsync(Bench.Body("a"));
        Bench.Must(await other.SignedAsync(id, "alice"));
        Assert.Equal("executed", (await other.ExecuteAsync(id)).Text("status"));
        Assert.Contains("nothing to sign", Bench.Refused(await other.ChangeAsync("alice")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_under_one_change_carries_no_other()
    {
        await using var one = await bench.AnotherAsync(Changed);
        await using var two = await bench.AnotherAsync(options => Locked(options).Knowing(Registered.Policy(change: "1 of sre"), People));
        var session = one.Engine.ForGovernance();
        var statement = Bench.Must(await session.StatementAsync("alice", null, default));
        var signature = Registered.Sign("alice", statement);

        Assert.Equal("new_digest", Bench.Refused(await two.Engine.ForGovernance().SignAsync(statement, signature, default)).Path);
        Bench.Must(await session.SignAsync(statement, signature, default));
        Assert.Equal(EventKinds.GovernanceCountersigned, Bench.Must(await two.ChangeAsync("bob")).Kind);
        Assert.Equal(EventKinds.Configured, Bench.Must(await one.ChangeAsync("carol")).Kind);

        // and after the change none of the old signatures is of any use
        Assert.Equal(RefusalCode.WrongStatus, Bench.Refused(await session.SignAsync(statement, signature, default)).Code);
        Assert.Empty(await PendingAsync(two));
    }

    [Theory]
    [InlineData("policy")]
    [InlineData("mode")]
    [InlineData("keys")]
    [InlineData("one signature")]
    [InlineData("forged signature")]
    public async Task A_change_that_a_hand_appends_to_the_file_releases_nothing(string attack)
    {
        var id = await bench.ProposeAsync(Bench.Body("a"));
        Bench.Must(await bench.SignedAsync(id, "alice"));
        await using var other = await bench.AnotherAsync(Changed);
        if (attack == "one signature")
        {
            Bench.Must(await other.ChangeAsync("alice"));
        }

        var state = await StateAsync(bench);
        var (now, next) = (bench.Options.Governing, other.Options.Governing);
        var mallory = Registered.Set("alice", "bob", "mallory").AllowedSigners;
        (JsonObject Event, ReadOnlyMemory<byte>[] Blobs)[] forged = attack switch
        {
            "policy" or "one signature" => [(Interlock.Ledger.Governance.Configured(state, next), [.. next.Blobs])],

            // no digest changes: what no digest covers must not either
            "mode" => [(Interlock.Ledger.Governance.Configured(state, now).Without("mode"), [])],
            "keys" => [(Interlock.Ledger.Governance.Configured(state, now).With("allowed_signers", Sha256Digest.Of(mallory.Span).ToString()), [mallory])],
            _ =>
            [
                .. await ForgedSignaturesAsync(bench, next, ("alice", "mallory"), ("bob", "mallory")),
                (Interlock.Ledger.Governance.Configured(state, next), [.. next.Blobs]),
            ],
        };
        await AppendAsync(bench, forged);

        foreach (var options in (Func<EngineOptions, EngineOptions>[])[Locked, Changed])
        {
            await using var process = await bench.AnotherAsync(options);
            Assert.Equal(RefusalCode.Corrupt, (await process.Engine.VerifyAsync(default))?.Code);
            Assert.NotNull(await process.Engine.RunExecutorAsync(TimeSpan.Zero, default));
            Assert.Empty(process.World.Dispatched);
        }
    }

    [Fact]
    public async Task Signatures_that_a_hand_planted_before_the_lock_carry_no_change_after_it()
    {
        // the digests of what will be locked can be computed before it is; the keys behind the names are mallory's
        await using var open = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open"), People));
        EngineOptions Lock(EngineOptions options) => options.Knowing(Registered.Policy(), People) with { PinnedGenesis = open.Engine.Instance };
        EngineOptions Change(EngineOptions options) => Lock(options) with { ApprovalPolicy = Registered.Policy(resume: "2 of anyone") };
        var (locked, changed) = (Lock(open.Options).Governing, Change(open.Options).Governing);
        var planted = locked with { IsLocked = false, AllowedSigners = Registered.Lines(("alice", "mallory"), ("bob", "trudy")) };
        await AppendAsync(open, (Interlock.Ledger.Governance.Configured(await StateAsync(open), planted), [.. planted.Blobs]));
        await AppendAsync(open, await ForgedSignaturesAsync(open, changed, ("alice", "mallory"), ("bob", "trudy")));
        Assert.Null(await open.Engine.VerifyAsync(default));
        Assert.Equal(2, (await StateAsync(open)).Pending.Length);

        await using var honest = await open.AnotherAsync(Lock);

        Assert.True((await StateAsync(honest)).IsLocked);
        Assert.Equal(locked.Digest, (await StateAsync(honest)).Digest);
        Assert.Empty((await StateAsync(honest)).Pending);
        await AppendAsync(honest, (Interlock.Ledger.Governance.Configured(await StateAsync(honest), changed), [.. changed.Blobs]));
        Assert.Equal(RefusalCode.Corrupt, (await honest.Engine.VerifyAsync(default))?.Code);
    }

    [Fact]
    public async Task It_does_not_open_without_its_pin_nor_over_another_ledger()
    {
        Assert.Contains("interlock governance pin", (await RefusedAsync(bench.Options with { PinnedGenesis = null })).Message, StringComparison.Ordinal);
        Assert.Contains("another ledger", (await RefusedAsync(bench.Options with { PinnedGenesis = Sha256Digest.Of("x"u8) })).Message, StringComparison.Ordinal);
        Assert.Contains("is gone", (await RefusedAsync(bench.Options with { Store = new MemoryLedgerStore(bench.Clock) })).Message, StringComparison.Ordinal);

        // a ledger that was made anew, with everything in it but the first entry
        await using var copy = await Bench.OpenAsync(change: options => options.Knowing(Registered.Policy("open"), People));
        Assert.Contains("another ledger", (await RefusedAsync(bench.Options with { Store = copy.Store })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_begin_locked_and_then_the_first_entry_says_so()
    {
        var options = bench.Options with { Store = new MemoryLedgerStore(bench.Clock) };
        var begun = Bench.Must(await Engine.BeginAsync(options));
        Assert.Equal(begun, Bench.Must(await Engine.BeginAsync(options)));
        var genesis = Bench.Must(await options.Store.ReadStreamAsync(StreamId.Governance, default))[0];
        Assert.Equal((begun, "locked"), (genesis.Hash, genesis.Event.Text("mode")));
        await using var engine = Bench.Must(await Engine.OpenAsync(options with { PinnedGenesis = begun }));
        Assert.Equal(begun, engine.Instance);
    }

    [Fact]
    public async Task It_cannot_be_locked_where_nobody_could_unlock_it()
    {
        var open = (await Bench.OpenAsync()).Options;
        var pinned = open with { PinnedGenesis = Bench.Must(await Engine.BeginAsync(open)) };
        Assert.Contains("fewer people", (await RefusedAsync(pinned.Knowing(Registered.Policy(), "alice", "mallory"))).Message, StringComparison.Ordinal);
        Assert.Contains("unsigned: forbid", (await RefusedAsync(pinned.Knowing(Registered.Policy(), People) with { AllowUnsignedApprovals = true })).Message, StringComparison.Ordinal);

        // nor can a change that is signed lock the signers out
        await using var other = await bench.AnotherAsync(options => Locked(options).Knowing(Registered.Policy(), "alice", "mallory"));
        Assert.Contains("fewer people", Bench.Refused(await other.ChangeAsync("alice")).Message, StringComparison.Ordinal);
    }

    private static async Task<Refusal> RefusedAsync(EngineOptions options) => Bench.Refused(await Engine.OpenAsync(options));

    private EngineOptions Locked(EngineOptions options) => options.Knowing(Registered.Policy(), People) with { PinnedGenesis = genesis };

    private EngineOptions Changed(EngineOptions options) => Locked(options) with { ApprovalPolicy = Registered.Policy(resume: "2 of anyone") };

    private async Task<LedgerEntry[]> StreamAsync() => [.. Bench.Must(await bench.Store.ReadStreamAsync(StreamId.Governance, default))];

    private static async Task<string[]> PendingAsync(Bench bench) =>
        [.. Bench.Must(await bench.Engine.ForGovernance().StandingAsync(default)).SignedBy.Select(entry => entry.Event.Text("by") ?? "")];

    private static async Task<GovernanceState> StateAsync(Bench bench) => Bench.Must(await Interlock.Ledger.Governance.ReadAsync(bench.Store, default));

    private static async Task AppendAsync(Bench bench, params (JsonObject Event, ReadOnlyMemory<byte>[] Blobs)[] forged)
    {
        foreach (var (@event, blobs) in forged)
        {
            Assert.IsType<AppendAnswer.Appended>(await bench.Store.AppendAsync(new Append { Events = [@event], Blobs = [.. blobs] }, default));
        }
    }

    /// <summary>What whoever writes the file, and knows every rule, can say in the name of people: all but their signatures.</summary>
    private static async Task<(JsonObject, ReadOnlyMemory<byte>[])[]> ForgedSignaturesAsync(
        Bench bench, Governing next, params (string Person, string Key)[] by)
    {
        var state = await StateAsync(bench);
        var head = Bench.Must(await bench.Store.TreeHeadAsync(default));
        return
        [
            .. by.Select(one =>
            {
                var statement = Interlock.Approvals.Statements.Governance(
                    state.Digest, next.Digest, new Interlock.Approvals.StatementSource(one.Person, null, state.Instance, head, bench.Clock.GetUtcNow()));
                var signature = Registered.Sign(one.Key, statement);
                var signed = new Interlock.Plans.SignedBy(
                    one.Person, statement.Digest, Sha256Digest.Of(signature.Span), Registered.FingerprintOf(one.Key), "key", null);
                return (ChangeSignatures.Countersigned(signed, state.Digest, next.Digest, []), new[] { statement.Bytes, signature });
            }),
        ];
    }
}
