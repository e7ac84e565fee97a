using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Tests.Execution;
using Interlock.Tests.Signing;

namespace Interlock.Tests.Attacks;

/// <summary>A difference that is accepted in a lesser way than the approval that it belongs to: at hand-in and at the gate.</summary>
public sealed class LesserDrifts
{
    private static readonly TestSigner Authenticator = TestSigner.Make("sk-ed25519");

    /// <summary>Alice has an authenticator, and a key in software beside it.</summary>
    private static string Registered { get; } =
        SignedBench.Line("alice", Authenticator) + SignedBench.Line("alice", SignedBench.KeyOf("alice")) + SignedBench.Line("bob", SignedBench.KeyOf("bob"));

    public static TheoryData<string, string> Rules => new()
    {
        { "'assurance': 'hardware'", "the rule asks for `hardware`" },
        { "'device_bound': 'required'", "a key that can leave its device" },
        { "'reason': 'required'", "gave no reason" },
        { "'min_review': '30s'", "looked for " },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task It_is_refused_at_hand_in_and_accepted_in_the_manner_of_the_approval(string rule, string why)
    {
        await using var bench = await OpenAsync(rule);
        var id = await ApprovedAsync(bench);
        var lesser = await bench.IssueAsync(id, "alice", reason: null, drift: true);
        var refusal = Bench.Refused(await bench.Person.CountersignAsync(id, lesser.Digest, SignedBench.Sign("alice", lesser), default));
        Assert.Equal(RefusalCode.Quorum, refusal.Code);
        Assert.Contains("as the rule `strict` asks for: `alice` ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single((await bench.Inner.PlanAsync(id)).Countersignatures).Drift);

        var statement = await bench.IssueAsync(id, "alice", "and so it is", drift: true);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Bench.Must(await bench.Person.CountersignAsync(id, statement.Digest, SignedBy(Authenticator, statement), default));
        Assert.NotNull(Assert.Single((await bench.Inner.PlanAsync(id)).Countersignatures).Drift);
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task It_is_refused_at_the_gate_where_it_was_appended_by_hand(string rule, string why)
    {
        await using var bench = await OpenAsync(rule);
        var id = await ApprovedAsync(bench);
        var (review, lesser) = await bench.DraftAsync(id, "alice", reason: null, drift: true);
        await new Forger(bench.Store).CountersignAsync(id, Forgery.Of(lesser, SignedBench.Sign("alice", lesser)) with
        {
            Type = "drift",
            Assurance = "hardware-verified",
            Reason = "and so it is",
            Seen = CanonicalJson.Write(SignedBench.Document(review).Observed),
        });

        var (code, said) = await bench.RefusedAtTheGateAsync(id);
        Assert.True(code == "quorum" && said.Contains(why, StringComparison.Ordinal), $"{code}: {said}");
    }

    [Fact]
    public async Task A_rule_that_does_not_count_the_approval_asks_nothing_of_the_drift()
    {
        await using var bench = await SignedBench.OpenAsync(
            "'rules': [{'name': 'strict', 'require': '1 of security', 'assurance': 'hardware'}, {'name': 'any', 'require': '1 of anyone'}]",
            SignedBench.Line("alice", SignedBench.KeyOf("alice")) + SignedBench.Line("carol", Authenticator));
        var id = await bench.ProposeAsync();
        Bench.Must(await bench.CountersignAsync(id, "alice"));
        Assert.Equal(PlanStatus.Approved, Bench.Must(await bench.CountersignAsync(id, "carol", Authenticator)).Status);

        var statement = await bench.IssueAsync(id, "alice", drift: true);
        Bench.Must(await bench.Person.CountersignAsync(id, statement.Digest, SignedBench.Sign("alice", statement), default));
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task A_difference_from_an_approval_that_is_void_is_not_accepted()
    {
        await using var bench = await SignedBench.OpenAsync(
            allowed: SignedBench.Line("alice valid-before=\"20260101001500Z\"", Authenticator) + SignedBench.Line("alice", SignedBench.KeyOf("alice")));
        var id = await bench.ProposeAsync();
        Bench.Must(await bench.CountersignAsync(id, "alice", Authenticator));
        bench.Clock.Advance(TimeSpan.FromMinutes(20));

        var statement = await bench.IssueAsync(id, "alice", drift: true);
        var refusal = Bench.Refused(await bench.Person.CountersignAsync(id, statement.Digest, SignedBench.Sign("alice", statement), default));
        Assert.Contains("has run out since it signed", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<SignedBench> OpenAsync(string rule) =>
        SignedBench.OpenAsync($"'rules': [{{'name': 'strict', {rule}}}]", Registered);

    private static async Task<PlanId> ApprovedAsync(SignedBench bench)
    {
        var id = await bench.ProposeAsync();
        var statement = await bench.IssueAsync(id, "alice");
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            PlanStatus.Approved, Bench.Must(await bench.Person.CountersignAsync(id, statement.Digest, SignedBy(Authenticator, statement), default)).Status);
        return id;
    }

    private static byte[] SignedBy(TestSigner key, Statement statement) => key.Sign(statement.Bytes.ToArray(), statement.Type.Namespace);
}
