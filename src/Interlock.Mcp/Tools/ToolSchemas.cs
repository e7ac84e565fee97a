using Interlock.Canonical;
using Interlock.Mcp.Wire;
using Interlock.Plans;

namespace Interlock.Mcp.Tools;

/// <summary>
/// Input and output schemas. Inputs are closed. Outputs describe the refusal beside the answer, because clients hold a refused
/// call's structured content to the same schema.
/// </summary>
internal static class ToolSchemas
{
    private const string Refusal = """
        "refusal": {"type": "object", "description": "why not", "properties": {
            "code": {"type": "string"}, "path": {"type": "string"}, "message": {"type": "string"}},
            "required": ["code", "path", "message"]},
        "error": {"type": "string", "description": "why not, in one line"}
        """;

    private const string Committed = """
        {"type": "array", "description": "every stage that was reached, in order", "items": {"type": "object", "properties": {
            "id": {"type": "string"}, "action": {"type": "string"},
            "status": {"enum": ["running", "committed", "halted-precondition", "halted-execute", "halted-verify"]},
            "detail": {"type": "string"}}, "required": ["id", "action", "status", "detail"]}}
        """;

    private const string Validation = """
        {"type": ["object", "null"], "properties": {
            "approvable": {"type": "boolean"}, "verdict": {"enum": ["pass", "fail"]}, "schema_valid": {"type": "boolean"},
            "schema_errors": {"type": "array", "items": {"type": "object"}},
            "invariants": {"type": "array", "items": {"type": "object", "properties": {
                "id": {"type": "integer"}, "name": {"type": "string"}, "ok": {"type": "boolean"}, "detail": {"type": "string"},
                "skipped": {"const": true, "description": "not asked yet because an earlier one fails: nothing to mend here"}},
                "required": ["id", "name", "ok", "detail"]}},
            "plan_hash_declared": {"type": ["string", "null"]}, "plan_hash_recomputed": {"type": ["string", "null"]},
            "errors": {"type": "array", "items": {"type": "string"}, "description": "each fault with its path and mend"}}}
        """;

    private static readonly string Status =
        $$$"""{"enum": [{{{string.Join(", ", PlanStatusWords.All.Select(word => $"\"{word}\""))}}}]}""";

    /// <summary>No arguments.</summary>
    public static JsonObject Nothing { get; } = JsonBridge.Parse("""{"type": "object", "properties": {}, "additionalProperties": false}""");

    /// <summary>A plan's id.</summary>
    public static JsonObject OnePlan { get; } = JsonBridge.Parse("""
        {"type": "object", "properties": {"plan_id": {"type": "string", "description": "the id that propose_plan returned"}},
         "required": ["plan_id"], "additionalProperties": false}
        """);

    /// <summary>What list_plans takes.</summary>
    public static JsonObject List { get; } = JsonBridge.Parse($$$"""
        {"type": "object", "properties": {
            "status": {{{Status}}},
            "cursor": {"type": "string", "description": "next_cursor of the answer before"}},
         "additionalProperties": false}
        """);

    /// <summary>What describe_catalog answers.</summary>
    public static JsonObject Catalog { get; } = Output("""
        "actions": {"type": "array", "items": {"type": "object"}},
        "probes": {"type": "array", "items": {"type": "object"}},
        "example_plan": {"type": ["object", "null"], "description": "a complete body that validates"},
        "plan_format": {"type": "object"}, "rules": {"type": "array", "items": {"type": "string"}},
        "limits": {"type": "object"}, "flow": {"type": "array", "items": {"type": "string"}},
        "isolation": {"type": "string"}
        """, "actions", "probes", "rules", "limits");

    /// <summary>What check_plan answers.</summary>
    public static JsonObject Checked { get; } = Output($$$"""
        "approvable": {"type": "boolean", "description": "whether propose_plan would accept the body"},
        "validation": {{{Validation}}},
        "stages": {"type": "array", "description": "what each stage would do and what its checks see now", "items": {"type": "object"}}
        """, "approvable", "validation", "stages");

    /// <summary>What propose_plan answers.</summary>
    public static JsonObject Proposed { get; } = Output($$$"""
        "accepted": {"type": "boolean"}, "plan_id": {"type": ["string", "null"]}, "status": {{{Status}}},
        "plan_hash": {"type": "string"}, "expires_at": {"type": "string"}, "validation": {{{Validation}}},
        "same_as": {"type": "object", "description": "an earlier plan of yours with the very same body", "properties": {
            "id": {"type": "string"}, "status": {{{Status}}}, "hint": {"type": "string"}}, "required": ["id", "status", "hint"]},
        "next": {"type": "string", "description": "what to do now"}
        """, "accepted", "plan_id", "status", "validation");

    /// <summary>What get_plan answers.</summary>
    public static JsonObject Plan { get; } = Output($$$"""
        "schema_version": {"type": "string"}, "plan_id": {"type": "string"}, "plan_hash": {"type": "string"},
        "status": {{{Status}}}, "proposed_at": {"type": "string"}, "expires_at": {"type": "string"}, "changed_at": {"type": "string"},
        "agent": {"type": "string"}, "approval": {"type": ["object", "null"]},
        "execution_result": {"type": ["object", "null"]}, "body": {"type": "object"},
        "continues": {"type": "string"}, "supersedes": {"type": "string"},
        "reason_code": {"type": "string"}, "halt_code": {"type": "string"}, "reason": {"type": "string"}, "resolution": {"type": "string"}
        """, "schema_version", "plan_id", "plan_hash", "status", "proposed_at", "approval", "execution_result", "body");

    /// <summary>What list_plans answers.</summary>
    public static JsonObject Listed { get; } = Output($$$"""
        "count": {"type": "integer", "description": "how many are in this answer"},
        "plans": {"type": "array", "items": {"type": "object", "properties": {
            "plan_id": {"type": "string"}, "status": {{{Status}}}, "intent": {"type": "string"}},
            "required": ["plan_id", "status", "intent"]}},
        "next_cursor": {"type": "string", "description": "there are older ones; absent at the end"}
        """, "count", "plans");

    /// <summary>What execute_plan answers.</summary>
    public static JsonObject Executed { get; } = Output($$$"""
        "status": {"enum": ["executed", "halted", "rejected"]}, "plan_id": {"type": "string"},
        "committed": {{{Committed}}},
        "halted_stage": {"type": ["string", "null"]}, "reason": {"type": ["string", "null"]},
        "halt_code": {"type": "string"}, "code": {"type": "string"},
        "repeated": {"type": "boolean", "description": "whether an earlier call had asked for this run"}
        """, "status", "committed", "halted_stage", "reason");

    /// <summary>What wait_for_plan answers.</summary>
    public static JsonObject Waited { get; } = Output($$$"""
        "plan_id": {"type": "string"}, "status": {{{Status}}},
        "changed": {"type": "boolean", "description": "whether the status differs from seen_status"},
        "ended": {"type": "boolean", "description": "whether nothing more can happen to the plan"},
        "execution_result": {"type": ["object", "null"]}, "reason": {"type": ["string", "null"]},
        "next": {"type": "string", "description": "what to do now"}
        """, "plan_id", "status", "changed", "ended");

    /// <summary>What withdraw_plan answers.</summary>
    public static JsonObject Withdrawn { get; } = Output($$$"""
        "plan_id": {"type": "string"}, "status": {{{Status}}}, "reason_code": {"type": ["string", "null"]}
        """, "plan_id", "status");

    /// <summary>What check_plan takes.</summary>
    /// <param name="body">The schema of a body.</param>
    public static JsonObject Check(JsonObject body) => Input(("body", body));

    /// <summary>What propose_plan takes.</summary>
    /// <param name="body">The schema of a body.</param>
    public static JsonObject Propose(JsonObject body) =>
        Input(
            ("body", body),
            ("continues", JsonBridge.Parse("""{"type": "string", "description": "id of an ended plan of yours that this one carries on from"}""")),
            ("supersedes", JsonBridge.Parse("""{"type": "string", "description": "id of a waiting plan of yours that this one replaces"}""")));

    /// <summary>What wait_for_plan takes.</summary>
    /// <param name="otherwise">The default bound in seconds.</param>
    /// <param name="longest">The longest bound in seconds.</param>
    public static JsonObject Wait(int otherwise, int longest) => JsonBridge.Parse($$$"""
        {"type": "object", "properties": {
            "plan_id": {"type": "string", "description": "the id that propose_plan returned"},
            "timeout_seconds": {"type": "integer", "minimum": 0, "maximum": {{{longest}}}, "default": {{{otherwise}}}},
            "seen_status": {"description": "the status that you know; the call returns at once when it is another by now", "enum": [{{{string.Join(", ", PlanStatusWords.All.Select(word => $"\"{word}\""))}}}]}},
         "required": ["plan_id"], "additionalProperties": false}
        """);

    private static JsonObject Input(params ReadOnlySpan<(string Name, JsonValue? Value)> properties) =>
        JsonObject.Of(
            ("type", "object"),
            ("properties", JsonObject.Of(properties)),
            ("required", new JsonArray(["body"])),
            ("additionalProperties", false));

    private static JsonObject Output(string properties, params IEnumerable<string> required) => JsonBridge.Parse($$$"""
        {"type": "object", "properties": { {{{properties}}}, {{{Refusal}}} },
         "anyOf": [{"required": [{{{string.Join(", ", required.Select(name => $"\"{name}\""))}}}]}, {"required": ["error", "refusal"]}]}
        """);
}
