using Interlock.Canonical;
using Interlock.Policies;
using Interlock.Tests.Plans;

namespace Interlock.Tests.Policies;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("[]", "(root)")]
    [InlineData("""{"forbiden_actions":[]}""", "forbiden_actions")]
    [InlineData("""{"action_registry":[]}""", "action_registry")]
    [InlineData("""{"action_registry":{"a":true}}""", "action_registry/a")]
    [InlineData("""{"action_registry":{"a":{"mutates":true}}}""", "action_registry/a/mutates")]
    [InlineData("""{"action_registry":{"a":{"mutating":"yes"}}}""", "action_registry/a/mutating")]
    [InlineData("""{"forbidden_actions":"nuke"}""", "forbidden_actions")]
    [InlineData("""{"forbidden_actions":["a",5]}""", "forbidden_actions/1")]
    [InlineData("""{"forbidden_targets":[[]]}""", "forbidden_targets/0")]
    [InlineData("""{"forbidden_targets":[{"kind":["vm"]}]}""", "forbidden_targets/0/kind")]
    [InlineData("""{"secret_patterns":["ok","(a"]}""", "secret_patterns/1")]
    [InlineData("""{"secret_patterns":["a(?=b)"]}""", "secret_patterns/0")]
    [InlineData("""{"unknown_action":"Reject"}""", "unknown_action")]
    [InlineData("""{"require_preconditions_for_mutating":1}""", "require_preconditions_for_mutating")]
    [InlineData("""{"schema_extension":{"additionalProperties":true}}""", "schema_extension/additionalProperties")]
    [InlineData("""{"schema_extension":{"stage_properties":{"action":true}}}""", "schema_extension/stage_properties/action")]
    [InlineData("""{"schema_extension":{"body_properties":{"stages":{"type":"string"}}}}""", "schema_extension/body_properties/stages")]
    [InlineData("""{"schema_extension":{"stage_properties":{"owner":{"type":"strnig"}}}}""", "schema_extension/stage_properties/owner/type")]
    [InlineData("""{"schema_extension":{"target_schema":{"type":5}}}""", "schema_extension/target_schema/type")]
    public void A_fault_in_a_policy_is_refused_with_its_path_and_the_mend(string text, string path)
    {
        Assert.False(Policy.TryParse(Read(text)).TryGet(out _, out var refusal));

        Assert.Equal(path, refusal?.Path);
        Assert.Equal("malformed", refusal?.Code.Word);
        Assert.NotEqual("", refusal?.Message);
    }

    [Fact]
    public void A_rule_in_code_that_a_builder_was_given_is_in_the_policy()
    {
        var policy = new PolicyBuilder().Invariant("mine", _ => InvariantAnswer.Fails("never")).Build();

        Assert.Equal(Policy.Empty.With(new CustomInvariant("mine", _ => InvariantAnswer.Ok)).Digest, policy.Digest);
        Assert.NotEqual(Policy.Empty.Digest, policy.Digest);
    }

    [Fact]
    public void The_digest_covers_every_rule_and_the_names_of_the_custom_invariants()
    {
        string[] policies =
        [
            "{}",
            """{"action_registry":{"a":{}}}""",
            """{"action_registry":{"a":{"mutating":true}}}""",
            """{"forbidden_actions":["a"]}""",
            """{"forbidden_targets":[{"kind":"a"}]}""",
            """{"secret_patterns":[]}""",
            """{"unknown_action":"read"}""",
            """{"require_preconditions_for_mutating":false}""",
            """{"schema_extension":{"stage_properties":{"owner":true}}}""",
        ];
        var digests = policies.Select(text => Parse(text).Digest)
            .Append(Policy.Empty.With(new CustomInvariant("mine", _ => InvariantAnswer.Ok)).Digest);

        Assert.Equal(policies.Length + 1, digests.Distinct().Count());
        Assert.Equal(Parse("{}").Digest, Parse("""{"unknown_action":"reject","forbidden_actions":[],"action_registry":{}}""").Digest);
    }

    [Fact]
    public void A_policy_built_in_code_is_the_policy_that_the_same_data_describes()
    {
        var built = new PolicyBuilder()
            .Action("make", creating: true, mutating: false)
            .ForbidActions("nuke")
            .ForbidTarget(("kind", "vm"), ("id", 105))
            .OnUnknownAction(UnknownAction.Mutating)
            .WaivePreconditions()
            .Build();

        var data = Parse("""
            {"action_registry":{"make":{"creating":true}},"forbidden_actions":["nuke"],"forbidden_targets":[{"kind":"vm","id":105}],
             "unknown_action":"mutating","require_preconditions_for_mutating":false}
            """);
        Assert.Equal(data.Digest, built.Digest);
        Assert.True(built.ActionRegistry["make"].Mutating);
    }

    [Fact]
    public void A_custom_invariant_needs_a_name_of_its_own()
    {
        Assert.Throws<ArgumentException>(() => new CustomInvariant("no-plaintext-secrets", _ => InvariantAnswer.Ok));
        Assert.Throws<ArgumentException>(() => new CustomInvariant("a b", _ => InvariantAnswer.Ok));
        var mine = new CustomInvariant("mine", _ => InvariantAnswer.Ok);
        Assert.Throws<ArgumentException>(() => Policy.Empty.With(mine, mine));
    }

    [Theory]
    [InlineData("""{"kind":"vm","id":"105"}""", """{"kind":"vm","id":"105","more":1}""", true)]
    [InlineData("""{"kind":"vm","id":105}""", """{"kind":"vm","id":"105"}""", true)]
    [InlineData("""{"kind":"vm","id":"105"}""", """{"kind":"vm","id":105}""", true)]
    [InlineData("""{"flag":true}""", """{"flag":"true"}""", true)]
    [InlineData("""{"flag":true}""", """{"flag":"True"}""", true)]
    [InlineData("""{"host":"None"}""", """{"kind":"vm"}""", true)]
    [InlineData("{}", """{"kind":"vm"}""", true)]
    [InlineData("""{"kind":"vm"}""", """{"kind":"VM"}""", false)]
    [InlineData("""{"kind":"vm","id":"105"}""", """{"kind":"vm","id":"106"}""", false)]
    public void A_forbidden_target_matches_when_every_named_field_has_the_same_text(string rule, string target, bool matches)
    {
        var policy = Parse($$"""{"forbidden_targets":[{{rule}}]}""");

        Assert.Equal(matches, policy.ForbiddenTargets[0].Matches((JsonObject)Read(target)));
    }

    [Fact]
    public void Own_secret_patterns_replace_the_default_ones_and_may_repeat_them()
    {
        JsonArray Patterns(params IEnumerable<string> texts) => new(texts.Select(text => (JsonValue)text));
        var own = Parse(JsonObject.Of(("secret_patterns", Patterns(@"hunter\d"))));
        var both = Parse(JsonObject.Of(("secret_patterns", Patterns([.. Policy.DefaultSecretPatterns, @"hunter\d"]))));

        Assert.True(own.Secrets.Match("hunter2", isContent: false));
        Assert.False(own.Secrets.Match(PlanSamples.Secret, isContent: false));
        Assert.True(both.Secrets.Match("hunter2", isContent: false));
        Assert.True(both.Secrets.Match(PlanSamples.Secret, isContent: false));
        Assert.False(both.Secrets.Match("sha256:" + new string('a', 64), isContent: false));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("x 0123456789abcdef0123456789abcdef y", true)]
    [InlineData("x 0123456789abcdef0123456789abcde y", false)]
    [InlineData("sha256:0123456789abcdef0123456789abcdef", false)]
    [InlineData("sha256:0123456789abcdef0123456789abcdef 0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789abcdef0123456789abcdefg 0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdefg", false)]
    [InlineData("md5-0123456789abcdef0123456789abcdef", true)]
    [InlineData("my sk-ant-api03-abcdefghijkl key", true)]
    [InlineData("risk-averse-engineering-team", false)]
    [InlineData("token_ghp_aaaaaaaaaaaaaaaaaaaaaaaa", true)]
    public void The_default_shapes_of_secrets_are_found_where_they_stand(string text, bool found) =>
        Assert.Equal(found, Policy.Empty.Secrets.Match(text, isContent: false));

    [Fact]
    public void Hexadecimal_is_found_at_every_offset()
    {
        for (var offset = 0; offset < 100; offset++)
        {
            var text = new string('-', offset) + new string('e', 32) + new string('-', offset % 7);
            Assert.True(Policy.Empty.Secrets.Match(text, isContent: false), $"at {offset}");
            Assert.False(Policy.Empty.Secrets.Match(text.Replace("eeee", "eee", StringComparison.Ordinal), isContent: false));
        }
    }

    private static Policy Parse(JsonValue json) =>
        Policy.TryParse(json).TryGet(out var policy, out var refusal) ? policy : throw new InvalidOperationException(refusal.Message);

    private static Policy Parse(string text) => Parse(Read(text));

    private static JsonValue Read(string text) =>
        JsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(text), JsonReadOptions.PlanBody, out var value, out var error)
            ? value
            : throw new InvalidOperationException(error.ToString());
}
