using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Actions;
using Interlock.Plans;
using Interlock.Policies;
using static Interlock.Tests.Plans.PlanSamples;

namespace Interlock.Tests.Plans;

public sealed class CatalogInvariantsTests
{
    [Fact]
    public void A_plan_that_the_catalog_can_carry_out_comes_back_with_its_effects()
    {
        var validation = Validate(Body, catalog: CatalogOf());

        Assert.Empty(validation.Errors);
        var stage = Assert.Single(validation.Effects ?? []);
        Assert.True(stage.Mutating);
        Assert.Equal("service:web-1", Assert.Single(stage.Effects).Resources[0].ToString());
        Assert.Equal(["probes-known", "effects-described"], validation.Invariants.TakeLast(2).Select(invariant => invariant.Name));
    }

    [Fact]
    public void The_two_invariants_of_the_catalog_come_after_the_custom_ones()
    {
        var policy = SomePolicy.With(new CustomInvariant("mine", _ => InvariantAnswer.Ok));

        Assert.Equal([8, 9, 10], Validate(Body, policy, CatalogOf()).Invariants.TakeLast(3).Select(invariant => invariant.Id));
    }

    [Fact]
    public void A_check_must_name_a_probe_of_the_catalog_and_fit_its_arguments()
    {
        var unknown = Validate(BodyOf(SomeStage.With("verify", new JsonArray([SomeCheck.With("check", "down")]))), catalog: CatalogOf());
        var unfit = Validate(BodyOf(SomeStage.With("preconditions", new JsonArray([SomeCheck.Without("probe")]))), catalog: CatalogOf());

        Assert.Equal("body/stages/0/verify/0/check: there is no probe `down`; name one of `up`", unknown.Detail(InvariantNames.ProbesKnown));
        Assert.StartsWith("body/stages/0/preconditions/0/probe: ", unfit.Detail(InvariantNames.ProbesKnown), StringComparison.Ordinal);
    }

    [Fact]
    public void Params_must_fit_the_schema_of_the_action_in_a_stage_and_in_a_rollback()
    {
        var wrong = JsonObject.Of(("host", 5));
        var stage = Validate(BodyOf(SomeStage.With("params", wrong)), catalog: CatalogOf());
        var rollback = Validate(BodyOf(SomeStage.With("rollback", JsonObject.Of(("action", "restart"), ("params", wrong)))), catalog: CatalogOf());

        Assert.StartsWith("body/stages/0/params/host: ", stage.Detail(InvariantNames.EffectsDescribed), StringComparison.Ordinal);
        Assert.StartsWith("body/stages/0/rollback/params/host: ", rollback.Detail(InvariantNames.EffectsDescribed), StringComparison.Ordinal);
        Assert.Null(stage.Effects);
    }

    [Fact]
    public void A_declared_target_that_is_not_what_would_be_touched_is_a_refusal_that_says_both()
    {
        var stage = SomeStage.With("target", JsonObject.Of(("kind", "service"), ("id", "staging")));

        var detail = Validate(BodyOf(stage), catalog: CatalogOf()).Detail(InvariantNames.EffectsDescribed);

        Assert.StartsWith("body/stages/0/target: declares `service:staging` but would touch `service:web-1`", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rollback_that_would_touch_something_else_than_it_declares_is_a_refusal()
    {
        var rollback = JsonObject.Of(
            ("action", "restart"),
            ("params", JsonObject.Of(("host", "web-2"))),
            ("target", JsonObject.Of(("kind", "service"), ("id", "web-1"))));

        var detail = Validate(BodyOf(SomeStage.With("rollback", rollback)), catalog: CatalogOf()).Detail(InvariantNames.EffectsDescribed);

        Assert.StartsWith("body/stages/0/rollback/target: ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forbidden_target_is_found_among_what_would_be_touched_even_if_it_is_not_declared()
    {
        var policy = new PolicyBuilder().Action("restart").ForbidTarget(("kind", "service"), ("id", "web-1")).Build();

        var validation = Validate(BodyOf(SomeStage.Without("target")), policy, CatalogOf());

        Assert.Equal([9], validation.Failed());
        Assert.Contains("`service:web-1`, which the policy forbids", validation.Detail(InvariantNames.EffectsDescribed), StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_that_misbehaves_while_it_describes_is_a_failed_invariant()
    {
        Func<Stage, Result<ImmutableArray<Effect>>>[] faults =
        [
            _ => throw new InvalidOperationException(Secret),
            _ => default,
            _ => default(ImmutableArray<Effect>),
            _ => ImmutableArray<Effect>.Empty,
            stage => ImmutableArray.Create(EffectOf(stage, "a"), EffectOf(stage, "a")),
            stage => ImmutableArray.Create(new Effect("other", "fake", "", JsonObject.Empty, [new Resource("service", "web-1")], "")),
            stage => ImmutableArray.Create(new Effect(stage.Action, "fake", "", JsonObject.Empty, [], "")),
            _ => Refusal.Of(RefusalCode.Invalid, "no such host"),
        ];
        foreach (var fault in faults)
        {
            var validation = Validate(Body, catalog: CatalogOf(fault));

            Assert.Equal([9], validation.Failed());
            Assert.StartsWith("body/stages/0: ", validation.Detail(InvariantNames.EffectsDescribed), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, validation.ToJson().ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_stage_with_several_effects_is_described_with_all_of_them()
    {
        var catalog = CatalogOf(stage => ImmutableArray.Create(EffectOf(stage, "a"), EffectOf(stage, "b", "web-2")));

        Assert.Equal(["a", "b"], Assert.Single(Validate(Body, catalog: catalog).Effects ?? []).Effects.Select(effect => effect.Target));
    }

    [Fact]
    public void No_adapter_is_asked_about_a_plan_that_holds_a_secret()
    {
        var asked = false;
        var catalog = CatalogOf(stage =>
        {
            asked = true;
            return ImmutableArray.Create(EffectOf(stage));
        });

        Assert.Equal([7, 8, 9], Validate(BodyOf(SomeStage.With("note", Secret)), catalog: catalog).Failed());
        Assert.False(asked);
    }

    [Fact]
    public void An_action_that_only_the_catalog_knows_is_known_and_changes_the_world_unless_it_says_otherwise()
    {
        Assert.Empty(Validate(Body, Policy.Empty, CatalogOf()).Errors);
        Assert.Equal([4], Validate(BodyOf(SomeStage.Without("rollback")), Policy.Empty, CatalogOf()).Failed());
        var lenient = new PolicyBuilder().Action("restart", mutating: false).Build();
        Assert.Equal([4], Validate(BodyOf(SomeStage.Without("rollback")), lenient, CatalogOf()).Failed());
    }

    [Fact]
    public void An_action_without_an_adapter_cannot_be_described()
    {
        var validation = Validate(BodyOf(SomeStage.With("action", "read").Without("target")), catalog: CatalogOf());

        Assert.Equal("body/stages/0/action: there is no action `read`; name one of `restart`", validation.Detail(InvariantNames.EffectsDescribed));
    }
}
