using System.Text;
using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>
/// The JSON Schema (2020-12) of declarations, for editors that complete a configuration. The readers decide; a test holds that
/// every field they know stands here, and none besides.
/// </summary>
internal static class DeclarationSchemas
{
    private const string Common = """
        "description": {"type": "string", "description": "what it does, for agents and reviewers"},
        "example": {"type": "object", "description": "a worked example for agents"},
        "params": {
          "type": "object",
          "description": "typed parameters; a placeholder {name} in a template stands for one",
          "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$"},
          "additionalProperties": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "type": {"enum": ["string", "integer", "number", "boolean", "array"], "default": "string", "description": "array: a list of strings"},
              "pattern": {"type": "string", "description": "a regular expression that the whole value matches; no look-around, no back-references"},
              "enum": {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "the values that are allowed"},
              "minimum": {"type": "number"},
              "maximum": {"type": "number"},
              "max_length": {"type": "integer", "minimum": 1, "maximum": 1048576, "description": "default 256; of content 1048576"},
              "max_items": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
              "description": {"type": "string"},
              "required": {"type": "boolean", "default": true},
              "default": {"description": "the value where the plan gives none; makes the parameter optional"},
              "content": {"type": "boolean", "default": false, "description": "the text of a file or a request body: needs no pattern, and goes nowhere else"},
              "unicode": {"type": "boolean", "default": false, "description": "allow characters outside ASCII"}
            }
          }
        }
        """;

    private const string Action = """
        "mutating": {"type": "boolean", "default": true, "description": "whether it changes the world"},
        "creating": {"type": "boolean", "default": false, "description": "whether it creates what it targets"},
        "for_each": {"type": "string", "description": "a parameter of type array: one effect for each of its items"},
        "resources": {
          "type": "array",
          "description": "what it touches, as kind:id; locks and policy match these",
          "items": {
            "anyOf": [
              {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,63}:."},
              {
                "type": "object",
                "additionalProperties": false,
                "required": ["kind", "id"],
                "properties": {"kind": {"type": "string"}, "id": {"type": "string"}}
              }
            ]
          }
        }
        """;

    private const string Definitions = """
        "duration": {"type": "string", "pattern": "^[0-9]{1,7}(ms|s|m|h|d)$", "examples": ["500ms", "30s", "5m"]},
        "size": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9]+(KiB|MiB)$"}], "examples": ["64KiB", "1MiB"]},
        "secret": {"type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$", "description": "where the secret is kept, never the secret"}
        """;

    private const string Command = """
        "argv": {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "the program and its arguments; no shell"},
        "timeout": {"$ref": "#/$defs/duration", "default": "60s", "description": "then the whole process tree is killed"},
        "output_limit": {"$ref": "#/$defs/size", "default": "64KiB", "description": "how much output is kept"},
        "workdir": {"type": "string", "default": ".", "description": "relative to the configuration file"},
        "success": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 255}, "minItems": 1, "default": [0]},
        "env": {
          "type": "object",
          "description": "the whole environment besides PATH, LANG and the idempotency key",
          "additionalProperties": {
            "anyOf": [
              {"type": "string"},
              {"type": "object", "additionalProperties": false, "required": ["from_env"], "properties": {"from_env": {"type": "string"}}},
              {"type": "object", "additionalProperties": false, "required": ["secret"], "properties": {"secret": {"$ref": "#/$defs/secret"}}}
            ]
          }
        }
        """;

    private const string File = """
        "roots": {"type": "array", "items": {"type": "string"}, "minItems": 1, "description": "folders beneath which it may work"},
        "path": {"type": "string", "description": "the file, beneath a root"},
        "max_bytes": {"$ref": "#/$defs/size", "default": "1MiB"}
        """;

    private const string Http = """
        "url": {"type": "string", "pattern": "^https?://", "description": "placeholders are percent-encoded"},
        "allow_hosts": {"type": "array", "items": {"type": "string"}, "description": "host or host:port; needed where a parameter stands in the host"},
        "allow_private": {"type": "boolean", "default": false, "description": "allow loopback, private and link-local addresses"},
        "timeout": {"$ref": "#/$defs/duration"},
        "response_limit": {"$ref": "#/$defs/size", "default": "64KiB"},
        "success": {
          "type": "array",
          "minItems": 1,
          "default": ["200-299"],
          "items": {"anyOf": [{"type": "integer", "minimum": 100, "maximum": 599}, {"type": "string", "pattern": "^[1-5][0-9]{2}-[1-5][0-9]{2}$"}]}
        },
        "headers": {
          "type": "object",
          "additionalProperties": {
            "anyOf": [
              {"type": "string"},
              {
                "type": "object",
                "additionalProperties": false,
                "required": ["secret"],
                "properties": {"secret": {"$ref": "#/$defs/secret"}, "prefix": {"type": "string", "examples": ["Bearer "]}}
              }
            ]
          }
        }
        """;

    private const string Pointer = """
        "json_pointer": {"type": "string", "description": "RFC 6901: the place in the JSON that was read"}
        """;

    /// <summary>The schema of an action's declaration.</summary>
    public static JsonObject OfAction { get; } = Schema(
        "an action",
        Action,
        Section("\"argv\"", Command),
        Section("\"op\", \"roots\", \"path\"", $$"""
            {{File}},
            "op": {"enum": ["write", "replace", "delete"], "description": "write: create only; replace and delete: it must be there"},
            "content": {"type": "string", "description": "the new content, for example {content}"},
            "encoding": {"enum": ["text", "base64"], "default": "text"},
            "mode": {"type": "string", "pattern": "^0[0-7]{3}$", "description": "permissions; replace keeps them by default"}
            """),
        Section("\"method\", \"url\"", $$"""
            {{Http}},
            "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]},
            "json": {"description": "a JSON body; a string that is one placeholder becomes the value with its type"},
            "body": {"type": "string", "description": "a text body"}
            """));

    /// <summary>The schema of a probe's declaration.</summary>
    public static JsonObject OfProbe { get; } = Schema(
        "a probe",
        """
        "visible": {"type": "boolean", "default": false, "description": "whether an agent is told the value, and not merely pass or fail"}
        """,
        Section("\"argv\"", $$"""
            {{Command}},
            {{Pointer}},
            "read": {"enum": ["stdout", "exit_code"], "default": "stdout"}
            """),
        Section("\"roots\", \"path\"", $$"""
            {{File}},
            {{Pointer}},
            "read": {"enum": ["exists", "sha256", "content", "size"], "default": "exists"}
            """),
        Section("\"url\"", $$"""
            {{Http}},
            {{Pointer}},
            "method": {"enum": ["GET", "HEAD"], "default": "GET"},
            "read": {"type": "string", "pattern": "^(status|body|header:[A-Za-z0-9-]{1,100})$", "default": "status"}
            """));

    private static string Section(string required, string properties) => $$"""
        {"type": "object", "additionalProperties": false, "required": [{{required}}], "properties": { {{properties}} } }
        """;

    private static JsonObject Schema(string title, string own, string command, string file, string http) => Read($$"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "{{title}}",
          "type": "object",
          "additionalProperties": false,
          "oneOf": [{"required": ["command"]}, {"required": ["file"]}, {"required": ["http"]}],
          "$defs": { {{Definitions}} },
          "properties": { {{Common}}, {{own}}, "command": {{command}}, "file": {{file}}, "http": {{http}} }
        }
        """);

    private static JsonObject Read(string text) =>
        JsonReader.TryRead(Encoding.UTF8.GetBytes(text), JsonReadOptions.PlanBody, out var value, out var error)
            ? (JsonObject)value
            : throw new InvalidOperationException($"the schema of declarations is no JSON: {error}");
}
