using Interlock.Adapters;
using Interlock.Canonical;

namespace Interlock.Cli.Configuration;

/// <summary>
/// The schemas of declarations, as the adapters publish them, made fit to stand inside another schema: a reference that starts
/// with <c>#</c> means the root of the document, so what they define moves there under names of its own.
/// </summary>
internal static class AdapterSchema
{
    private const string Definitions = "#/$defs/";
    private const string Prefix = "declared_";

    /// <summary>What may stand under <c>actions/NAME</c>.</summary>
    public static JsonObject Action { get; } = Embedded(AdapterCatalog.ActionSchema);

    /// <summary>What may stand under <c>probes/NAME</c>.</summary>
    public static JsonObject Probe { get; } = Embedded(AdapterCatalog.ProbeSchema);

    /// <summary>What both refer to.</summary>
    public static JsonObject Shared { get; } = JsonObject.Of(
        Defined(AdapterCatalog.ActionSchema).Concat(Defined(AdapterCatalog.ProbeSchema)).DistinctBy(static member => member.Name));

    private static JsonObject Embedded(JsonObject schema) => (JsonObject)Moved(schema.Without("$defs").Without("$schema"));

    private static IEnumerable<JsonMember> Defined(JsonObject schema) =>
        (schema["$defs"] as JsonObject ?? JsonObject.Empty).Members
        .Select(static member => new JsonMember(Prefix + member.Name, Moved(member.Value)));

    private static JsonValue Moved(JsonValue value) => value switch
    {
        JsonObject json => JsonObject.Of(json.Members.Select(static member => new JsonMember(
            member.Name,
            member is { Name: "$ref", Value: JsonString { Value: var target } } && target.StartsWith(Definitions, StringComparison.Ordinal)
                ? Definitions + Prefix + target[Definitions.Length..]
                : Moved(member.Value)))),
        JsonArray list => new JsonArray(list.Items.Select(Moved)),
        _ => value,
    };
}
