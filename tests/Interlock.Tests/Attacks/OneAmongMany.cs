using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Tests.Execution;
using Interlock.Tests.Signing;

namespace Interlock.Tests.Attacks;

/// <summary>One person who would be several, who may not, or whose approval is less than the rules want: at hand-in and at the gate.</summary>
public sealed class OneAmongMany
{
    private const string TwoOfAnyone = "'rules': [{'name': 'two', 'require': '2 of anyone'}]";

    [Fact]
    public async Task One_person_with_three_keys_does_not_make_two_of_three()
    {
        ImmutableArray<TestSigner> keys = [TestSigner.Make("ed25519"), TestSigner.Make("ecdsa-256"), TestSigner.Make("sk-ed25519")];
        var allowed = SignedBench.Line("alice", keys[0]) + SignedBench.Line("alice", keys[1]) + SignedBench.Line("alice,al", keys[2])
            + SignedBench.Line("bob", SignedBench.KeyOf("bob")) + SignedBench.Line("carol", SignedBench.KeyOf("carol"));
        await using var bench = await SignedBench.OpenAsync(TwoOfAnyone, allowed);
        var id = await bench.ProposeAsync();
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal(PlanStatus.Proposed, Bench.Must(await bench.CountersignAsync(id, "alice", keys[i], $"key {i}")).Status);
        }

        // under the alias of the third line nothing is issued to them
        var (review, alias) = await bench.DraftAsync(id, "al");
        Assert.Equal(RefusalCode.Forbidden, Bench.Refused(await bench.Person.IssueAsync(id, SignedBench.Document(review), alias, default)).Code);
        Assert.Single((await bench.Inner.PlanAsync(id)).Countersignatures);

        var (_, first) = await bench.DraftAsync(id, "alice", "once more");
        var (_, second) = await bench.DraftAsync(id, "al", "as another");
        await new Forger(bench.Store).ApproveAsync(
            id,
            Forgery.Of(first, keys[0].Sign(first.Bytes.ToArray(), first.Type.Namespace)) with { Key = keys[0].Fingerprint },
            Forgery.Of(second, keys[2].Sign(second.Bytes.ToArray(), second.Type.Namespace)) with { Key = keys[2].Fingerprint });
        var (code, why) = await bench.RefusedAtTheGateAsync(id);
        Assert.True(code == "forbidden" && why.Contains("another name of `alice`", StringComparison.Ordinal), $"{code}: {why}");
    }

    [Fact]
    public async Task One_person_under_two_names_does_not_make_two_who_resume()
    {
        var key = TestSigner.Make("ed25519");
        await using var bench = await SignedBench.OpenAsync(
            "'resume': '2 of anyone'", SignedBench.Line("alice,al", key) + SignedBench.Line("bob", SignedBench.KeyOf("bob")) + SignedBench.Line("carol", SignedBench.KeyOf("carol")));
        await bench.StopAsync();
        var statements = new List<Forgery>();
        foreach (var name in (string[])["alice", "al"])
        {
            var statement = Bench.Must(await bench.Person.BrakeAsync("resume", name, null, default));
            statements.Add(Forgery.Of(statement, key.Sign(statement.Bytes.ToArray(), statement.Type.Namespace)) with { Key = key.Fingerprint });
        }

        await new Forger(bench.Store).ResumeAsync([.. statements]);
        var ended = await bench.Inner.Engine.RunExecutorAsync(TimeSpan.Zero, default);
        Assert.Contains("another name of `alice`", ended?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quorum_that_was_not_reached_is_refused_at_the_gate_whatever_approved_says()
    {
        await using var bench = await SignedBench.OpenAsync(TwoOfAnyone);
        var id = await bench.ProposeAsync();
        Bench.Must(await bench.CountersignAsync(id, "alice"));
        await new Forger(bench.Store).ApproveAsync(id);
        await RefusedAsync(bench, id, "quorum", "needs 1 more");
    }

    [Fact]
    public async Task The_owner_of_the_agent_cannot_approve_under_forbid()
    {
        await using var bench = await SignedBench.OpenAsync();
        var id = await bench.ProposeAsync();
        var refusal = Bench.Refused(await bench.CountersignAsync(id, "olga"));
        Assert.True(refusal.Code == RefusalCode.Quorum && refusal.Message.Contains("owns the agent", StringComparison.Ordinal), refusal.Message);
        var (_, statement) = await bench.DraftAsync(id, "olga", "again");
        await new Forger(bench.Store).ApproveAsync(id, OfOlga(statement));
        await RefusedAsync(bench, id, "quorum", "owns the agent");
    }

    [Fact]
    public async Task The_owner_may_approve_where_the_policy_allows_it()
    {
        await using var bench = await SignedBench.OpenAsync("'self_approval': 'allow'");
        var id = await bench.ApprovedAsync("a", "olga");
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task A_reject_vetoes_after_the_quorum()
    {
        await using var bench = await SignedBench.OpenAsync(TwoOfAnyone);
        var id = await bench.ApprovedAsync("a", "alice", "bob");
        var statement = Bench.Must(await bench.Person.RejectionAsync(id, "carol", "no", default));
        Assert.Equal(PlanStatus.Rejected, Bench.Must(await bench.Person.RejectAsync(id, statement, SignedBench.Sign("carol", statement), default)).Status);
        Assert.Equal("rejected", (await bench.Inner.ExecuteAsync(id)).Text("status"));
        Assert.Empty(bench.World.Dispatched);

        // nothing that is signed afterwards brings it back
        Assert.Equal(RefusalCode.WrongStatus, Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, default, default)).Code);
        await new Forger(bench.Store).AppendAsync([PlanEvents.Approved(await bench.Inner.PlanAsync(id), [], "key", Sha256Digest.Zero, bench.Clock.GetUtcNow())], "[]"u8.ToArray());
        Assert.Equal(RefusalCode.Corrupt, (await bench.Inner.Engine.RunExecutorAsync(TimeSpan.Zero, default))?.Code);
    }

    [Fact]
    public async Task A_software_key_does_not_become_hardware_by_what_an_entry_says()
    {
        await using var bench = await SignedBench.OpenAsync("'rules': [{'name': 'hard', 'assurance': 'hardware'}]");
        var id = await bench.ProposeAsync();
        Assert.Equal(RefusalCode.Quorum, Bench.Refused(await bench.CountersignAsync(id, "alice")).Code);
        var (_, statement) = await bench.DraftAsync(id, "alice", "again");
        await new Forger(bench.Store).ApproveAsync(id, Forgery.Of(statement, SignedBench.Sign("alice", statement)) with { Assurance = "hardware-verified" });
        await RefusedAsync(bench, id, "quorum", "hard");
    }

    [Fact]
    public async Task A_reason_that_only_the_entry_gives_is_none()
    {
        await using var bench = await SignedBench.OpenAsync("'rules': [{'name': 'why', 'reason': 'required'}]");
        var id = await bench.ProposeAsync();
        Assert.Equal(RefusalCode.Quorum, Bench.Refused(await bench.CountersignAsync(id, "alice", reason: null)).Code);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        var (_, statement) = await bench.DraftAsync(id, "alice", null);
        await new Forger(bench.Store).ApproveAsync(id, Forgery.Of(statement, SignedBench.Sign("alice", statement)) with { Reason = "all is well" });
        await RefusedAsync(bench, id, "quorum", "why");
    }

    [Fact]
    public async Task A_look_that_was_too_short_is_too_short_at_the_gate_too()
    {
        await using var bench = await SignedBench.OpenAsync("'rules': [{'name': 'look', 'min_review': '30s'}]");
        var id = await bench.ProposeAsync();
        var statement = await bench.IssueAsync(id, "alice");
        var signature = SignedBench.Sign("alice", statement);
        Assert.Equal(RefusalCode.Quorum, Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, signature, default)).Code);
        bench.Clock.Advance(TimeSpan.FromSeconds(29));
        var (_, later) = await bench.DraftAsync(id, "bob");
        await new Forger(bench.Store).ApproveAsync(
            id, Forgery.Of(later, SignedBench.Sign("bob", later)) with { Key = SignedBench.KeyOf("bob").Fingerprint });
        await RefusedAsync(bench, id, "quorum", "look");
    }

    [Fact]
    public async Task After_the_look_that_a_rule_asks_for_the_same_signature_counts()
    {
        await using var bench = await SignedBench.OpenAsync("'rules': [{'name': 'look', 'min_review': '30s'}]");
        var id = await bench.ProposeAsync();
        var statement = await bench.IssueAsync(id, "alice");
        bench.Clock.Advance(TimeSpan.FromSeconds(30));
        Bench.Must(await bench.Person.CountersignAsync(id, statement.Digest, SignedBench.Sign("alice", statement), default));
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
    }

    private static Forgery OfOlga(Statement statement) =>
        Forgery.Of(statement, SignedBench.Sign("olga", statement)) with { Key = SignedBench.KeyOf("olga").Fingerprint };

    private static async Task RefusedAsync(SignedBench bench, PlanId id, string code, string phrase)
    {
        var (said, why) = await bench.RefusedAtTheGateAsync(id);
        Assert.True(said == code && why.Contains(phrase, StringComparison.Ordinal), $"{said}: {why}");
    }
}
