using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>Writes a policy in code. What it builds goes through the same checks as a policy from data.</summary>
public sealed class PolicyBuilder
{
    private readonly Dictionary<string, JsonValue> actions = new(StringComparer.Ordinal);
    private readonly List<JsonValue> forbiddenActions = [];
    private readonly List<JsonValue> forbiddenTargets = [];
    private readonly List<CustomInvariant> invariants = [];
    private readonly Dictionary<string, JsonValue> others = new(StringComparer.Ordinal);

    /// <summary>Registers an action.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mutating">Whether it changes the world.</param>
    /// <param name="creating">Whether it creates what it targets; implies <paramref name="mutating"/>.</param>
    public PolicyBuilder Action(string name, bool mutating = true, bool creating = false)
    {
        actions[name] = JsonObject.Of(("mutating", mutating || creating), ("creating", creating));
        return this;
    }

    /// <summary>Forbids actions in stages and rollbacks.</summary>
    /// <param name="names">Their names.</param>
    public PolicyBuilder ForbidActions(params IEnumerable<string> names)
    {
        forbiddenActions.AddRange(names.Select(static name => (JsonValue)name));
        return this;
    }

    /// <summary>Forbids a target: all the named fields must match, as text.</summary>
    /// <param name="fields">The fields and their values.</param>
    public PolicyBuilder ForbidTarget(params ReadOnlySpan<(string Name, JsonValue? Value)> fields)
    {
        forbiddenTargets.Add(JsonObject.Of(fields));
        return this;
    }

    /// <summary>Replaces the shapes of secrets; <see cref="Policy.DefaultSecretPatterns"/> has the default ones.</summary>
    /// <param name="patterns">Regular expressions that need no backtracking.</param>
    public PolicyBuilder SecretPatterns(params IEnumerable<string> patterns) =>
        Set("secret_patterns", new JsonArray(patterns.Select(static pattern => (JsonValue)pattern)));

    /// <summary>Says what becomes of an action that nobody registered.</summary>
    /// <param name="action">The rule.</param>
    public PolicyBuilder OnUnknownAction(UnknownAction action) => Set("unknown_action", PolicyParts.UnknownActionWord(action));

    /// <summary>Waives the rule that a stage which changes the world has a precondition.</summary>
    public PolicyBuilder WaivePreconditions() => Set("require_preconditions_for_mutating", false);

    /// <summary>Adds to the plan schema.</summary>
    /// <param name="extension">What to add.</param>
    public PolicyBuilder Extend(SchemaExtension extension) => Set("schema_extension", extension.ToJson());

    /// <summary>Adds a rule in code.</summary>
    /// <param name="name">Its name on the wire.</param>
    /// <param name="check">Looks at the plan and answers; one that throws counts as failed.</param>
    public PolicyBuilder Invariant(string name, Func<JsonValue, InvariantAnswer> check)
    {
        invariants.Add(new CustomInvariant(name, check));
        return this;
    }

    /// <summary>Builds the policy, or says which part is at fault.</summary>
    public Result<Policy> TryBuild()
    {
        var json = JsonObject.Of(
            Members(others).Concat(
            [
                new JsonMember("action_registry", JsonObject.Of(Members(actions))),
                new JsonMember("forbidden_actions", new JsonArray(forbiddenActions)),
                new JsonMember("forbidden_targets", new JsonArray(forbiddenTargets)),
            ]));
        return Policy.TryParse(json).TryGet(out var policy, out var refusal) ? policy.With(invariants) : refusal;
    }

    /// <summary>Builds the policy.</summary>
    /// <exception cref="InvalidOperationException">A part is at fault, which is a bug in the program that wrote it.</exception>
    public Policy Build() => TryBuild().TryGet(out var policy, out var refusal)
        ? policy
        : throw new InvalidOperationException($"at {refusal.Path} of the policy: {refusal.Message}");

    private static IEnumerable<JsonMember> Members(Dictionary<string, JsonValue> values) =>
        values.Select(static pair => new JsonMember(pair.Key, pair.Value));

    private PolicyBuilder Set(string key, JsonValue value)
    {
        others[key] = value;
        return this;
    }
}
