using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Policies;

namespace Interlock.Sessions;

/// <summary>The answer to <c>check_plan</c>: what validation found, what the plan would do, what its checks see now.</summary>
/// <param name="Validation">What validation found.</param>
/// <param name="Stages">The stages with their checks; empty where the plan does not validate.</param>
public sealed record PlanCheck(Validation Validation, ImmutableArray<CheckedStage> Stages)
{
    /// <summary>
    /// <c>{validation, plan_hash, stages: [{id, effects: [{summary, resources}], preconditions, verify}]}</c>. The values that
    /// probes saw are left out unless the probe is configured visible.
    /// </summary>
    public JsonObject ToJson() =>
        JsonObject.Of(
            ("validation", Validation.ToJson()),
            ("approvable", Validation.Approvable),
            ("stages", new JsonArray(Stages.Select(stage => (JsonValue)stage.ToJson()))));

    internal static async Task<Result<PlanCheck>> RunAsync(
        EngineParts parts, Agent agent, JsonValue body, CancellationToken cancellationToken)
    {
        if (!(await parts.Allowances.TakeAsync(agent.Name, cancellationToken)).TryGet(out var charge, out var refusal))
        {
            return refusal;
        }

        charge.Dispose();
        var validation = parts.Validator.ValidateBody(body);
        var stages = ImmutableArray.CreateBuilder<CheckedStage>();
        var described = validation.Effects ?? [];
        var probes = described.Sum(stage => stage.Stage.Preconditions.Length + stage.Stage.Verify.Length);
        if (parts.Probes.Take(agent.Name, probes) is { } tooMany)
        {
            return tooMany;
        }

        foreach (var stage in described)
        {
            var before = await parts.Checks.RunAsync(stage.Stage.Preconditions, cancellationToken);
            var after = await parts.Checks.RunAsync(stage.Stage.Verify, cancellationToken);
            stages.Add(new CheckedStage(stage, before, after, parts.Options.Catalog));
        }

        return new PlanCheck(validation, stages.DrainToImmutable());
    }
}

/// <summary>One stage as <c>check_plan</c> and a review see it.</summary>
/// <param name="Effects">The stage and what it would do.</param>
/// <param name="Preconditions">What its preconditions see now.</param>
/// <param name="Verify">What its verify checks see now, before the effect.</param>
/// <param name="Catalog">Says which probes an agent may see the values of.</param>
public sealed record CheckedStage(
    StageEffects Effects, ImmutableArray<CheckResult> Preconditions, ImmutableArray<CheckResult> Verify, Catalog Catalog)
{
    internal JsonObject ToJson() =>
        JsonObject.Of(
            ("id", Effects.Stage.Id),
            ("action", Effects.Stage.Action),
            ("effects", new JsonArray(Effects.Effects.Select(effect => (JsonValue)JsonObject.Of(
                ("summary", effect.Summary),
                ("resources", new JsonArray(effect.Resources.Select(resource => (JsonValue)resource.ToString()))))))),
            ("preconditions", Results(Preconditions)),
            ("verify", Results(Verify)));

    private JsonArray Results(ImmutableArray<CheckResult> results) =>
        new(results.Select(result => (JsonValue)result.ToJson(
            showValue: Catalog.Probes.TryGetValue(result.Check.Name, out var probe) && probe.VisibleToAgent)));
}
