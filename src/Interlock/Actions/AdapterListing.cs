using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Actions;

/// <summary>
/// The definitions of exactly the actions and probes that a plan uses: what <c>adapter_digest</c> of a statement covers. A change of
/// one that it does not use leaves its countersignatures alone.
/// </summary>
internal static class AdapterListing
{
    /// <summary><c>{actions: {NAME: definition}, probes: {NAME: definition}}</c>.</summary>
    /// <param name="catalog">Where the probes are defined.</param>
    /// <param name="stages">The plan's stages with their effects.</param>
    public static JsonObject Of(Catalog catalog, IReadOnlyCollection<StageEffects> stages) => JsonObject.Of(
        ("actions", JsonObject.Of(stages
            .Select(stage => stage.Definition)
            .DistinctBy(action => action.Name)
            .Select(action => new JsonMember(action.Name, action.Definition)))),
        ("probes", JsonObject.Of(stages
            .SelectMany(stage => stage.Stage.Preconditions.Concat(stage.Stage.Verify))
            .Select(check => check.Name)
            .Distinct(StringComparer.Ordinal)
            .Select(name => catalog.Probes.GetValueOrDefault(name))
            .OfType<ProbeDefinition>()
            .Select(probe => new JsonMember(probe.Name, probe.Definition)))));
}
