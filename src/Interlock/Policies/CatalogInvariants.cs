using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Plans;
using Interlock.Schema;

namespace Interlock.Policies;

/// <summary>
/// The two invariants that need to know what this instance can do: every check names a probe and fits it; every stage can be
/// described, and what it would touch is what it declares and nothing that is forbidden.
/// </summary>
internal sealed class CatalogInvariants
{
    /// <summary>How many errors of one schema a detail tells.</summary>
    private const int ErrorsEach = 3;

    /// <summary>How much of a resource's name a detail shows, in code points.</summary>
    private const int LongestResource = 120;

    private readonly Policy policy;
    private readonly Catalog catalog;
    private readonly FrozenDictionary<string, JsonSchema> parameters;
    private readonly FrozenDictionary<string, JsonSchema> arguments;

    /// <summary>Compiles the catalog's schemas, once for a validator.</summary>
    /// <exception cref="ArgumentException">A schema of the catalog is at fault; whoever loads a catalog checks them.</exception>
    public CatalogInvariants(Policy policy, Catalog catalog)
    {
        this.policy = policy;
        this.catalog = catalog;
        parameters = catalog.Actions.ToFrozenDictionary(
            static action => action.Key,
            static action => Compile(action.Key, action.Value.ParametersSchema),
            StringComparer.Ordinal);
        arguments = catalog.Probes.ToFrozenDictionary(
            static probe => probe.Key,
            static probe => Compile(probe.Key, probe.Value.ArgumentsSchema),
            StringComparer.Ordinal);
    }

    public Faults Probes(PlanBody body)
    {
        var faults = new Faults();
        foreach (var stage in body.Stages)
        {
            LookAtChecks(stage.Preconditions, stage.Index, "preconditions", faults);
            LookAtChecks(stage.Verify, stage.Index, "verify", faults);
        }

        return faults;
    }

    public Faults Effects(PlanBody body, out ImmutableArray<StageEffects> effects)
    {
        var faults = new Faults();
        var all = ImmutableArray.CreateBuilder<StageEffects>(body.Stages.Length);
        foreach (var stage in body.Stages)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"body/stages/{stage.Index}");
            if (Describe(stage, path, faults) is { } described)
            {
                all.Add(new StageEffects(
                    stage, catalog.Actions[stage.Action], PlanStructure.IsMutating(policy, catalog, stage.Action), described));
            }

            // a rollback is never run by itself, but a reviewer counts on it: one that cannot work is a false promise
            if (stage.Rollback is Rollback.Inverse inverse)
            {
                var undo = new Stage(
                    stage.Index, stage.Id, inverse.Action, inverse.Target, inverse.Parameters, [], [], null, null, JsonOf(stage));
                _ = Describe(undo, path + "/rollback", faults);
            }
        }

        effects = all.ToImmutable();
        return faults;
    }

    /// <summary>
    /// The checks of a body that is at fault somewhere, as far as each can be read by itself: a plan with several faults is to
    /// be told all of them.
    /// </summary>
    /// <param name="checks">The checks with their places.</param>
    public Faults Probes(IEnumerable<(string Path, Check Check)> checks)
    {
        var faults = new Faults();
        foreach (var (path, check) in checks)
        {
            LookAtCheck(check, path, faults);
        }

        return faults;
    }

    /// <summary>The stages of a body that is at fault somewhere, as far as each can be read by itself; nobody keeps the effects.</summary>
    /// <param name="stages">The stages with their places.</param>
    public Faults Effects(IEnumerable<(string Path, Stage Stage)> stages)
    {
        var faults = new Faults();
        foreach (var (path, stage) in stages)
        {
            _ = Describe(stage, path, faults);
        }

        return faults;
    }

    private static JsonObject JsonOf(Stage stage) => stage.Json["rollback"] as JsonObject ?? JsonObject.Empty;

    private static JsonSchema Compile(string name, JsonObject schema) =>
        JsonSchema.TryCompile(schema, out var compiled, out var error)
            ? compiled
            : throw new ArgumentException($"the schema of `{name}` is at fault, {error}", nameof(schema));

    private static bool Fits(JsonSchema schema, JsonObject value, string path, Faults faults)
    {
        var result = schema.Validate(value, ErrorsEach);
        foreach (var error in result.Errors)
        {
            faults.Add(error.Path == JsonError.Root ? path : $"{path}/{error.Path}", error.Message);
        }

        return result.IsValid;
    }

    private void LookAtChecks(ImmutableArray<Check> checks, int stage, string list, Faults faults)
    {
        for (var i = 0; i < checks.Length; i++)
        {
            LookAtCheck(checks[i], string.Create(CultureInfo.InvariantCulture, $"body/stages/{stage}/{list}/{i}"), faults);
        }
    }

    private void LookAtCheck(Check check, string path, Faults faults)
    {
        if (arguments.TryGetValue(check.Name, out var schema))
        {
            _ = Fits(schema, check.Arguments, path + "/probe", faults);
        }
        else
        {
            faults.Add(path + "/check", () => $"there is no probe {SafeText.Quote(check.Name)}; {Names(check.Name, catalog.Probes.Keys)}");
        }
    }

    private ImmutableArray<Effect>? Describe(Stage stage, string path, Faults faults)
    {
        if (!catalog.Actions.TryGetValue(stage.Action, out var action))
        {
            faults.Add(
                path + "/action",
                () => $"there is no action {SafeText.Quote(stage.Action)}; {Names(stage.Action, catalog.Actions.Keys)}");
            return null;
        }

        if (!Fits(parameters[stage.Action], stage.Parameters, path + "/params", faults))
        {
            return null;
        }

        if (Ask(action.Executor, stage, path, faults) is not { } effects)
        {
            return null;
        }

        var mutating = PlanStructure.IsMutating(policy, catalog, stage.Action);
        var before = faults.Count;
        LookAtEffects(effects, stage, mutating, path, faults);
        if (faults.Count == before)
        {
            LookAtResources(effects, stage, mutating, path, faults);
        }

        return faults.Count == before ? effects : null;
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "an executor is somebody else's code: whatever it throws is a failed invariant, and may quote a secret")]
    private static ImmutableArray<Effect>? Ask(IExecutor executor, Stage stage, string path, Faults faults)
    {
        try
        {
            if (executor.Describe(stage).TryGet(out var effects, out var refusal))
            {
                return effects;
            }

            faults.Add(refusal.Path == JsonError.Root ? path : $"{path}/{refusal.Path}", refusal.Message);
        }
        catch (Exception exception)
        {
            // a stranger's code: no plan may be approved because an adapter broke, and none may break the validator
            faults.Add(path, $"the adapter failed with `{exception.GetType().Name}` as it described the stage; mend the adapter");
        }

        return null;
    }

    private static void LookAtEffects(ImmutableArray<Effect> effects, Stage stage, bool mutating, string path, Faults faults)
    {
        if (effects.IsDefaultOrEmpty)
        {
            faults.Add(path, "the adapter describes no effect; mend the adapter");
            return;
        }

        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var effect in effects)
        {
            if (effect is null || effect.Action != stage.Action)
            {
                faults.Add(path, "the adapter describes the effect of another action; mend the adapter");
            }
            else if (!targets.Add(effect.Target))
            {
                faults.Add(path, $"two effects have the target {SafeText.Quote(effect.Target)}; name each target once");
            }
            else if (mutating && effect.Resources.IsDefaultOrEmpty)
            {
                faults.Add(path, "an effect that changes the world touches nothing, so nothing can be locked; mend the adapter");
            }
        }
    }

    private void LookAtResources(ImmutableArray<Effect> effects, Stage stage, bool mutating, string path, Faults faults)
    {
        var agrees = stage.Target is null;
        var any = false;
        foreach (var resource in effects.SelectMany(static effect => effect.Resources.IsDefault ? [] : effect.Resources))
        {
            any = true;
            agrees = agrees || (stage.Target is { } target && target.Kind == resource.Kind && target.Id == resource.Id);
            if (policy.ForbiddenTargets.Any(rule => rule.Matches(resource.Kind, resource.Id)))
            {
                faults.Add(
                    path,
                    $"would touch {SafeText.Quote(resource.ToString(), LongestResource)}, which the policy forbids; plan without it");
            }
        }

        if (!agrees && stage.Target is { } declared && (any || mutating))
        {
            var touched = effects.SelectMany(static effect => effect.Resources).Distinct()
                .Select(static resource => SafeText.Quote(resource.ToString(), LongestResource)).ToList();
            faults.Add(
                path + "/target",
                $"declares {SafeText.Quote($"{declared.Kind}:{declared.Id}", LongestResource)} "
                + $"but would touch {SafeText.List(touched, 5)}; declare what the params name, or leave the target out");
        }
    }

    private static string Names(string written, IReadOnlyCollection<string> names)
    {
        var quoted = names.Order(StringComparer.Ordinal).Select(static name => SafeText.Quote(name)).ToList();
        return quoted.Count == 0
            ? "the catalog is empty; ask the person to declare one"
            : $"{Spelling.Question(written, names)}name one of {SafeText.List(quoted)}";
    }
}
