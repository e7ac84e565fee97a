using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;
using static Interlock.Tests.Plans.PlanSamples;

namespace Interlock.Tests.Plans;

/// <summary>A plan with several faults is told all that can be told of them at once, and what could not be asked is marked so.</summary>
public sealed class OneRoundTests
{
    private static JsonObject NumberForText { get; } =
        SomeCheck.With("expect", JsonObject.Of(("op", "equals"), ("value", 1)));

    [Fact]
    public void Faults_of_shape_of_probes_and_of_params_are_told_in_one_round()
    {
        var validation = Validate(
            BodyOf(
                SomeStage.With("verify", new JsonArray([NumberForText, NumberForText.With("check", "upp")])),
                SomeStage.With("id", "s2").With("params", JsonObject.Of(("hots", "web-1"))),
                SomeStage.With("id", "s3").With("rollback", JsonObject.Of(("action", "restrat")))),
            catalog: CatalogOf());

        Assert.Equal([1, 8, 9], validation.Failed());
        Assert.Equal(["body/stages/0/verify/0/expect/value", "body/stages/0/verify/1/expect/value"], validation.SchemaErrors.Select(error => error.Path));
        Assert.StartsWith("body/stages/0/verify/1/check: there is no probe `upp`; did you mean `up`? ", validation.Detail(InvariantNames.ProbesKnown), StringComparison.Ordinal);
        var effects = validation.Detail(InvariantNames.EffectsDescribed);
        Assert.Contains("body/stages/1/params: ", effects, StringComparison.Ordinal);
        Assert.Contains("did you mean `host`?", effects, StringComparison.Ordinal);
        Assert.Contains("body/stages/2/rollback/action: there is no action `restrat`; did you mean `restart`? ", effects, StringComparison.Ordinal);
        Assert.EndsWith("; what cannot be read yet is not checked", effects, StringComparison.Ordinal);
        Assert.DoesNotContain(validation.Invariants, invariant => invariant.Skipped);
        Assert.Null(validation.Effects);
        Assert.Null(validation.Body);
    }

    [Fact]
    public void An_invariant_that_could_not_be_asked_is_marked_and_is_no_error()
    {
        var validation = Validate(BodyOf(SomeStage.With("verify", new JsonArray([NumberForText]))), catalog: CatalogOf());

        Assert.False(validation.Approvable);
        Assert.Equal([8, 9], validation.Invariants.Where(invariant => invariant.Skipped).Select(invariant => invariant.Id));
        Assert.All(validation.Invariants, invariant => Assert.False(invariant.Ok && invariant.Skipped));
        Assert.StartsWith("schema-valid: body/stages/0/verify/0/expect/value: ", Assert.Single(validation.Errors), StringComparison.Ordinal);
        var wire = (validation.ToJson()["invariants"] as JsonArray)?.Items.OfType<JsonObject>().ToList() ?? [];
        Assert.Equal(9, wire.Count);
        Assert.Equal(JsonBoolean.True, wire[7]["skipped"]);
        Assert.Equal(JsonBoolean.False, wire[7]["ok"]);
        Assert.Null(wire[2]["skipped"]);
    }

    [Fact]
    public void A_text_that_cannot_be_read_fails_one_invariant_and_skips_the_others()
    {
        var validation = new PlanValidator(SomePolicy, CatalogOf(), PlanLimits.Default).ValidateBodyText("{"u8);

        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 9], validation.Invariants.Where(invariant => invariant.Skipped).Select(invariant => invariant.Id));
        Assert.All(validation.Invariants, invariant => Assert.False(invariant.Ok));
        Assert.Single(validation.Errors);
    }

    [Fact]
    public void A_pattern_that_cannot_be_used_is_told_beside_the_other_faults()
    {
        var pattern = SomeCheck.With("expect", JsonObject.Of(("op", "matches"), ("value", "(")));
        var validation = Validate(
            BodyOf(SomeStage.With("verify", new JsonArray([pattern, SomeCheck.With("check", "down")])).With("notes", "x")), catalog: CatalogOf());

        Assert.Equal(["additionalProperties", "matches"], validation.SchemaErrors.Select(error => error.Validator));
        Assert.Contains("`down`", validation.Detail(InvariantNames.ProbesKnown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AKIAABCDEFGHIJKLMNOP")]
    [InlineData("web-1\u202e")]
    public void An_adapter_is_not_asked_about_a_stage_with_a_secret_or_unclean_text_in_it(string text)
    {
        var asked = new List<string>();
        var catalog = CatalogOf(asked);
        var validation = Validate(
            BodyOf(SomeStage.With("note", text), SomeStage.With("id", "s2")), catalog: catalog);

        Assert.False(validation.Approvable);
        Assert.Equal(["s2"], asked);
        Assert.DoesNotContain(text, validation.ToJson().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void More_stages_than_a_plan_may_have_are_not_asked_about()
    {
        var asked = new List<string>();
        var stages = Enumerable.Range(0, 50).Select(i => SomeStage.With("id", $"s{i}"));
        var validation = Validate(
            BodyOf(stages), catalog: CatalogOf(asked), limits: new PlanLimits { MaxStages = 3 });

        Assert.False(validation.Approvable);
        Assert.True(asked.Count <= 3, $"{asked.Count} stages were asked about");
    }

    private static Catalog CatalogOf(List<string>? asked = null)
    {
        var catalog = PlanSamples.CatalogOf(stage =>
        {
            asked?.Add(stage.Id);
            return ImmutableArray.Create(EffectOf(stage));
        });
        return new Catalog(
            catalog.Actions.Values.Select(action => action with { ParametersSchema = action.ParametersSchema.With("additionalProperties", false) }),
            catalog.Probes.Values);
    }
}
