using System.Collections.Frozen;
using Interlock.Checks;

namespace Interlock.Actions;

/// <summary>The actions and probes that this instance knows. Frozen when built.</summary>
public sealed class Catalog
{
    /// <summary>Builds a catalog.</summary>
    /// <param name="actions">The actions; names are unique.</param>
    /// <param name="probes">The probes; names are unique.</param>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public Catalog(IEnumerable<ActionDefinition> actions, IEnumerable<ProbeDefinition> probes)
    {
        Actions = actions.ToDictionary(action => action.Name, StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);
        Probes = probes.ToDictionary(probe => probe.Name, StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>No actions and no probes.</summary>
    public static Catalog Empty { get; } = new([], []);

    /// <summary>The actions by name.</summary>
    public FrozenDictionary<string, ActionDefinition> Actions { get; }

    /// <summary>The probes by name.</summary>
    public FrozenDictionary<string, ProbeDefinition> Probes { get; }
}
