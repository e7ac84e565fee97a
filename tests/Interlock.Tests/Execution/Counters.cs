using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Tests.Execution;

/// <summary>What plans of tests are about: counters that are set and read.</summary>
internal static class Counters
{
    /// <param name="executor">Sets them.</param>
    /// <param name="probe">Reads them.</param>
    /// <param name="setting">What setting one does; part of the action's digest.</param>
    public static Catalog CatalogOf(IExecutor executor, IProbe probe, string setting = "counters") => new(
        [
            new ActionDefinition
            {
                Name = "set",
                Description = "sets a counter",
                ParametersSchema = JsonObject.Of(("type", "object")),
                Definition = JsonObject.Of(("world", setting)),
                Executor = executor,
            },
        ],
        [
            new ProbeDefinition
            {
                Name = "counter",
                Description = "reads a counter",
                ArgumentsSchema = JsonObject.Of(("type", "object")),
                Definition = JsonObject.Of(("world", "counters")),
                Probe = probe,
            },
        ]);
}
