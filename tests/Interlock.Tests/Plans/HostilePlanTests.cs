using System.Diagnostics;
using System.Text;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;
using static Interlock.Tests.Plans.PlanSamples;

namespace Interlock.Tests.Plans;

public sealed class HostilePlanTests
{
    [Theory]
    [InlineData("rollback")]
    [InlineData("verify")]
    [InlineData("note")]
    [InlineData("intent")]
    [InlineData("extension")]
    [InlineData("key")]
    [InlineData("action")]
    public void A_secret_anywhere_in_the_body_is_found_and_never_repeated(string place)
    {
        var stage = place switch
        {
            "rollback" => SomeStage.With("rollback", JsonObject.Of(("irreversible", true), ("justification", Secret))),
            "verify" => SomeStage.With("verify", new JsonArray([SomeCheck.With("expect", JsonObject.Of(("op", "equals"), ("value", Secret)))])),
            "note" => SomeStage.With("note", $"use {Secret} please"),
            "extension" => SomeStage.With("owner", JsonObject.Of(("deep", new JsonArray([Secret])))),
            "key" => SomeStage.With("params", JsonObject.Of((Secret, 1))),
            "action" => SomeStage.With("action", Secret),
            _ => SomeStage,
        };
        var body = BodyOf(stage);
        body = place == "intent" ? body.With("intent", Secret) : body;
        var policy = new PolicyBuilder().Action("restart")
            .Extend(new SchemaExtension(JsonObject.Empty, JsonObject.Of(("owner", true)), null)).Build();

        var validation = Validate(body, policy);

        Assert.Contains(7, validation.Failed());
        Assert.Contains("body/", validation.Detail(InvariantNames.NoSecrets), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, validation.ToJson().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_a_secret_is_masked_in_the_path_and_in_schema_errors()
    {
        var validation = Validate(BodyOf(SomeStage.With(Secret, 1).With("params", JsonObject.Of((Secret, "a\u0001b")))));

        Assert.Equal([1, 7], validation.Failed());
        Assert.Contains("body/stages/0/params/***", validation.Detail(InvariantNames.NoSecrets), StringComparison.Ordinal);
        Assert.Contains(validation.SchemaErrors, error => error.Validator == "additionalProperties");
        Assert.Contains(validation.SchemaErrors, error => error.Path == "body/stages/0/params/***");
        Assert.DoesNotContain("AKIA", validation.ToJson().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_in_the_path_of_unreadable_text_is_masked()
    {
        var text = Encoding.UTF8.GetBytes($$"""{"{{Secret}}":01}""");

        var validation = new PlanValidator(SomePolicy, null, PlanLimits.Default).ValidateBodyText(text);

        Assert.Equal("body/***", Assert.Single(validation.SchemaErrors).Path);
    }

    [Theory]
    [InlineData("\u0000")]
    [InlineData("\r")]
    [InlineData("\u001b[2J")]
    [InlineData("\u007f")]
    [InlineData("\u009b")]
    [InlineData("\u202e")]
    [InlineData("\u2066")]
    [InlineData("\u200b")]
    [InlineData("\u2028")]
    [InlineData("\ufeff")]
    [InlineData("\ufdd0")]
    [InlineData("\U0001fffe")]
    [InlineData("\U000e0041")]
    [InlineData("\u3164")]
    public void Text_that_hides_or_moves_something_is_refused_in_values_and_in_keys(string hidden)
    {
        foreach (var stage in new[] { SomeStage.With("note", $"a{hidden}b"), SomeStage.With("params", JsonObject.Of(($"a{hidden}b", 1))) })
        {
            var validation = Validate(BodyOf(stage));

            var error = Assert.Single(validation.SchemaErrors);
            Assert.Equal("text", error.Validator);
            Assert.DoesNotContain(hidden, CanonicalText(validation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Half_a_surrogate_is_refused_in_values_and_in_keys_and_leaves_the_plan_without_a_hash()
    {
        foreach (var stage in new[] { SomeStage.With("note", "a\ud800"), SomeStage.With("params", JsonObject.Of(("\udc00b", 1))) })
        {
            var validation = Validate(BodyOf(stage));

            Assert.Equal([1, 2], validation.Failed());
            Assert.Equal("text", Assert.Single(validation.SchemaErrors).Validator);
            Assert.Null(validation.PlanHashRecomputed);
            _ = CanonicalText(validation);
        }
    }

    [Theory]
    [InlineData("café 東京 😀 ⚠️ a\tb\nc")]
    [InlineData("e\u0301")]
    public void Ordinary_text_of_any_script_is_accepted(string text) =>
        Assert.Empty(Validate(BodyOf(SomeStage.With("note", text))).Errors);

    [Fact]
    public void A_content_parameter_may_hold_controls_and_hexadecimal_but_no_token()
    {
        var catalog = CatalogOf(null, "text");
        var hex = new string('a', 40);
        JsonObject With(string name, string text) => BodyOf(SomeStage.With("params", JsonObject.Of(("host", "web-1"), (name, text))));

        Assert.Empty(Validate(With("text", $"\u001b[1m {hex}\r\n"), catalog: catalog).Errors);
        Assert.Contains(7, Validate(With("text", Secret), catalog: catalog).Failed());
        Assert.Contains(1, Validate(With("text", "\udc00"), catalog: catalog).Failed());
        Assert.Contains(1, Validate(With("other", "\u001b[1m"), catalog: catalog).Failed());
        Assert.Contains(7, Validate(With("other", hex), catalog: catalog).Failed());
        Assert.Contains(1, Validate(With("text", "\u001b[1m")).Failed());
        var nested = SomeStage.With("params", JsonObject.Of(("host", "web-1"), ("text", JsonObject.Of(("text", "\u001b")))));
        Assert.Contains(1, Validate(BodyOf(nested), catalog: catalog).Failed());
    }

    [Fact]
    public void A_content_parameter_of_a_rollback_is_content_too()
    {
        var rollback = JsonObject.Of(("action", "restart"), ("params", JsonObject.Of(("host", "web-1"), ("text", "\u001b"))));

        Assert.Empty(Validate(BodyOf(SomeStage.With("rollback", rollback)), catalog: CatalogOf(null, "text")).Errors);
    }

    [Fact]
    public void Nesting_of_100000_is_refused_without_a_recursion()
    {
        JsonValue deep = JsonArray.Empty;
        for (var i = 0; i < 100_000; i++)
        {
            deep = new JsonArray([deep]);
        }

        Assert.False(Validate(deep).Approvable);
        Assert.Equal("text", Assert.Single(Validate(BodyOf(SomeStage.With("params", JsonObject.Of(("v", deep))))).SchemaErrors).Validator);
        Assert.False(new PlanValidator(SomePolicy, null, PlanLimits.Default).Validate(deep).Approvable);
        Assert.False(PlanBody.TryParse(deep).TryGet(out _, out _));
    }

    [Fact]
    public void Very_large_plans_are_refused_quickly_and_without_an_exception()
    {
        var clock = Stopwatch.StartNew();
        var stages = Enumerable.Range(0, 5_000).Select(i => SomeStage.With("id", $"s{i}"));
        var keys = JsonObject.Of(Enumerable.Range(0, 50_000).Select(i => new JsonMember($"k{i}", 1)));

        Assert.Equal([1], Validate(BodyOf(stages), limits: new PlanLimits { MaxBytes = 64 << 20 }).Failed());
        Assert.Contains(1, Validate(BodyOf(stages)).Failed());
        Assert.True(Validate(BodyOf(SomeStage.With("params", keys))).Approvable);
        Assert.Equal([1], Validate(keys.With("intent", "a").With("stages", new JsonArray([SomeStage]))).Failed());
        Assert.Contains(1, Validate(BodyOf(SomeStage).With("intent", new string('a', 2 << 20))).Failed());
        Assert.Contains(1, Validate(BodyOf(SomeStage).With("intent", new string('é', 600_000))).Failed());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
    }

    [Fact]
    public void A_plan_full_of_large_patterns_is_refused_before_they_are_all_compiled()
    {
        var checks = Enumerable.Range(0, 40).Select(i => (JsonValue)SomeCheck.With(
            "expect", JsonObject.Of(("op", "matches"), ("value", $"{i}" + string.Concat(Enumerable.Repeat("(a|[b-y]*)+", 90))))));

        var validation = Validate(BodyOf(SomeStage.With("verify", new JsonArray(checks))));

        var error = Assert.Single(validation.SchemaErrors);
        Assert.Equal(("body/stages/0/verify/20/expect/value", "matches"), (error.Path, error.Validator));
    }

    [Fact]
    public void The_caps_can_be_raised_and_every_stage_is_still_looked_at_once()
    {
        var stages = Enumerable.Range(0, 10_000).Select(i => SomeStage.With("id", $"s{i}")).ToList();
        var limits = new PlanLimits { MaxBytes = 64 << 20, MaxStages = 10_000 };

        Assert.True(Validate(BodyOf(stages), limits: limits).Approvable);
        Assert.Equal([3], Validate(BodyOf([.. stages[1..], stages[^1]]), limits: limits).Failed());
    }

    [Fact]
    public void A_flood_of_faults_is_told_in_a_few_words()
    {
        var stages = Enumerable.Range(0, 100).Select(_ => SomeStage.With("note", $"\u001b{Secret}").With("zz", 1).With("action", "unheard"));

        var validation = Validate(BodyOf(stages));

        Assert.Equal(Validation.MostSchemaErrors, validation.SchemaErrors.Length);
        Assert.True(CanonicalText(validation).Length < 20_000);
    }

    [Fact]
    public void No_change_to_a_valid_plan_makes_the_validator_throw()
    {
        var random = new Random(20_261_122);
        var validator = new PlanValidator(SomePolicy, CatalogOf(), PlanLimits.Default);
        var approvable = 0;
        for (var i = 0; i < 4_000; i++)
        {
            var plan = PlanMutator.Mutate(random, Body);
            for (var more = random.Next(3); more > 0; more--)
            {
                plan = PlanMutator.Mutate(random, plan);
            }

            var validation = validator.ValidateBody(plan);
            approvable += validation.Approvable ? 1 : 0;
            Assert.Equal(validation.Approvable, validation.Failed().ToList().Count == 0);
            Assert.Equal(validation.Approvable, validation.Body is not null && validation.Effects is not null);
            _ = CanonicalText(validation);
            _ = validator.Validate(plan);
        }

        Assert.InRange(approvable, 1, 3_999);
    }

    private static string CanonicalText(Validation validation) => validation.ToJson().ToString();
}
