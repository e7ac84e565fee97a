using System.Text;
using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Cli.Configuration;

/// <summary>
/// The schema by which the loader judges shapes: declarations are objects. What stands in them is judged by the adapters themselves,
/// whose refusals name the one thing at fault and not the alternatives of a choice. Every start pays for this one and its compilation;
/// <see cref="EditorSchema"/> is the whole.
/// </summary>
internal static class ConfigSchema
{
    private static readonly JsonObject AnyDeclaration = JsonObject.Of(
        ("type", "object"), ("errorMessage", "a declaration is an object with `command`, `file` or `http`; see docs/reference/configuration.md"));

    /// <summary>The schema as data.</summary>
    public static JsonObject Shape { get; } = Compose(AnyDeclaration, AnyDeclaration, JsonObject.Empty);

    /// <summary><see cref="Shape"/>, compiled.</summary>
    public static JsonSchema Compiled { get; } = JsonSchema.Compile(Shape);

    /// <summary>The schema of the rules, as they stand under <c>policy</c> and in a file of their own.</summary>
    public static JsonObject Policy { get; } = (JsonObject)(Definitions(Shape)["policy"] ?? JsonObject.Empty);

    private static readonly Lazy<JsonSchema> PolicyCheck = new(static () => JsonSchema.Compile(Policy));

    /// <summary><see cref="Policy"/>, compiled.</summary>
    public static JsonSchema CompiledPolicy => PolicyCheck.Value;

    /// <summary>The schema with what may stand in declarations.</summary>
    /// <param name="action">Under <c>actions/NAME</c>.</param>
    /// <param name="probe">Under <c>probes/NAME</c>.</param>
    /// <param name="shared">What both refer to.</param>
    public static JsonObject Compose(JsonObject action, JsonObject probe, JsonObject shared)
    {
        var (schema, approvals, witnesses) = (Read(ConfigSchemaText.Json), Read(ApprovalSchemaText.Json), Read(WitnessSchemaText.Json));
        var definitions = Definitions(schema).With("action", action).With("probe", probe);
        return schema
            .With("properties", JsonObject.Of(Part(schema, "properties").Members.Concat(Part(approvals, "properties").Members).Concat(Part(witnesses, "properties").Members)))
            .With("$defs", JsonObject.Of(definitions.Members.Concat(Definitions(approvals).Members).Concat(shared.Members)));
    }

    private static JsonObject Read(string text) =>
        JsonReader.TryRead(Encoding.UTF8.GetBytes(text), new JsonReadOptions(), out var value, out var error)
            ? (JsonObject)value
            : throw new InvalidOperationException($"the schema of the configuration is malformed: {error}");

    private static JsonObject Definitions(JsonObject schema) => Part(schema, "$defs");

    private static JsonObject Part(JsonObject schema, string name) =>
        schema[name] as JsonObject ?? throw new InvalidOperationException($"the schema has `{name}`");
}
