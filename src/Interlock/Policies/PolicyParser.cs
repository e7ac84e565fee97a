using System.Collections.Frozen;
using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Policies;

/// <summary>Reads a policy from data. The first fault ends the reading: a policy is either whole or not there.</summary>
internal static class PolicyParser
{
    private static readonly ImmutableArray<string> Keys =
    [
        "action_registry", "forbidden_actions", "forbidden_targets", "secret_patterns", "unknown_action",
        "require_preconditions_for_mutating", "schema_extension",
    ];

    private static readonly ImmutableArray<string> ActionKeys = ["mutating", "creating"];

    private static readonly ImmutableArray<string> ExtensionKeys = ["stage_properties", "body_properties", "target_schema"];

    public static Result<Policy> Parse(JsonValue json)
    {
        if (json is not JsonObject policy)
        {
            return Fault(JsonError.Root, "a policy is an object; write its keys, or `{}` for the default one");
        }

        if (Unknown(policy, Keys, "") is { } unknown)
        {
            return unknown;
        }

        var parts = new PolicyParts();
        var fault = ReadActions(policy, ref parts)
            ?? ReadForbiddenActions(policy, ref parts)
            ?? ReadForbiddenTargets(policy, ref parts)
            ?? ReadSecrets(policy, ref parts)
            ?? ReadSwitches(policy, ref parts)
            ?? ReadExtension(policy, ref parts);
        return fault is null ? new Policy(parts, []) : fault;
    }

    private static Refusal? ReadActions(JsonObject policy, ref PolicyParts parts)
    {
        if (policy["action_registry"] is not { } value)
        {
            return null;
        }

        if (value is not JsonObject registry)
        {
            return Fault("action_registry", "not an object; write `name: {mutating: true}` for each action");
        }

        var actions = new Dictionary<string, ActionRule>(StringComparer.Ordinal);
        foreach (var (name, entry) in registry.Members)
        {
            var path = $"action_registry/{SafeText.Escape(name, SafeText.LongestStep)}";
            if (name.Length == 0 || entry is not JsonObject rule)
            {
                return Fault(path, "an action has a name and an object; write `name: {mutating: true}`");
            }

            if (Unknown(rule, ActionKeys, path) is { } unknown)
            {
                return unknown;
            }

            if (Flag(rule, "mutating", path, out var mutating) is { } wrong)
            {
                return wrong;
            }

            if (Flag(rule, "creating", path, out var creating) is { } alsoWrong)
            {
                return alsoWrong;
            }

            // what creates a thing changes the world, whatever the other key says
            actions[name] = new ActionRule(mutating || creating, creating);
        }

        parts = parts with { ActionRegistry = actions.ToFrozenDictionary(StringComparer.Ordinal) };
        return null;
    }

    private static Refusal? ReadForbiddenActions(JsonObject policy, ref PolicyParts parts)
    {
        if (Texts(policy, "forbidden_actions", out var names) is { } fault)
        {
            return fault;
        }

        parts = names.IsDefault ? parts : parts with { ForbiddenActions = names.ToFrozenSet(StringComparer.Ordinal) };
        return null;
    }

    private static Refusal? ReadForbiddenTargets(JsonObject policy, ref PolicyParts parts)
    {
        if (policy["forbidden_targets"] is not { } value)
        {
            return null;
        }

        if (value is not JsonArray list)
        {
            return Fault("forbidden_targets", "not a list; write `- {kind: vm, id: \"105\"}` for each");
        }

        var rules = ImmutableArray.CreateBuilder<TargetRule>(list.Items.Length);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (list.Items[i] is not JsonObject rule)
            {
                return Fault($"forbidden_targets/{i}", "not an object; name fields to match, as in `{kind: vm, id: \"105\"}`");
            }

            foreach (var (name, field) in rule.Members)
            {
                if (field is JsonObject or JsonArray)
                {
                    return Fault(
                        $"forbidden_targets/{i}/{SafeText.Escape(name, SafeText.LongestStep)}",
                        "fields are compared as text; write a string, a number or a truth value");
                }
            }

            rules.Add(new TargetRule(rule));
        }

        parts = parts with { ForbiddenTargets = rules.ToImmutable() };
        return null;
    }

    private static Refusal? ReadSecrets(JsonObject policy, ref PolicyParts parts)
    {
        if (Texts(policy, "secret_patterns", out var texts) is { } fault)
        {
            return fault;
        }

        if (texts.IsDefault)
        {
            return null;
        }

        if (!SecretPatterns.TryCreate(texts, out var secrets, out var faulty, out var error))
        {
            return Fault($"secret_patterns/{faulty}", error);
        }

        parts = parts with { Secrets = secrets };
        return null;
    }

    private static Refusal? ReadSwitches(JsonObject policy, ref PolicyParts parts)
    {
        if (policy["unknown_action"] is { } word)
        {
            UnknownAction? unknown = (word as JsonString)?.Value switch
            {
                "reject" => UnknownAction.Reject,
                "mutating" => UnknownAction.Mutating,
                "read" => UnknownAction.Read,
                _ => null,
            };
            if (unknown is not { } known)
            {
                return Fault("unknown_action", "not one of `reject`, `mutating`, `read`; choose one");
            }

            parts = parts with { UnknownAction = known };
        }

        if (policy["require_preconditions_for_mutating"] is not null)
        {
            if (Flag(policy, "require_preconditions_for_mutating", "", out var required) is { } fault)
            {
                return fault;
            }

            parts = parts with { RequirePreconditionsForMutating = required };
        }

        return null;
    }

    private static Refusal? ReadExtension(JsonObject policy, ref PolicyParts parts)
    {
        const string Path = "schema_extension";
        if (policy[Path] is not { } value)
        {
            return null;
        }

        if (value is not JsonObject json)
        {
            return Fault(Path, "not an object; write `stage_properties`, `body_properties` or `target_schema`");
        }

        if (Unknown(json, ExtensionKeys, Path) is { } unknown)
        {
            return unknown;
        }

        if (Properties(json, "body_properties", PlanSchemaText.BodyProperties, out var body) is { } bodyFault)
        {
            return bodyFault;
        }

        if (Properties(json, "stage_properties", PlanSchemaText.StageProperties, out var stage) is { } stageFault)
        {
            return stageFault;
        }

        var extension = new SchemaExtension(body, stage, json["target_schema"]);
        if (extension.TargetSchema is { } target && SchemaFault(target, $"{Path}/target_schema") is { } targetFault)
        {
            return targetFault;
        }

        if (!JsonSchema.TryCompile(PlanSchemaText.With(extension), out var compiled, out var error))
        {
            return Fault(Path, $"does not fit into the plan schema, {error}");
        }

        parts = parts with { Extension = extension, PlanSchema = compiled };
        return null;
    }

    private static Refusal? Properties(JsonObject extension, string key, JsonObject builtIn, out JsonObject properties)
    {
        properties = JsonObject.Empty;
        if (extension[key] is not { } value)
        {
            return null;
        }

        var path = $"schema_extension/{key}";
        if (value is not JsonObject named)
        {
            return Fault(path, "not an object; write `name: {its schema}` for each property");
        }

        foreach (var (name, schema) in named.Members)
        {
            var at = $"{path}/{SafeText.Escape(name, SafeText.LongestStep)}";
            if (builtIn[name] is not null)
            {
                return Fault(at, "redefines a property of the plan schema; choose another name");
            }

            if (SchemaFault(schema, at) is { } fault)
            {
                return fault;
            }
        }

        properties = named;
        return null;
    }

    /// <summary>Compiled alone first, so that a fault is named where its author wrote it.</summary>
    private static Refusal? SchemaFault(JsonValue schema, string path) =>
        JsonSchema.TryCompile(schema, out _, out var error)
            ? null
            : Fault(error.Path == JsonError.Root ? path : $"{path}/{error.Path}", error.Message);

    private static Refusal? Texts(JsonObject policy, string key, out ImmutableArray<string> texts)
    {
        texts = default;
        if (policy[key] is not { } value)
        {
            return null;
        }

        if (value is not JsonArray list)
        {
            return Fault(key, "not a list; write a list of strings");
        }

        var read = ImmutableArray.CreateBuilder<string>(list.Items.Length);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (list.Items[i] is not JsonString { Value.Length: > 0 } text)
            {
                return Fault($"{key}/{i}", "not a string with text in it; write one");
            }

            read.Add(text.Value);
        }

        texts = read.ToImmutable();
        return null;
    }

    private static Refusal? Flag(JsonObject json, string key, string path, out bool value)
    {
        value = json[key] is JsonBoolean { Value: true };
        return json[key] is null or JsonBoolean
            ? null
            : Fault(path.Length == 0 ? key : $"{path}/{key}", "not a truth value; write `true` or `false`");
    }

    private static Refusal? Unknown(JsonObject json, ImmutableArray<string> known, string path)
    {
        foreach (var (name, _) in json.Members)
        {
            if (!known.Contains(name))
            {
                var shown = SafeText.Escape(name, SafeText.LongestStep);
                return Fault(
                    path.Length == 0 ? shown : $"{path}/{shown}",
                    $"unknown key; known here: {string.Join(", ", known.Select(static key => $"`{key}`"))}");
            }
        }

        return null;
    }

    private static Refusal Fault(string path, string message) => new(RefusalCode.Malformed, path, message);
}
