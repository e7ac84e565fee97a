using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;

namespace Interlock.Adapters.Declarations;

/// <summary>Reads one kind of action; null where a fault was noted.</summary>
internal delegate BuiltAction? ActionBuilder(Fields section, Declaration declaration, AdapterEnvironment environment);

/// <summary>Reads one kind of probe; null where a fault was noted.</summary>
internal delegate BuiltProbe? ProbeBuilder(Fields section, Declaration declaration, AdapterEnvironment environment);

/// <summary>An action that was read.</summary>
/// <param name="Declaration">The declaration with what its kind adds.</param>
/// <param name="Executor">What executes it.</param>
/// <param name="Facts">What was found out while it was read and decides what it does.</param>
internal sealed record BuiltAction(Declaration Declaration, IExecutor Executor, JsonObject Facts);

/// <summary>A probe that was read.</summary>
/// <param name="Probe">What observes.</param>
/// <param name="Reading">What it takes from what it looks at.</param>
/// <param name="Facts">What was found out while it was read and decides what it does.</param>
internal sealed record BuiltProbe(IProbe Probe, Reading Reading, JsonObject Facts);
