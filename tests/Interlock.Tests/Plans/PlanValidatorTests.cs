using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;
using static Interlock.Tests.Plans.PlanSamples;

namespace Interlock.Tests.Plans;

public sealed class PlanValidatorTests
{
    [Fact]
    public void A_valid_body_is_approvable_and_comes_back_parsed()
    {
        var validation = Validate(Body);

        Assert.Empty(validation.Errors);
        Assert.True(validation.Approvable);
        Assert.Equal("restart", validation.Body?.Stages[0].Action);
        Assert.Equal(PlanHash.Of(Body), validation.Body?.Hash);
        Assert.Equal(PlanHash.Of(Body).ToString(), validation.PlanHashDeclared);
        Assert.Null(validation.Effects);
    }

    [Fact]
    public void The_result_on_the_wire_has_exactly_the_fields_that_agents_know()
    {
        var json = Validate(JsonObject.Empty).ToJson();

        Assert.Equal(
            ["approvable", "errors", "invariants", "plan_hash_declared", "plan_hash_recomputed", "schema_errors", "schema_valid", "verdict"],
            json.Members.Select(member => member.Name));
        var invariant = Assert.IsType<JsonObject>(Assert.IsType<JsonArray>(json["invariants"]).Items[0]);
        Assert.Equal(["detail", "id", "name", "ok"], invariant.Members.Select(member => member.Name));
        var error = Assert.IsType<JsonObject>(Assert.IsType<JsonArray>(json["schema_errors"]).Items[0]);
        Assert.Equal(["message", "path", "validator"], error.Members.Select(member => member.Name));
        Assert.Equal("fail", json.Text("verdict"));
    }

    [Fact]
    public void A_fault_is_named_with_its_path_in_the_body()
    {
        var validation = Validate(BodyOf(SomeStage.With("params", 5)));

        var error = Assert.Single(validation.SchemaErrors);
        Assert.Equal("body/stages/0/params", error.Path);
        Assert.Equal("type", error.Validator);
    }

    [Fact]
    public void Text_that_cannot_be_read_is_answered_with_line_column_and_path()
    {
        var validation = new PlanValidator(SomePolicy, null, PlanLimits.Default).ValidateBodyText("{\"intent\":\"a\",\n\"stages\":[{\"id\":01}]}"u8);

        var error = Assert.Single(validation.SchemaErrors);
        Assert.Equal("json", error.Validator);
        Assert.Equal("body/stages/0/id", error.Path);
        Assert.StartsWith("line 2, column ", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], validation.Failed());
    }

    [Fact]
    public void A_declared_hash_that_is_not_the_recomputed_one_fails_invariant_2()
    {
        var plan = JsonObject.Of(
            ("schema_version", "1"), ("plan_id", "p"), ("plan_hash", new string('0', 64)), ("status", "draft"), ("body", Body));
        var validator = new PlanValidator(SomePolicy, null, PlanLimits.Default);

        Assert.Equal([2], validator.Validate(plan).Failed());
        Assert.Equal([2], validator.Validate(plan.With("approval", JsonNull.Instance).With("agent", "a")).Failed());
        Assert.True(validator.Validate(plan.With("plan_hash", PlanHash.Of(Body).ToString())).Approvable);
    }

    [Fact]
    public void Custom_invariants_are_numbered_from_8_in_their_order()
    {
        var policy = SomePolicy.With(
            new CustomInvariant("four-eyes", _ => InvariantAnswer.Ok),
            new CustomInvariant("not-on-friday", plan => InvariantAnswer.Fails($"at body: {((JsonObject)plan).Count} fields on a friday")));

        var validation = Validate(Body, policy);

        Assert.Equal([9], validation.Failed());
        Assert.Equal((8, "four-eyes"), (validation.Invariants[7].Id, validation.Invariants[7].Name));
        Assert.Equal("at body: 5 fields on a friday", validation.Detail("not-on-friday"));
    }

    [Fact]
    public void A_custom_invariant_that_throws_has_failed_and_its_message_is_not_told()
    {
        var policy = SomePolicy.With(new CustomInvariant("broken", _ => throw new InvalidOperationException(Secret)));

        var validation = Validate(Body, policy);

        Assert.Equal([8], validation.Failed());
        Assert.Contains("InvalidOperationException", validation.Detail("broken"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, validation.ToJson().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_id_that_stands_twice_is_named()
    {
        var validation = Validate(BodyOf(SomeStage, SomeStage.With("id", "s2"), SomeStage));

        Assert.Equal([3], validation.Failed());
        Assert.StartsWith("body/stages/2/id: `s1` stands twice", validation.Detail(InvariantNames.UniqueIdsAndKnownActions), StringComparison.Ordinal);
    }

    [Fact]
    public void A_detail_names_five_faults_and_counts_the_rest()
    {
        var stages = Enumerable.Range(0, 9).Select(i => SomeStage.With("id", $"s{i}").With("action", "unheard"));

        var detail = Validate(BodyOf(stages)).Detail(InvariantNames.UniqueIdsAndKnownActions);

        Assert.Contains("body/stages/4/action", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("body/stages/5/action", detail, StringComparison.Ordinal);
        Assert.EndsWith("and 4 more", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")]
    public void A_name_over_128_bytes_or_with_a_line_feed_fails_the_schema_invariant(string name)
    {
        var policy = new PolicyBuilder().OnUnknownAction(UnknownAction.Read).Build();

        Assert.Equal([1], Validate(BodyOf(SomeStage.With("id", name)), policy).Failed());
        Assert.Equal([1], Validate(BodyOf(SomeStage.With("action", name)), policy).Failed());
        var rollback = Validate(BodyOf(SomeStage.With("rollback", JsonObject.Of(("action", name)))), policy);
        Assert.Equal("text", Assert.Single(rollback.SchemaErrors).Validator);
    }

    [Fact]
    public void Names_outside_ASCII_are_flagged_for_the_reviewer_and_not_refused()
    {
        var stage = SomeStage.With("id", "s\u0430").With("target", JsonObject.Of(("kind", "service"), ("id", "w\u0435b")));

        var validation = Validate(BodyOf(stage));

        Assert.True(validation.Approvable);
        Assert.Equal(["body/stages/0/id", "body/stages/0/target/id"], validation.Flags.Select(flag => flag.Path));
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a(?=b)")]
    [InlineData("(a)\\1")]
    [InlineData("a{1,999}{1,999}")]
    public void A_matches_check_whose_pattern_cannot_be_used_fails_at_propose(string pattern)
    {
        var check = SomeCheck.With("expect", JsonObject.Of(("op", "matches"), ("value", pattern)));

        var validation = Validate(BodyOf(SomeStage.With("verify", new JsonArray([check]))));

        var error = Assert.Single(validation.SchemaErrors);
        Assert.Equal(("body/stages/0/verify/0/expect/value", "matches"), (error.Path, error.Validator));
    }

    [Fact]
    public void A_policy_action_that_creates_counts_as_one_that_changes_the_world()
    {
        Assert.True(Policy.TryParse(JsonObject.Of(("action_registry", JsonObject.Of(
            ("restart", JsonObject.Of(("creating", true))))))).TryGet(out var policy, out _));

        Assert.Equal([4], Validate(BodyOf(SomeStage.Without("rollback")), policy).Failed());
    }
}
