using System.Collections.Frozen;
using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Policies;

/// <summary>The parsed parts of a policy, before it is one.</summary>
internal sealed record PolicyParts
{
    public static PolicyParts Default { get; } = new();

    public FrozenDictionary<string, ActionRule> ActionRegistry { get; init; } = FrozenDictionary<string, ActionRule>.Empty;

    public FrozenSet<string> ForbiddenActions { get; init; } = FrozenSet<string>.Empty;

    public ImmutableArray<TargetRule> ForbiddenTargets { get; init; } = [];

    public SecretPatterns Secrets { get; init; } = SecretPatterns.Default;

    public UnknownAction UnknownAction { get; init; }

    public bool RequirePreconditionsForMutating { get; init; } = true;

    public SchemaExtension Extension { get; init; } = SchemaExtension.None;

    public JsonSchema PlanSchema { get; init; } = PlanSchemaText.Compiled;

    /// <summary>The rules with every default spelled out, so that a default which changes changes the digest.</summary>
    public JsonObject ToJson() => JsonObject.Of(
        ("action_registry", JsonObject.Of(ActionRegistry.Select(static action => new JsonMember(
            action.Key,
            JsonObject.Of(("mutating", action.Value.Mutating), ("creating", action.Value.Creating)))))),
        ("forbidden_actions", Strings(ForbiddenActions.Order(StringComparer.Ordinal))),
        ("forbidden_targets", new JsonArray(ForbiddenTargets.Select(static rule => (JsonValue)rule.Json))),
        ("require_preconditions_for_mutating", RequirePreconditionsForMutating),
        ("schema_extension", Extension.ToJson()),
        ("secret_patterns", Strings(Secrets.Texts)),
        ("unknown_action", UnknownActionWord(UnknownAction)));

    public static string UnknownActionWord(UnknownAction action) => action switch
    {
        UnknownAction.Reject => "reject",
        UnknownAction.Mutating => "mutating",
        UnknownAction.Read => "read",
    };

    private static JsonArray Strings(IEnumerable<string> texts) => new(texts.Select(static text => (JsonValue)text));
}
