using System.Text.Encodings.Web;
using System.Text.Json;
using Interlock.Canonical;
using JsonNode = System.Text.Json.Nodes.JsonNode;

namespace Interlock.Cli.Configuration;

/// <summary>
/// The published schema of <c>interlock.yaml</c> (JSON Schema, Draft 2020-12), for editors. <c>docs/reference/interlock.schema.json</c>
/// is a copy; a test compares the two.
/// </summary>
internal static class EditorSchema
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema, declarations and all.</summary>
    public static JsonObject Document { get; } = ConfigSchema.Compose(AdapterSchema.Action, AdapterSchema.Probe, AdapterSchema.Shared);

    /// <summary>The schema as a file holds it: indented, with an end of line.</summary>
    public static string Text()
    {
        var node = JsonNode.Parse(CanonicalJson.Write(Document)) ?? throw new InvalidOperationException("the schema is an object");
        return node.ToJsonString(Layout).ReplaceLineEndings("\n") + "\n";
    }
}
