using System.Collections.Immutable;
using System.Globalization;
using Interlock.Actions;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// Which plans a rule or a freeze is about. Everything that is said must hold; what is not said holds for every plan. What is said of
/// stages (action, target, irreversible) must hold of one and the same stage.
/// </summary>
public sealed class PlanMatch
{
    private static readonly ImmutableArray<string> Keys = ["action", "agent", "irreversible", "stages", "target"];

    private PlanMatch(ImmutableArray<string> actions, ImmutableArray<string> agents, TargetPattern? target, int leastStages, bool irreversible)
    {
        Actions = actions;
        Agents = agents;
        Target = target;
        LeastStages = leastStages;
        Irreversible = irreversible;
        Json = JsonObject.Of(
            ("action", actions.IsEmpty ? null : (JsonValue)Texts(actions)),
            ("agent", agents.IsEmpty ? null : (JsonValue)Texts(agents)),
            ("irreversible", irreversible ? JsonBoolean.True : null),
            ("stages", leastStages == 0 ? null : (JsonValue)JsonObject.Of(("at_least", leastStages))),
            ("target", target?.Json));
    }

    /// <summary>Matches every plan.</summary>
    public static PlanMatch Every { get; } = new([], [], null, 0, false);

    /// <summary>A stage does one of these; empty for any action.</summary>
    public ImmutableArray<string> Actions { get; }

    /// <summary>One of these agents proposed it; empty for any agent.</summary>
    public ImmutableArray<string> Agents { get; }

    /// <summary>A stage declares or touches this; null for anything.</summary>
    public TargetPattern? Target { get; }

    /// <summary>It has at least so many stages; 0 for any number.</summary>
    public int LeastStages { get; }

    /// <summary>Whether a stage must be one that nothing undoes.</summary>
    public bool Irreversible { get; }

    /// <summary>The match as data; empty where it matches every plan.</summary>
    public JsonObject Json { get; }

    /// <summary>Whether a plan is meant.</summary>
    internal bool Matches(PlanFacts plan) =>
        (Agents.IsEmpty || Agents.Contains(plan.Agent, StringComparer.Ordinal))
        && plan.Stages.Length >= LeastStages
        && ((Actions.IsEmpty && Target is null && !Irreversible) || plan.Stages.Any(Matches));

    /// <summary>Reads a match; every plan where there is none.</summary>
    internal static Result<PlanMatch> Parse(JsonValue? value, string path, PolicyNames names)
    {
        if (value is null)
        {
            return Every;
        }

        if (value is not JsonObject json)
        {
            return PolicyField.Fault(path, "not an object; write `{action: deploy}` or `{target: {kind: service, id: \"prod-*\"}}`");
        }

        if (PolicyField.Unknown(json, Keys, path) is { } unknown)
        {
            return unknown;
        }

        if (!PolicyField.Names(json, "action", path, names.ActionFault).TryGet(out var actions, out var refusal)
            || !PolicyField.Names(json, "agent", path, names.AgentFault).TryGet(out var agents, out refusal))
        {
            return refusal;
        }

        TargetPattern? target = null;
        if (json["target"] is { } pattern && !TargetPattern.Parse(pattern, PolicyField.At(path, "target")).TryGet(out target, out refusal))
        {
            return refusal;
        }

        if (json["irreversible"] is not (null or JsonBoolean { Value: true }))
        {
            return PolicyField.Fault(PolicyField.At(path, "irreversible"), "can only be `true`; leave it out to mean every stage");
        }

        return Stages(json["stages"], PolicyField.At(path, "stages")).TryGet(out var least, out refusal)
            ? new PlanMatch(actions, agents, target, least, json["irreversible"] is not null)
            : refusal;
    }

    private bool Matches(StageFacts stage) =>
        (Actions.IsEmpty || Actions.Contains(stage.Action, StringComparer.Ordinal))
        && (Target is not { } target || stage.Touches.Any(target.Matches))
        && (!Irreversible || stage.IsIrreversible);

    private static Result<int> Stages(JsonValue? value, string path)
    {
        const int Most = 1_000_000;
        return value switch
        {
            null => 0,
            JsonObject { Count: 1 } json when json["at_least"] is JsonNumber { Value: >= 1 and <= Most } least && least.Value == Math.Truncate(least.Value) =>
                (int)least.Value,
            _ => PolicyField.Fault(path, string.Create(CultureInfo.InvariantCulture, $"not a number of stages; write `{{at_least: 5}}`, 1 to {Most}")),
        };
    }

    private static JsonArray Texts(ImmutableArray<string> texts) => new(texts.Select(static text => (JsonValue)text));
}

/// <summary>Targets and resources by kind and id; in an id <c>*</c> stands for any run of characters, none and <c>/</c> included.</summary>
public sealed class TargetPattern
{
    private static readonly ImmutableArray<string> Keys = ["id", "kind"];

    private TargetPattern(string? kind, string? id)
    {
        Kind = kind;
        Id = id;
        Json = JsonObject.Of(("kind", kind is null ? null : (JsonValue)kind), ("id", id is null ? null : (JsonValue)id));
    }

    /// <summary>The kind, exactly; null for every kind.</summary>
    public string? Kind { get; }

    /// <summary>The id, with <c>*</c>; null for every id.</summary>
    public string? Id { get; }

    /// <summary>The pattern as data.</summary>
    public JsonObject Json { get; }

    /// <summary><c>service:prod-*</c>.</summary>
    public override string ToString() => $"{Kind ?? "*"}:{Id ?? "*"}";

    /// <summary>Whether a target or a resource is meant.</summary>
    internal bool Matches(Resource thing) =>
        (Kind is null || TargetRule.SameText(thing.Kind, Kind))
        && (Id is null || (Id.Contains('*', StringComparison.Ordinal) ? Wildcard.Matches(Id, thing.Id) : TargetRule.SameText(thing.Id, Id)));

    internal static Result<TargetPattern> Parse(JsonValue value, string path)
    {
        if (value is not JsonObject { Count: > 0 } json)
        {
            return PolicyField.Fault(path, "names nothing; write `{kind: service, id: \"prod-*\"}`, or one of the two");
        }

        if (PolicyField.Unknown(json, Keys, path) is { } unknown)
        {
            return unknown;
        }

        foreach (var (name, field) in json.Members)
        {
            if (field is not (JsonString or JsonNumber or JsonBoolean) || TargetRule.TextOf(field).Length is 0 or > 4_096)
            {
                return PolicyField.Fault(PolicyField.At(path, name), "not a text; write what the target must have");
            }
        }

        if (json.Text("kind")?.Contains('*', StringComparison.Ordinal) == true)
        {
            return PolicyField.Fault(PolicyField.At(path, "kind"), "a kind is matched as it is; leave `kind` out to mean every kind");
        }

        return new TargetPattern(Text(json["kind"]), Text(json["id"]));
    }

    private static string? Text(JsonValue? value) => value is null ? null : TargetRule.TextOf(value);
}
