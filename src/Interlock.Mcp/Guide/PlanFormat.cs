using Interlock.Sessions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Mcp.Wire;

namespace Interlock.Mcp.Guide;

/// <summary>The plan format for an agent: as a JSON Schema with the names of this catalog, and in words.</summary>
internal static class PlanFormat
{
    /// <summary>More names than this are left to describe_catalog: an input schema is in every prompt.</summary>
    private const int MostNames = 100;

    private const string TargetSchema = """
        {"type": "object", "required": ["kind", "id"], "properties": {"kind": {"type": "string"}, "id": {"type": "string"}},
         "description": "what the stage is about, for the reviewer; what it really touches is computed"}
        """;

    /// <summary>The JSON Schema of a body. It helps a model to write one; what decides is the validator.</summary>
    /// <param name="session">The session.</param>
    public static JsonObject Schema(AgentSession session)
    {
        var extension = session.Policy.SchemaExtension;
        var target = extension.TargetSchema?.ToString() ?? TargetSchema;
        var action = Names(session.Catalog.Actions.Keys, "the name of an action, see describe_catalog");
        var check = Check(session);
        var stage = JsonBridge.Parse($$$"""
            {"id": {"type": "string", "description": "unique within the plan"},
             "action": {{{action}}},
             "target": {{{target}}},
             "params": {"type": "object", "description": "the action's parameters, see describe_catalog"},
             "preconditions": {"type": "array", "items": {{{check}}}, "description": "must hold before the stage is dispatched"},
             "verify": {"type": "array", "items": {{{check}}}, "description": "must hold after it"},
             "rollback": {"type": "object", "additionalProperties": false,
                "description": "how a person would undo the stage: either {action, params?, target?} or {irreversible: true, justification}; never run by itself",
                "properties": {
                    "action": {{{action}}}, "params": {"type": "object"}, "target": {{{target}}},
                    "irreversible": {"const": true}, "justification": {"type": "string"} } },
             "note": {"type": "string"} }
            """);
        return JsonObject.Of(
            ("type", "object"),
            ("required", new JsonArray(["intent", "stages"])),
            ("additionalProperties", false),
            ("properties", Extended(
                JsonObject.Of(
                    ("intent", JsonBridge.Parse("""{"type": "string", "minLength": 1, "description": "one sentence: what the plan is for"}""")),
                    ("note", JsonBridge.Parse("""{"type": "string"}""")),
                    ("stages", JsonObject.Of(
                        ("type", "array"),
                        ("minItems", 1),
                        ("description", "executed one after another; the first failure halts the plan for good"),
                        ("items", JsonObject.Of(
                            ("type", "object"),
                            ("required", new JsonArray(["id", "action"])),
                            ("additionalProperties", false),
                            ("properties", Extended(stage, extension.StageProperties))))))),
                extension.BodyProperties)));
    }

    /// <summary>The rules in words.</summary>
    /// <param name="session">The session.</param>
    public static IEnumerable<string> Rules(AgentSession session)
    {
        var policy = session.Policy;
        yield return "a mutating stage needs `rollback`: {\"action\", \"params\"?, \"target\"?} that would undo it, or {\"irreversible\": true, \"justification\": \"...\"}";
        yield return policy.RequirePreconditionsForMutating
            ? "a mutating stage needs at least one entry in `preconditions`"
            : "preconditions are optional here; add those that would make you stop";
        yield return "a check is {\"check\": <probe>, \"probe\": {its arguments}, \"expect\": {\"op\", \"value\"}}; `value` is always a string; `op` is one of "
            + string.Join(", ", CheckOperators.Words);
        yield return "`value` is compared with what the probe `answers`, see describe_catalog: `equals` and `not_equals` as trimmed text without regard to case, "
            + "`at_least` and `at_most` as decimal numbers, `contains` as a part of the text, `equals_exact` as it stands, `matches` as a regular expression for the whole text";
        yield return "`verify` is not demanded, but without it nobody knows whether a stage worked: check there what the stage changes";
        yield return "stage ids are unique; unknown fields, unknown actions and unknown probes are refused";
        yield return "no secret may stand in a plan, in any string: name a reference that the action resolves";
        yield return "no control, invisible or bidirectional characters in any string or key, but line feeds and tabs";
        if (policy.ForbiddenActions.Count > 0)
        {
            yield return $"policy forbids the actions {string.Join(", ", policy.ForbiddenActions.Order(StringComparer.Ordinal).Select(name => $"`{name}`"))}";
        }

        foreach (var rule in policy.ForbiddenTargets)
        {
            yield return $"policy forbids every target and resource that matches {rule.Json}";
        }

        foreach (var custom in policy.CustomInvariants)
        {
            yield return $"the custom rule `{custom.Name}` must hold";
        }
    }

    /// <summary>The way of a plan in words.</summary>
    /// <param name="settings">Where a person decides.</param>
    public static IEnumerable<string> Flow(McpServerSettings settings)
    {
        yield return "describe_catalog: see actions, probes and rules";
        yield return "check_plan: mend the body until `approvable` is true";
        yield return "propose_plan: the same body; nothing is executed";
        yield return $"a person approves or rejects, you cannot: {settings.ApproverHint}; tell the person, then call wait_for_plan until the status changes";
        yield return "execute_plan: once the status is `approved`; each stage: preconditions, dispatch, verify; any failure halts for good";
        yield return "after a halt: look at the world, then propose a new plan with `continues`";
    }

    private static string Check(AgentSession session) => $$$"""
        {"type": "object", "required": ["check", "expect"], "additionalProperties": false, "properties": {
            "check": {{{Names(session.Catalog.Probes.Keys, "the name of a probe, see describe_catalog")}}},
            "probe": {"type": "object", "description": "the probe's arguments, see describe_catalog"},
            "expect": {"type": "object", "required": ["op", "value"], "additionalProperties": false, "properties": {
                "op": {"enum": {{{new JsonArray(CheckOperators.Words.Select(word => (JsonValue)word))}}} },
                "value": {"type": "string", "description": "always a string, for numbers too"} } },
            "note": {"type": "string"} } }
        """;

    private static string Names(IReadOnlyCollection<string> names, string description)
    {
        var schema = JsonObject.Of(("type", "string"), ("description", description));
        return names.Count is 0 or > MostNames
            ? schema.ToString()
            : schema.With("enum", new JsonArray(names.Order(StringComparer.Ordinal).Select(name => (JsonValue)name))).ToString();
    }

    private static JsonObject Extended(JsonObject properties, JsonObject more) =>
        JsonObject.Of(properties.Members.Concat(more.Members));
}
