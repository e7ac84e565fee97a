using Interlock.Canonical;

namespace Interlock.Cli.Configuration;

/// <summary>The schemas of declarations, as the adapters publish them.</summary>
internal static class AdapterSchema
{
    /// <summary>What may stand under <c>actions/NAME</c>.</summary>
    public static JsonObject Action { get; } = JsonObject.Of(("type", "object"));

    /// <summary>What may stand under <c>probes/NAME</c>.</summary>
    public static JsonObject Probe { get; } = JsonObject.Of(("type", "object"));
}
