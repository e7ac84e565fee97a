using System.Collections.Frozen;
using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Policies;

/// <summary>
/// The rules that every plan is measured by. Immutable; made from data (<see cref="TryParse"/>) or in code
/// (<see cref="PolicyBuilder"/>), both through the same checks.
/// </summary>
public sealed class Policy
{
    private readonly JsonObject rules;

    internal Policy(PolicyParts parts, ImmutableArray<CustomInvariant> customInvariants)
    {
        Parts = parts;
        CustomInvariants = customInvariants;
        rules = parts.ToJson();
        Json = customInvariants.IsEmpty
            ? rules
            : rules.With("custom_invariants", new JsonArray(customInvariants.Select(static one => (JsonValue)one.Name)));
        Digest = CanonicalJson.Hash(Json);
    }

    /// <summary>The policy that data without any key describes: no action is known, so every plan fails.</summary>
    public static Policy Empty { get; } = new(PolicyParts.Default, []);

    /// <summary>The default <c>secret_patterns</c>, for a policy that adds to them.</summary>
    public static ImmutableArray<string> DefaultSecretPatterns => SecretPatterns.DefaultTexts;

    /// <summary>Whether a text holds what the default <see cref="DefaultSecretPatterns"/> look for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hexadecimal">Whether a long hexadecimal number counts: it is a digest more often than a secret.</param>
    public static bool HoldsSecret(string text, bool hexadecimal) => SecretPatterns.Default.Match(text, isContent: !hexadecimal);

    /// <summary>The actions that the policy knows.</summary>
    public FrozenDictionary<string, ActionRule> ActionRegistry => Parts.ActionRegistry;

    /// <summary>Actions that no plan may name, in a stage or in a rollback.</summary>
    public FrozenSet<string> ForbiddenActions => Parts.ForbiddenActions;

    /// <summary>Targets and resources that no plan may touch.</summary>
    public ImmutableArray<TargetRule> ForbiddenTargets => Parts.ForbiddenTargets;

    /// <summary>What becomes of an action that nobody registered.</summary>
    public UnknownAction UnknownAction => Parts.UnknownAction;

    /// <summary>Whether a stage that changes the world needs a precondition.</summary>
    public bool RequirePreconditionsForMutating => Parts.RequirePreconditionsForMutating;

    /// <summary>The regular expressions of what looks like a secret.</summary>
    public ImmutableArray<string> SecretPatternTexts => Parts.Secrets.Texts;

    /// <summary>What the policy adds to the plan schema.</summary>
    public SchemaExtension SchemaExtension => Parts.Extension;

    /// <summary>Rules in code, in the order in which they are numbered from 8.</summary>
    public ImmutableArray<CustomInvariant> CustomInvariants { get; }

    /// <summary>Every rule, the defaults spelled out, the custom invariants by name.</summary>
    public JsonObject Json { get; }

    /// <summary>The digest of <see cref="Json"/>.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>The secret scan.</summary>
    internal SecretPatterns Secrets => Parts.Secrets;

    /// <summary>The plan schema with the policy's extension, compiled once.</summary>
    internal JsonSchema PlanSchema => Parts.PlanSchema;

    internal PolicyParts Parts { get; }

    /// <summary>Reads a policy from data, as interop describes it. Every key is optional; an unknown one is an error.</summary>
    /// <param name="json">The policy.</param>
    /// <returns>The policy, or the path, the fault and the mend.</returns>
    public static Result<Policy> TryParse(JsonValue json) => PolicyParser.Parse(json);

    /// <summary>The same policy with further rules in code, numbered after those that it has.</summary>
    /// <param name="invariants">The rules; names are unique.</param>
    /// <exception cref="ArgumentException">A name stands twice.</exception>
    public Policy With(params IEnumerable<CustomInvariant> invariants)
    {
        ImmutableArray<CustomInvariant> all = [.. CustomInvariants, .. invariants];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var invariant in all)
        {
            if (!names.Add(invariant.Name))
            {
                throw new ArgumentException($"the invariant `{invariant.Name}` stands twice", nameof(invariants));
            }
        }

        return new Policy(Parts, all);
    }
}
