using System.Collections.Immutable;
using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Sessions;
using Interlock.Tests.Execution;
using Interlock.Tests.Faults;

namespace Interlock.Tests.Release;

/// <summary>Everything that must keep the gate shut. In each nothing is dispatched, and who asked is told.</summary>
public sealed class GateAttacks
{
    [Fact]
    public async Task A_plan_that_nobody_approved_is_refused() => await RefusedAsync("wrong_status", approve: false);

    [Fact]
    public async Task An_approval_that_ran_out_is_refused_and_the_gate_writes_expired()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.Clock.Advance(TimeSpan.FromHours(1));

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Equal(PlanStatus.Expired, (await bench.PlanAsync(id)).Status);
        Assert.Single(await bench.KindsAsync(id), "expired");
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task An_approval_that_runs_out_between_the_request_and_the_gate_becomes_expired()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        var asked = bench.AgentSession.ExecuteAsync(id, null, default);
        bench.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));

        Assert.Equal("rejected", (await asked).Text("status"));
        Assert.Equal(PlanStatus.Expired, (await bench.PlanAsync(id)).Status);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task An_approval_that_runs_out_between_the_gate_and_the_claim_becomes_expired()
    {
        var clock = new TestClock();
        var store = new HookedStore(new MemoryLedgerStore(clock));
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var id = await bench.ApprovedAsync(Bench.Body("a"));

        // the machine sleeps just there
        store.Once("execution-start", () =>
        {
            clock.Advance(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        });

        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));
        Assert.Equal(PlanStatus.Expired, (await bench.PlanAsync(id)).Status);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_clock_that_went_astray_and_came_back_between_the_gate_and_the_claim_dispatches_nothing()
    {
        var clock = new TestClock();
        var store = new HookedStore(new MemoryLedgerStore(clock));
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        store.Once("execution-start", async () =>
        {
            clock.Advance(TimeSpan.FromHours(2));
            await bench.ProposeAsync(Bench.Body("b"));
            clock.Advance(TimeSpan.FromHours(-2));
            await bench.ProposeAsync(Bench.Body("c"));
        });

        var result = await bench.ExecuteAsync(id);

        Assert.Equal("halted", result.Text("status"));
        Assert.Equal("precondition", result.Text("halt_code"));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public Task A_clock_that_was_set_back_behind_the_last_entry_is_refused() =>
        RefusedAsync("clock_behind", bench => bench.Clock.Advance(TimeSpan.FromMinutes(-1)));

    [Fact]
    public async Task A_clock_behind_the_approval_is_refused_whatever_was_written_under_it_since()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        bench.Clock.Advance(TimeSpan.FromMinutes(-1));
        await bench.ProposeAsync(Bench.Body("b"));

        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));
        Assert.Equal("clock_behind", await bench.LastReasonAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_and_an_entry_written_under_it_do_not_revive_an_approval()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));

        // the ledger sees the approval's end go by: nobody sweeps, but somebody writes
        bench.Clock.Advance(TimeSpan.FromHours(2));
        await bench.ProposeAsync(Bench.Body("b"));

        // back into the approval's hour; anyone's entry is now the newest, and the clock is not behind it
        bench.Clock.Advance(TimeSpan.FromMinutes(-90));
        await bench.ProposeAsync(Bench.Body("c"));
        var result = await bench.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_clock_that_jumped_ahead_and_came_back_does_not_stop_plans_that_are_approved_after_it()
    {
        await using var bench = await Bench.OpenAsync();
        bench.Clock.Advance(TimeSpan.FromDays(365));
        await bench.ProposeAsync(Bench.Body("b"));
        bench.Clock.Advance(TimeSpan.FromDays(-365));
        var id = await bench.ProposeAsync(Bench.Body("a"));
        await bench.ApproveAsync(id);

        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public Task An_emergency_stop_is_refused() => RefusedAsync(
        "stopped", async bench => Bench.Must(await bench.Person.StopAllAsync("rita", "smoke", default)));

    [Fact]
    public async Task A_configuration_that_changed_is_refused_and_the_request_is_answered()
    {
        await using var bench = await Bench.OpenAsync(clock: new TestClock { Hurry = 20 });
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        await using var other = await bench.AnotherAsync(options => options with { Configuration = "newer" });

        var result = await bench.ExecuteAsync(id).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Equal("configuration_changed", await bench.LastReasonAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task An_approval_under_a_configuration_that_is_no_longer_the_ledgers_is_refused()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("a"));
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
        await using var other = await bench.AnotherAsync(options => options with { Configuration = "newer" });

        Assert.Equal(
            RefusalCode.ConfigurationChanged, Bench.Refused(await bench.Person.ApproveAsync(review, "rita", null, default)).Code);
        Assert.Equal(PlanStatus.Proposed, (await bench.PlanAsync(id)).Status);
    }

    [Fact]
    public Task A_body_that_the_store_hands_out_changed_is_refused() => RefusedAsync(
        "corrupt", (bench, store, id) => Lie(store, bench.Must(id).Hash.Digest, text => text.Replace("open", "OPEN", StringComparison.Ordinal)));

    [Fact]
    public Task A_statement_that_the_store_hands_out_changed_is_refused() => RefusedAsync(
        "corrupt",
        (bench, store, id) => Lie(
            store,
            bench.Must(id).Approval?.Statements[0] ?? default,
            text => text.Replace("looks right", "looks wrong", StringComparison.Ordinal)));

    [Fact]
    public async Task A_statement_of_another_plan_is_refused()
    {
        var store = NewStore(out var clock);
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var first = (await bench.PlanAsync(await bench.ApprovedAsync(Bench.Body("b")))).Approval?.Statements[0] ?? default;
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        var own = (await bench.PlanAsync(id)).Approval?.Statements[0] ?? default;
        var other = Bench.Must(await store.ReadBlobAsync(first, default));
        store.Blob = (digest, bytes) => digest == own ? other : bytes;

        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task An_unsigned_approval_is_refused_where_the_configuration_does_not_allow_it()
    {
        // the recorded policy is the same, so that nothing but the opt-out itself differs
        static EngineOptions Recorded(EngineOptions options) => options with { GoverningPolicy = JsonObject.Of(("unsigned", true)) };
        await using var bench = await Bench.OpenAsync(change: Recorded);
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        await using var strict = await bench.AnotherAsync(options => options with { AllowUnsignedApprovals = false });

        var result = await strict.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Equal("forbidden", await bench.LastReasonAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task An_unsigned_approval_does_not_outlive_the_opt_out_under_which_it_was_given()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        await using var strict = await bench.AnotherAsync(options => options with { AllowUnsignedApprovals = false });

        var result = await strict.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Equal("mismatch", await bench.LastReasonAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public Task Effects_that_differ_from_those_approved_are_refused() => RefusedAsync(
        "mismatch",
        bench => bench.World.OnDescribe = stage =>
            ImmutableArray.Create(World.EffectFor(stage, stage.Parameters.Text("name") ?? "?", "elsewhere")));

    [Fact]
    public async Task A_policy_that_forbids_by_now_is_refused_before_anything_else()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        await using var strict = await bench.AnotherAsync(options => options with
        {
            Policy = new PolicyBuilder().Action("set", mutating: true).ForbidActions("set").Build(),
        });

        var result = await strict.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Equal("preexec-reject", (await bench.KindsAsync(id))[^1]);
        Assert.Equal(PlanStatus.Approved, (await bench.PlanAsync(id)).Status);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_deleted_rejection_releases_nothing_from_a_running_engine_for_ever_after()
    {
        var store = NewStore(out var clock);
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
        Bench.Must(await bench.Person.RejectAsync(id, "rita", "no", default));
        var rejected = Bench.Must(await store.ReadStreamAsync(StreamId.Plan(id), default))[^1].Seq;
        await bench.ProposeAsync(Bench.Body("b"));

        store.Lines = (from, lines) => [.. lines.Where((_, i) => from + i != rejected)];
        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);

        // the row comes back, too late: what was once seen broken is never trusted again
        store.Lines = (_, lines) => lines;
        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_ledger_whose_end_was_cut_under_a_running_engine_releases_nothing_for_ever_after()
    {
        var store = NewStore(out var clock);
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        await bench.ApprovedAsync(Bench.Body("a"));
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
        var last = Bench.Must(await store.HeadAsync(default)).Size - 1;

        store.Lines = (from, lines) => [.. lines.Where((_, i) => from + i < last)];
        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);

        // the row comes back, too late
        store.Lines = (_, lines) => lines;
        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
    }

    [Fact]
    public async Task A_ledger_whose_last_entry_was_replaced_under_a_running_engine_releases_nothing()
    {
        var store = NewStore(out var clock);
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        await bench.ApprovedAsync(Bench.Body("a"));
        Assert.Null(await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default));
        var last = Bench.Must(await store.HeadAsync(default)).Size - 1;
        var before = Bench.Must(await store.ReadAsync(last, 1, default))[0];
        Assert.True(LedgerEntry.TryReadAlone(before, out var entry, out _));
        var other = Bench.Must(LedgerEntry.Next(new ChainHead(last, entry.Prev), entry.At, entry.Event.With("approved_by", "mallory")));

        // a well-formed entry that follows the one before it, only not the one that was there
        store.Lines = (from, lines) => [.. lines.Select((line, i) => from + i == last ? other.Line : line)];
        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_read_for_a_moment_does_not_shut_the_gate_for_ever()
    {
        var store = NewStore(out var clock);
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var id = await bench.ApprovedAsync(Bench.Body("a"));
        store.ReadFault = Refusal.Of(RefusalCode.Storage, "the database is busy");
        Assert.Equal(RefusalCode.Storage, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);

        store.ReadFault = null;
        Assert.Equal("executed", (await bench.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task An_entry_that_was_edited_releases_nothing()
    {
        var store = NewStore(out var clock);
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        await bench.ApprovedAsync(Bench.Body("a"));
        store.Lines = (_, lines) =>
            [.. lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line.Span).Replace("rita", "ritz", StringComparison.Ordinal)))];

        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
        Assert.Empty(bench.World.Dispatched);
    }

    [Fact]
    public async Task A_second_genesis_releases_nothing()
    {
        await using var bench = await Bench.OpenAsync();
        await bench.ApprovedAsync(Bench.Body("a"));
        await bench.Store.AppendAsync(
            new Append { Events = [JsonObject.Of(("kind", "genesis"), ("random", "00"), ("configuration", "code"))] }, default);

        Assert.Equal(RefusalCode.Corrupt, (await bench.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
    }

    [Fact]
    public async Task More_locks_than_the_end_of_a_run_could_name_are_refused_before_anything_runs()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.OnDescribe = stage => ImmutableArray.Create(new Interlock.Actions.Effect(
            "set",
            "world",
            string.Empty,
            JsonObject.Empty,
            [new("counter", "a"), .. Enumerable.Range(0, 300).Select(i => new Interlock.Actions.Resource("counter", $"{i}{new string('x', 150)}"))],
            "much"));
        var id = await bench.ApprovedAsync(Bench.Body("a"));

        Assert.Equal("rejected", (await bench.ExecuteAsync(id)).Text("status"));
        Assert.Equal("too_large", await bench.LastReasonAsync(id));
        Assert.Empty(bench.World.Dispatched);
    }

    private static HookedStore NewStore(out TestClock clock)
    {
        clock = new TestClock { Hurry = 20 };
        return new HookedStore(new MemoryLedgerStore(clock));
    }

    private static void Lie(HookedStore store, Sha256Digest about, Func<string, string> change)
    {
        var lied = false;
        store.Blob = (digest, bytes) =>
        {
            if (digest != about)
            {
                return bytes;
            }

            var text = Encoding.UTF8.GetString(bytes.Span);
            lied = change(text) != text;
            Assert.True(lied, "the lie differs from the truth");
            return Encoding.UTF8.GetBytes(change(text));
        };
    }

    private static Task RefusedAsync(string code, Action<Bench> before) => RefusedAsync(code, (bench, _, _) =>
    {
        before(bench);
        return Task.CompletedTask;
    });

    private static Task RefusedAsync(string code, Func<Bench, Task> before) => RefusedAsync(code, (bench, _, _) => before(bench));

    private static Task RefusedAsync(string code, Action<PlanNow, HookedStore, PlanId> before) =>
        RefusedAsync(code, async (bench, store, id) => before(new PlanNow(await bench.PlanAsync(id)), store, id));

    private static async Task RefusedAsync(string code, Func<Bench, HookedStore, PlanId, Task>? before = null, bool approve = true)
    {
        var store = NewStore(out var clock);
        await using var bench = await Bench.OpenAsync(store, clock: clock);
        var id = await bench.ProposeAsync(Bench.Body("a"));
        if (approve)
        {
            await bench.ApproveAsync(id);
        }

        await (before?.Invoke(bench, store, id) ?? Task.CompletedTask);
        var result = await bench.ExecuteAsync(id);

        Assert.Equal("rejected", result.Text("status"));
        Assert.Equal(code, await bench.LastReasonAsync(id));
        Assert.Empty(bench.World.Dispatched);
        Assert.Equal(approve ? PlanStatus.Approved : PlanStatus.Proposed, (await bench.PlanAsync(id)).Status);
    }

    private sealed record PlanNow(PlanRecord Plan)
    {
        public PlanRecord Must(PlanId id)
        {
            Assert.Equal(id, Plan.Id);
            return Plan;
        }
    }
}
