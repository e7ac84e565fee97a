using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Plans;

/// <summary>
/// Turns a body into types. Asked after the schema, but it trusts nobody: a policy's extension may have widened what a
/// target is, and a body read back from a store has met no schema at all.
/// </summary>
internal static class PlanBodyParser
{
    public static Result<PlanBody> Parse(JsonValue body)
    {
        // hashing recurses and needs well-formed text; both are made sure of first
        return BodyWalk.Fault(body) is { } fault ? Fault(fault.Path, fault.Message) : Parse(body, PlanHash.Of(body));
    }

    /// <summary>The same for a body that is known to be within bounds, with the hash already computed.</summary>
    public static Result<PlanBody> Parse(JsonValue body, PlanHash hash)
    {
        if (body is not JsonObject json)
        {
            return Fault(JsonError.Root, "a body is an object; write `intent` and `stages`");
        }

        if (json.Text("intent") is not { Length: > 0 } intent)
        {
            return Fault("intent", "the intent is missing or not text; say what the plan is for");
        }

        if (!OptionalText(json, "note", out var note))
        {
            return Fault("note", "the note is not text; write a string or leave it out");
        }

        if (json["stages"] is not JsonArray { Items.Length: > 0 } list)
        {
            return Fault("stages", "there are no stages; write a list with at least one");
        }

        var stages = ImmutableArray.CreateBuilder<Stage>(list.Items.Length);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (!ParseStage(i, list.Items[i]).TryGet(out var stage, out var refusal))
            {
                return refusal;
            }

            stages.Add(stage);
        }

        return new PlanBody(json, hash, intent, note, stages.MoveToImmutable());
    }

    private static Result<Stage> ParseStage(int index, JsonValue value)
    {
        var path = $"stages/{index}";
        if (value is not JsonObject json)
        {
            return Fault(path, "a stage is an object; write `id` and `action`");
        }

        if (json.Text("id") is not { } id || !IsName(id))
        {
            return Fault($"{path}/id", "the id is missing or not 1 to 128 bytes without a line feed; write one");
        }

        if (json.Text("action") is not { } action || !IsName(action))
        {
            return Fault($"{path}/action", "the action is missing or not 1 to 128 bytes without a line feed; write one");
        }

        if (!OptionalObject(json, "params", out var parameters))
        {
            return Fault($"{path}/params", "the params are not an object; write one or leave it out");
        }

        if (!OptionalText(json, "note", out var note))
        {
            return Fault($"{path}/note", "the note is not text; write a string or leave it out");
        }

        if (!ParseTarget(json, out var target))
        {
            return Fault($"{path}/target", "the target is not an object; write `{kind, id}` or leave it out");
        }

        if (!ParseChecks(json, "preconditions", path).TryGet(out var preconditions, out var refusal)
            || !ParseChecks(json, "verify", path).TryGet(out var verify, out refusal))
        {
            return refusal;
        }

        var rollback = ParseRollback(json, out var known);
        return known
            ? new Stage(index, id, action, target, parameters, preconditions, verify, rollback, note, json)
            : Fault($"{path}/rollback", "neither `{action}` nor `{irreversible: true, justification}`; write one of them");
    }

    private static Result<ImmutableArray<Check>> ParseChecks(JsonObject stage, string key, string path)
    {
        if (stage[key] is null)
        {
            return ImmutableArray<Check>.Empty;
        }

        if (stage[key] is not JsonArray list)
        {
            return Fault($"{path}/{key}", "not a list of checks; write a list or leave it out");
        }

        var checks = ImmutableArray.CreateBuilder<Check>(list.Items.Length);
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (CheckOf(list.Items[i]) is not { } check)
            {
                return Fault(
                    $"{path}/{key}/{i}", "not a check; write `{check, probe, expect: {op, value}}` with a known operator");
            }

            checks.Add(check);
        }

        return checks.MoveToImmutable();
    }

    /// <summary>A check by itself; null where it is none.</summary>
    public static Check? CheckOf(JsonValue value) =>
        value is JsonObject json
        && json.Text("check") is { Length: > 0 } name
        && OptionalObject(json, "probe", out var arguments)
        && json["expect"] is JsonObject expect
        && CheckOperators.Parse(expect.Text("op")) is var op && op != CheckOperator.Unknown
        && expect.Text("value") is { } expected
        && OptionalText(json, "note", out var note)
            ? new Check(name, arguments, op, expected, note)
            : null;

    /// <summary>
    /// Which probe a check asks with which arguments, whatever it expects: without an operator where the expectation cannot be read;
    /// null where no probe is named.
    /// </summary>
    public static Check? QuestionOf(JsonValue value) => CheckOf(value) ?? (
        value is JsonObject json
        && json.Text("check") is { Length: > 0 } name
        && OptionalObject(json, "probe", out var arguments)
            ? new Check(name, arguments, CheckOperator.Unknown, "", null)
            : null);

    /// <summary>What a stage would do, without its checks and its rollback, which may be at fault; null where that cannot be read.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="stage">The stage as it stands.</param>
    public static Stage? DeedOf(int index, JsonObject stage) =>
        stage.Text("id") is { } id && IsName(id)
        && stage.Text("action") is { } action && IsName(action)
        && OptionalObject(stage, "params", out var parameters)
        && ParseTarget(stage, out var target)
            ? new Stage(index, id, action, target, parameters, [], [], null, null, stage)
            : null;

    /// <summary>What a stage's rollback would do; null where it has none, or one that cannot be read.</summary>
    /// <param name="index">The stage's place.</param>
    /// <param name="stage">The stage as it stands.</param>
    public static Stage? UndoOf(int index, JsonObject stage) =>
        stage.Text("id") is { } id && IsName(id)
        && ParseRollback(stage, out _) is Rollback.Inverse inverse && stage["rollback"] is JsonObject json
            ? new Stage(index, id, inverse.Action, inverse.Target, inverse.Parameters, [], [], null, null, json)
            : null;

    private static Rollback? ParseRollback(JsonObject stage, out bool known)
    {
        known = true;
        switch (stage["rollback"])
        {
            case null:
                return null;
            case JsonObject json when json["irreversible"] is JsonBoolean { Value: true }
                && json.Text("justification") is { Length: > 0 } justification:
                return new Rollback.Irreversible(justification);
            case JsonObject json when json["irreversible"] is null
                && json.Text("action") is { } action && IsName(action)
                && OptionalObject(json, "params", out var parameters)
                && ParseTarget(json, out var target):
                return new Rollback.Inverse(action, parameters, target);
            default:
                known = false;
                return null;
        }
    }

    private static bool ParseTarget(JsonObject holder, out Target? target)
    {
        var value = holder["target"];

        // a policy's own target schema may do without `kind`; what is absent stays empty and so equals no resource
        target = value is JsonObject json ? new Target(Part(json, "kind"), Part(json, "id"), json) : null;
        return value is null or JsonObject;
    }

    private static string Part(JsonObject target, string name) => target[name] switch
    {
        null => string.Empty,
        JsonString text => text.Value,
        var other => other.ToString(),
    };

    private static bool OptionalText(JsonObject json, string name, out string? text)
    {
        text = json.Text(name);
        return json[name] is null or JsonString;
    }

    private static bool OptionalObject(JsonObject json, string name, out JsonObject value)
    {
        value = json[name] as JsonObject ?? JsonObject.Empty;
        return json[name] is null or JsonObject;
    }

    private static bool IsName(string text) => NameRule.Fault(text) is null && text.Length > 0;

    private static Refusal Fault(string path, string message) => new(RefusalCode.Invalid, path, message);
}
