using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Plans;

namespace Interlock.Actions;

/// <summary>A stage with exactly what it would do.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Definition">The action that it names.</param>
/// <param name="Mutating">Whether policy or catalog says that it changes the world.</param>
/// <param name="Effects">Its effects in the order of dispatch; at least one.</param>
public sealed record StageEffects(Stage Stage, ActionDefinition Definition, bool Mutating, ImmutableArray<Effect> Effects)
{
    /// <summary>What a whole plan would do, in short: <c>[{stage, effects: [digest, …]}, …]</c>.</summary>
    /// <param name="stages">The plan's stages in order.</param>
    public static JsonArray Listing(IEnumerable<StageEffects> stages) =>
        new(stages.Select(stage => (JsonValue)JsonObject.Of(
            ("stage", stage.Stage.Id),
            ("effects", new JsonArray(stage.Effects.Select(effect => (JsonValue)effect.Digest.ToString()))))));

    /// <summary>What a whole plan would do, as one digest: that of <see cref="Listing"/>.</summary>
    /// <param name="stages">The plan's stages in order.</param>
    public static Sha256Digest DigestOf(IEnumerable<StageEffects> stages) => CanonicalJson.Hash(Listing(stages));

    /// <summary>The resources whose locks a plan takes: those of its mutating stages, each once, in ordinal order.</summary>
    /// <param name="stages">The plan's stages.</param>
    public static ImmutableArray<string> LocksOf(IEnumerable<StageEffects> stages) =>
    [
        .. stages
            .Where(stage => stage.Mutating)
            .SelectMany(stage => stage.Effects)
            .SelectMany(effect => effect.Resources)
            .Select(resource => resource.ToString())
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];
}
