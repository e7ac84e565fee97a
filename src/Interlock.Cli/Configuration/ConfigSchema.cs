using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Interlock.Canonical;
using Interlock.Schema;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Interlock.Cli.Configuration;

/// <summary>
/// The published schema of <c>interlock.yaml</c> (JSON Schema, Draft 2020-12), for editors and for the loader.
/// <c>docs/reference/interlock.schema.json</c> is a copy; a test compares the two.
/// </summary>
internal static class ConfigSchema
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonObject AnyDeclaration = JsonObject.Of(
        ("type", "object"), ("errorMessage", "a declaration is an object with `command`, `file` or `http`; see docs/reference/configuration.md"));

    /// <summary>The published schema.</summary>
    public static JsonObject Document { get; } = Compose(AdapterSchema.Action, AdapterSchema.Probe, AdapterSchema.Shared);

    /// <summary>
    /// The schema by which the loader judges shapes: declarations are objects. What stands in them is judged by the adapters
    /// themselves, whose refusals name the one thing at fault and not the alternatives of a choice.
    /// </summary>
    public static JsonObject Shape { get; } = Compose(AnyDeclaration, AnyDeclaration, JsonObject.Empty);

    /// <summary><see cref="Shape"/>, compiled.</summary>
    public static JsonSchema Compiled { get; } = JsonSchema.Compile(Shape);

    /// <summary>The schema of the rules, as they stand under <c>policy</c> and in a file of their own.</summary>
    public static JsonObject Policy { get; } = (JsonObject)(Definitions(Shape)["policy"] ?? JsonObject.Empty);

    /// <summary><see cref="Policy"/>, compiled.</summary>
    public static JsonSchema CompiledPolicy { get; } = JsonSchema.Compile(Policy);

    /// <summary>The published schema as a file holds it: indented, with an end of line.</summary>
    public static string Text()
    {
        var node = JsonNode.Parse(CanonicalJson.Write(Document)) ?? throw new InvalidOperationException("the schema is an object");
        return node.ToJsonString(Layout).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Compose(JsonObject action, JsonObject probe, JsonObject shared)
    {
        var schema = JsonReader.TryRead(Encoding.UTF8.GetBytes(ConfigSchemaText.Json), new JsonReadOptions(), out var value, out var error)
            ? (JsonObject)value
            : throw new InvalidOperationException($"the schema of the configuration is malformed: {error}");
        var definitions = Definitions(schema).With("action", action).With("probe", probe);
        return schema.With("$defs", JsonObject.Of(definitions.Members.Concat(shared.Members)));
    }

    private static JsonObject Definitions(JsonObject schema) =>
        schema["$defs"] as JsonObject ?? throw new InvalidOperationException("the schema has definitions");
}
