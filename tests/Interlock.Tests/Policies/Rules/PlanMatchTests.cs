using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Tests.Execution;
using static Interlock.Tests.Policies.RuleSamples;

namespace Interlock.Tests.Policies;

public sealed class PlanMatchTests
{
    [Theory]
    [InlineData("{}", true)]
    [InlineData("{'action': 'deploy'}", true)]
    [InlineData("{'action': ['restart', 'deploy']}", true)]
    [InlineData("{'action': 'restart'}", false)]
    [InlineData("{'agent': 'claude'}", true)]
    [InlineData("{'agent': ['other']}", false)]
    [InlineData("{'stages': {'at_least': 2}}", true)]
    [InlineData("{'stages': {'at_least': 3}}", false)]
    [InlineData("{'irreversible': true}", true)]
    [InlineData("{'target': {'kind': 'service'}}", true)]
    [InlineData("{'target': {'kind': 'host'}}", false)]
    [InlineData("{'target': {'id': 'prod-*'}}", true)]
    [InlineData("{'target': {'kind': 'service', 'id': 'prod-*'}}", true)]
    [InlineData("{'target': {'kind': 'file', 'id': 'prod-*'}}", false)]
    [InlineData("{'target': {'id': 105}}", true)]
    [InlineData("{'target': {'id': true}}", true)]
    public void A_match_means_what_it_says(string match, bool matches) => Assert.Equal(matches, Matches(
        match, Stage("deploy", false, "service:prod-web", "file:/etc/x", "vm:105"), Stage("drop", true, "flag:true")));

    [Theory]
    [InlineData("{'action': 'deploy', 'target': {'id': 'prod-*'}}", false)]
    [InlineData("{'action': 'look', 'target': {'id': 'prod-*'}}", true)]
    [InlineData("{'action': 'deploy', 'irreversible': true}", true)]
    [InlineData("{'action': 'look', 'irreversible': true}", false)]
    public void What_is_said_of_stages_must_hold_of_one_and_the_same_stage(string match, bool matches) => Assert.Equal(matches, Matches(
        match, Stage("deploy", true, "service:staging"), Stage("look", false, "service:prod-web")));

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "anything/at all", true)]
    [InlineData("prod-*", "prod-", true)]
    [InlineData("prod-*", "PROD-1", false)]
    [InlineData("prod-*", "a-prod-1", false)]
    [InlineData("*-prod", "a-prod-prod", true)]
    [InlineData("*a*b*", "xxaxxbxx", true)]
    [InlineData("*a*b*", "xxbxxaxx", false)]
    [InlineData("a**b", "ab", true)]
    [InlineData("a*b", "abc", false)]
    [InlineData("/srv/*/x", "/srv/a/b/x", true)]
    [InlineData("a?c", "abc", false)]
    public void A_star_stands_for_any_run_of_characters(string pattern, string id, bool matches) =>
        Assert.Equal(matches, Matches($"{{'target': {{'id': '{pattern}'}}}}", Stage("x", false, $"k:{id}")));

    [Fact]
    public void Many_stars_cost_no_more_than_the_two_lengths()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*", 2_000)) + "b";

        Assert.False(Matches($"{{'target': {{'id': '{pattern}'}}}}", Stage("x", false, "k:" + new string('a', 100_000))));
    }

    [Fact]
    public async Task Neither_a_false_declaration_nor_a_silent_adapter_evades_a_rule()
    {
        await using var bench = await Bench.OpenAsync();
        var id = await bench.ProposeAsync(Bench.Body("prod"));
        var review = Bench.Must(await bench.Person.ReviewAsync(id, default));
        var facts = PlanFacts.Of("tester", "olga", review.Validation.Effects ?? []);

        Assert.Equal(["counter:prod"], facts.Stages[0].Touches.Select(thing => thing.ToString()));
        Assert.True(facts.Stages[0].IsIrreversible);

        // declared to be elsewhere, as a policy without the catalog's invariants would let through
        var stage = (review.Validation.Effects ?? [])[0];
        var elsewhere = JsonObject.Of(("kind", "counter"), ("id", "staging"));
        var lying = new Stage(0, "s", "set", new Target("counter", "staging", elsewhere), stage.Stage.Parameters, [], [], null, null, stage.Stage.Json);
        Assert.Equal(
            ["counter:staging", "counter:prod"],
            StageFacts.Of(stage with { Stage = lying }).Touches.Select(thing => thing.ToString()));
        Assert.True(StageFacts.Of(stage with { Stage = lying }).IsIrreversible);
        Assert.False(StageFacts.Of(stage with { Stage = lying, Mutating = false }).IsIrreversible);
    }

    private static bool Matches(string match, params StageFacts[] stages) =>
        PlanMatch.Parse(Json(match.Replace('\'', '"')), "match", PolicyNames.Unknown).OrThrow().Matches(Plan(stages));
}
