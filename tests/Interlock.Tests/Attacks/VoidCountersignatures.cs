using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Attacks;

/// <summary>
/// Countersignatures that the ledger holds and that the gate would refuse: no quorum is made of them, and whoever hands in, reviews or asks
/// for whom the plan waits is told of the same ones, with the reason.
/// </summary>
public sealed class VoidCountersignatures
{
    private const string TwoOfAnyone = "'rules': [{'name': 'two', 'require': '2 of anyone'}]";

    [Theory]
    [InlineData("a key was revoked", "another `signers_digest`")]
    [InlineData("a rule was changed", "another `policy_digest`")]
    public async Task What_was_signed_before_something_that_decides_changed_makes_no_quorum(string what, string why)
    {
        await using var before = await SignedBench.OpenAsync(TwoOfAnyone);
        var id = await before.ProposeAsync();
        Bench.Must(await before.CountersignAsync(id, "alice"));
        await using var bench = await SignedBench.OpenAsync(
            what == "a rule was changed" ? TwoOfAnyone.Replace("two", "both", StringComparison.Ordinal) : TwoOfAnyone,
            revoked: what == "a key was revoked" ? SignedBench.KeyOf("carol").PublicLine + "\n" : null,
            store: before.Store,
            world: before.World,
            clock: before.Clock);

        await VoidAsync(bench, id, why);
        Assert.Equal(PlanStatus.Proposed, Bench.Must(await bench.CountersignAsync(id, "bob")).Status);
        await VoidAsync(bench, id, why);

        // the plan still waits, so alice can look once more
        Assert.Equal(PlanStatus.Approved, Bench.Must(await bench.CountersignAsync(id, "alice", reason: "once more")).Status);
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
    }

    [Fact]
    public async Task A_key_that_ran_out_since_makes_no_quorum()
    {
        await using var bench = await SignedBench.OpenAsync(
            TwoOfAnyone, SignedBench.Line("alice valid-before=\"20260101001500Z\"", SignedBench.KeyOf("alice")) + SignedBench.Line("bob", SignedBench.KeyOf("bob")));
        var id = await bench.ProposeAsync();
        Bench.Must(await bench.CountersignAsync(id, "alice"));
        bench.Clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(PlanStatus.Proposed, Bench.Must(await bench.CountersignAsync(id, "bob")).Status);
        await VoidAsync(bench, id, "has run out since it signed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_countersignature_that_a_hand_appends_makes_no_quorum(bool byBob)
    {
        await using var bench = await SignedBench.OpenAsync(TwoOfAnyone);
        var id = await bench.ProposeAsync();
        var (_, statement) = await bench.DraftAsync(id, "alice");
        await new Forger(bench.Store).CountersignAsync(id, Forgery.Of(statement, byBob ? SignedBench.Sign("bob", statement) : null));

        Assert.Equal(PlanStatus.Proposed, Bench.Must(await bench.CountersignAsync(id, "bob")).Status);
        await VoidAsync(bench, id, byBob ? "`bob`'s and not `alice`'s" : "is unsigned");
    }

    [Fact]
    public async Task A_ledger_that_was_another_one_when_somebody_signed_makes_no_quorum()
    {
        await using var bench = await SignedBench.OpenAsync(TwoOfAnyone);
        var id = await bench.ProposeAsync();
        var (review, statement) = await bench.DraftAsync(id, "alice");
        var other = SignedBench.Read(statement.Json.Without("audit_head").With("audit_head", new TreeHead(1, Sha256Digest.Of("x"u8)).ToJson()));
        var seen = CanonicalJson.Write(SignedBench.Document(review).Observed);
        await new Forger(bench.Store).CountersignAsync(id, Forgery.Of(other, SignedBench.Sign("alice", other)) with { Seen = seen });

        Assert.Equal(PlanStatus.Proposed, Bench.Must(await bench.CountersignAsync(id, "bob")).Status);
        await VoidAsync(bench, id, "when the ledger was another one");
    }

    [Fact]
    public async Task What_a_plan_was_claimed_with_is_not_judged_again()
    {
        await using var bench = await SignedBench.OpenAsync(TwoOfAnyone);
        var id = await bench.ApprovedAsync("a", "alice", "bob");
        Assert.Equal("executed", (await bench.Inner.ExecuteAsync(id)).Text("status"));
        bench.Clock.Advance(TimeSpan.FromHours(2));

        var standing = Bench.Must(await bench.Person.ExplainAsync(id, default));
        Assert.Empty(standing.Void);
        Assert.True(standing.Quorum.IsMet);
    }

    /// <summary>Alice's does not count, whoever asks.</summary>
    private static async Task VoidAsync(SignedBench bench, PlanId id, string why)
    {
        var standing = Bench.Must(await bench.Person.ExplainAsync(id, default));
        var one = Assert.Single(standing.Void);
        Assert.Equal("alice", one.Approver);
        Assert.Contains(why, one.Why.Message, StringComparison.Ordinal);
        Assert.Contains(standing.Lines, line => line.StartsWith("what `alice` signed is void: ", StringComparison.Ordinal));
        Assert.DoesNotContain(standing.Lines, static line => line.Contains("nobody is missing", StringComparison.Ordinal));
        Assert.DoesNotContain("alice", Assert.Single(standing.Quorum.Rules).Counted);
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
        Assert.Equal(standing.Void.Select(static one => one.ToString()), review.Void.Select(static one => one.ToString()));
        Assert.Equal(standing.Quorum.ToJson().ToString(), review.Quorum?.ToJson().ToString());
        Assert.NotNull(review.ToJson()["void"]);
        Assert.NotNull(standing.ToJson()["void"]);
    }
}
