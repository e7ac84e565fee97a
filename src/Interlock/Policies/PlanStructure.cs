using Interlock.Plans;
using System.Globalization;
using System.Text;
using Interlock.Actions;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// Invariants 3 to 6, the rules for names, and what a reviewer should look at twice: one pass over the stages as they stand,
/// whatever their shape, because a plan with several faults is to be told all of them.
/// </summary>
internal sealed class PlanStructure(Policy policy, Catalog? catalog)
{
    /// <summary>A plan of strange names need not become a list of thousands of flags.</summary>
    private const int MostFlags = 100;

    private readonly Faults identity = new();
    private readonly Faults rollbacks = new();
    private readonly Faults preconditions = new();
    private readonly Faults forbidden = new();
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    /// <summary>Names that are too long or hold a line feed.</summary>
    public List<PlanError> NameErrors { get; } = [];

    /// <summary>What a reviewer should look at twice.</summary>
    public List<ReviewFlag> Flags { get; } = [];

    public IEnumerable<InvariantResult> Results =>
    [
        identity.Result(3, InvariantNames.UniqueIdsAndKnownActions),
        rollbacks.Result(4, InvariantNames.MutatingHasRollback),
        preconditions.Result(5, InvariantNames.MutatingHasPreconditions),
        forbidden.Result(6, InvariantNames.NothingForbidden),
    ];

    /// <summary>Whether an action changes the world: it does if policy or catalog says so.</summary>
    public static bool IsMutating(Policy policy, Catalog? catalog, string? action)
    {
        var known = false;
        if (action is not null && policy.ActionRegistry.TryGetValue(action, out var rule))
        {
            known = true;
            if (rule.Mutating)
            {
                return true;
            }
        }

        if (action is not null && catalog is not null && catalog.Actions.TryGetValue(action, out var definition))
        {
            return definition.Mutating || definition.Creating;
        }

        return !known && policy.UnknownAction == UnknownAction.Mutating;
    }

    public void Look(JsonValue? body)
    {
        if (body is not JsonObject json || json["stages"] is not JsonArray stages)
        {
            return;
        }

        for (var i = 0; i < stages.Items.Length; i++)
        {
            if (stages.Items[i] is JsonObject stage)
            {
                LookAt(stage, i);
            }
        }
    }

    private static string At(int index, string rest) =>
        string.Create(CultureInfo.InvariantCulture, $"body/stages/{index}/{rest}");

    /// <summary>Values that the reference counts as the same id: numbers and truth values by value, absent as null.</summary>
    /// <remarks>The line feed in front keeps them apart from text, where it is refused.</remarks>
    private static string IdKey(JsonValue? id) => id switch
    {
        JsonString text => text.Value,
        null or JsonNull => "\nnull",
        JsonBoolean boolean => boolean.Value ? "\n1" : "\n0",
        JsonNumber number => "\n" + number,
        _ => "\n[]",
    };

    private static bool IsRollback(JsonValue? rollback) => rollback is JsonObject json
        && (json.Text("action") is { Length: > 0 }
            || (json["irreversible"] is JsonBoolean { Value: true } && json.Text("justification") is { Length: > 0 }));

    private void LookAt(JsonObject stage, int index)
    {
        var action = stage.Text("action");
        LookAtIdentity(stage, action, index);
        if (IsMutating(policy, catalog, action))
        {
            if (!IsRollback(stage["rollback"]))
            {
                rollbacks.Add(
                    At(index, "rollback"),
                    "a stage that changes the world needs one; write `{action}` or `{irreversible: true, justification}`");
            }

            if (policy.RequirePreconditionsForMutating && stage["preconditions"] is not JsonArray { Items.Length: > 0 })
            {
                preconditions.Add(
                    At(index, "preconditions"),
                    "a stage that changes the world needs at least one; write a check that must hold before it");
            }
        }

        LookAtParty(stage, action, index, "");
        if (stage["rollback"] is JsonObject rollback)
        {
            LookAtParty(rollback, rollback.Text("action"), index, "rollback/");
        }
    }

    private void LookAtIdentity(JsonObject stage, string? action, int index)
    {
        var id = stage["id"];
        if (!ids.Add(IdKey(id)))
        {
            identity.Add(At(index, "id"), $"{Quoted((id as JsonString)?.Value)} stands twice; give each stage its own id");
        }

        if (id is JsonString name)
        {
            LookAtName(name.Value, index, "id");
        }

        if (policy.UnknownAction == UnknownAction.Reject && !IsKnown(action))
        {
            identity.Add(At(index, "action"), () => $"{Quoted(action)} is not a known action; {KnownActions(action)}");
        }
    }

    /// <summary>The action that was meant, and which there are.</summary>
    private string KnownActions(string? action)
    {
        var known = policy.ActionRegistry.Keys.Concat(catalog?.Actions.Keys ?? []).Distinct().Order(StringComparer.Ordinal).ToList();
        return known.Count == 0
            ? "the policy registers none; ask the person to declare one"
            : $"{Spelling.Question(action ?? "", known)}name one of {SafeText.List([.. known.Select(static name => SafeText.Quote(name))])}";
    }

    private bool IsKnown(string? action) => action is not null
        && (policy.ActionRegistry.ContainsKey(action) || (catalog is not null && catalog.Actions.ContainsKey(action)));

    /// <summary>What a stage and its rollback have in common: an action and a target.</summary>
    private void LookAtParty(JsonObject party, string? action, int index, string prefix)
    {
        if (action is not null)
        {
            LookAtName(action, index, prefix + "action");
            if (policy.ForbiddenActions.Contains(action))
            {
                forbidden.Add(At(index, prefix + "action"), $"the policy forbids {Quoted(action)}; plan without it");
            }
        }

        if (party["target"] is not JsonObject target)
        {
            return;
        }

        Flag(target.Text("kind"), index, prefix, "target/kind");
        Flag(target.Text("id"), index, prefix, "target/id");
        foreach (var rule in policy.ForbiddenTargets)
        {
            if (rule.Matches(target))
            {
                forbidden.Add(At(index, prefix + "target"), "the policy forbids this target; plan without it");
                break;
            }
        }
    }

    private void LookAtName(string name, int index, string place)
    {
        Flag(name, index, "", place);
        if (NameErrors.Count < Validation.MostSchemaErrors && NameRule.Fault(name) is { } fault)
        {
            NameErrors.Add(new PlanError(At(index, place), "text", fault));
        }
    }

    private void Flag(string? name, int index, string prefix, string place)
    {
        if (name is not null && !Ascii.IsValid(name) && Flags.Count < MostFlags)
        {
            Flags.Add(new ReviewFlag(
                At(index, prefix + place), "holds characters outside ASCII, which may look like others; compare each"));
        }
    }

    private string Quoted(string? text) => text is null
        ? "what stands here"
        : policy.Secrets.Match(text, isContent: false) ? $"`{BodyWalk.Masked}`" : SafeText.Quote(text);
}
