using Interlock.Canonical;

namespace Interlock.Cli.Configuration;

/// <summary>Says what a declaration would do, out of its definition.</summary>
internal static class DeclarationText
{
    /// <summary>What would run, be written or be sent, with the placeholders as they were declared.</summary>
    /// <param name="definition">The definition of an action or a probe, as the adapters make it.</param>
    public static string Does(JsonObject definition)
    {
        var kind = definition.Text("adapter") ?? "";
        var declaration = definition["declaration"] as JsonObject ?? JsonObject.Empty;
        var facts = definition["facts"] as JsonObject ?? JsonObject.Empty;
        var section = declaration[kind] as JsonObject ?? JsonObject.Empty;
        var does = kind switch
        {
            "command" => Command(section, facts),
            "file" => File(section, facts),
            "http" => $"sends {section.Text("method") ?? "GET"} {section.Text("url")} to {Join(facts["hosts"])}",
            _ => $"{kind}: {section}",
        };
        var each = declaration.Text("for_each") is { } list ? $", once for each of {list}" : "";
        var read = definition.Text("role") == "probe" && section.Text("read") is { } word ? $", and reads {Read(word)}" : "";
        var pointer = section.Text("json_pointer") is { } place ? $" at {place}" : "";
        return does + each + read + pointer;
    }

    /// <summary>What it declares to touch; an adapter may add what it derives from the effect.</summary>
    public static IEnumerable<string> Touches(JsonObject definition) =>
        ((definition["declaration"] as JsonObject)?["resources"] as JsonArray ?? JsonArray.Empty).Items.Select(Of);

    /// <summary>The kinds of resources that it touches: those that it declares, and the one that its adapter derives.</summary>
    public static IEnumerable<string> Kinds(JsonObject definition) =>
        Touches(definition).Select(static resource => resource.Split(':')[0])
            .Concat(definition.Text("adapter") is ("file" or "http") and { } derived ? [derived] : []);

    /// <summary>The folders in which a file action may work.</summary>
    public static IEnumerable<string> Roots(JsonObject definition) => definition.Text("adapter") == "file"
        ? ((definition["facts"] as JsonObject)?["roots"] as JsonArray ?? JsonArray.Empty).Items.Select(Of)
        : [];

    /// <summary>What a parameter accepts.</summary>
    public static string Parameter(JsonValue schema)
    {
        if (schema is not JsonObject json)
        {
            return "anything";
        }

        var one = json["items"] as JsonObject ?? json;
        var list = json["items"] is JsonObject ? "a list of " : "";
        return list + (one["enum"] is JsonArray values ? $"one of {Join(values)}"
            : one.Text("pattern") is { } pattern ? $"text that matches {Bare(pattern)}"
            : one.Text("type") switch
            {
                "string" => "any text",
                "integer" => "an integer",
                "number" => "a number",
                "boolean" => "true or false",
                var other => other ?? "anything",
            });
    }

    /// <summary>A scalar as it is written, other values as JSON.</summary>
    public static string Of(JsonValue value) => value is JsonString text ? text.Value
        : value is JsonObject { Count: 2 } resource && resource.Text("kind") is { } kind && resource.Text("id") is { } id ? $"{kind}:{id}"
        : value.ToString();

    private static string Read(string word) => word switch
    {
        "exists" => "whether it exists",
        "sha256" => "its SHA-256",
        "size" => "its size in bytes",
        "stdout" => "what it prints",
        "exit_code" => "its exit code",
        "status" => "the status of the answer",
        "body" => "the body of the answer",
        _ when word.StartsWith("header:", StringComparison.Ordinal) => $"the header {word["header:".Length..]} of the answer",
        _ => $"its {word}",
    };

    // the anchors around a pattern are the adapters' own; the author wrote what is between them
    private static string Bare(string pattern) =>
        pattern.StartsWith("^(?:", StringComparison.Ordinal) && pattern.EndsWith(")$", StringComparison.Ordinal) ? pattern[4..^2] : pattern;

    private static string Command(JsonObject section, JsonObject facts)
    {
        var arguments = (section["argv"] as JsonArray ?? JsonArray.Empty).Items.Skip(1).Select(Of).Prepend(facts.Text("program") ?? "");

        // one argument that holds a space is not two
        return $"runs {string.Join(' ', arguments.Select(static one => one.Length == 0 || one.Contains(' ', StringComparison.Ordinal) ? $"'{one}'" : one))}"
            + $" in {facts.Text("working_directory")}";
    }

    private static string File(JsonObject section, JsonObject facts) =>
        $"{section.Text("op") switch { "write" => "writes the new file", "replace" => "replaces the file", "delete" => "deletes the file", _ => "looks at the file" }}"
        + $" {section.Text("path")} beneath {Join(facts["roots"])}";

    private static string Join(JsonValue? list) => string.Join(", ", (list as JsonArray ?? JsonArray.Empty).Items.Select(Of));
}
