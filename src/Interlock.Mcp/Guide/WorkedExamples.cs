using Interlock.Sessions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;
using Interlock.Policies;

namespace Interlock.Mcp.Guide;

/// <summary>
/// Worked examples for an agent, made from the live catalog. Each stage and plan that is shown has been validated under the live
/// policy first; one that does not validate is not shown.
/// </summary>
internal sealed class WorkedExamples
{
    private readonly Dictionary<string, JsonObject> stages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> checks = new(StringComparer.Ordinal);
    private readonly PlanValidator validator;
    private readonly bool needsPreconditions;

    public WorkedExamples(AgentSession session)
    {
        validator = new PlanValidator(session.Policy, session.Catalog, session.Limits);
        needsPreconditions = session.Policy.RequirePreconditionsForMutating;
        foreach (var probe in session.Catalog.Probes.Values)
        {
            if (Check(probe) is { } check)
            {
                checks.Add(probe.Name, check);
            }
        }

        foreach (var action in session.Catalog.Actions.Values.OrderBy(action => action.Name, StringComparer.Ordinal))
        {
            if (Candidates(action).FirstOrDefault(Validates) is { } stage)
            {
                stages.Add(action.Name, stage);
            }
        }

        Plan = session.Catalog.Actions.Values
            .OrderByDescending(action => IsMutating(session, action))
            .ThenByDescending(action => action.Example is not null)
            .ThenBy(action => action.Name, StringComparer.Ordinal)
            .Select(action => stages.GetValueOrDefault(action.Name))
            .FirstOrDefault(stage => stage is not null) is { } chosen ? PlanOf(chosen) : null;
    }

    /// <summary>A complete body that validates; null where none could be made.</summary>
    public JsonObject? Plan { get; }

    /// <summary>A complete stage for an action; null where none could be made.</summary>
    /// <param name="action">The action.</param>
    public JsonObject? Stage(string action) => stages.GetValueOrDefault(action);

    /// <summary>A complete check for a probe; null where none could be made.</summary>
    /// <param name="probe">The probe.</param>
    public JsonObject? Check(string probe) => checks.GetValueOrDefault(probe);

    /// <summary>Whether policy or catalog says that an action changes the world.</summary>
    /// <param name="session">The session.</param>
    /// <param name="action">The action.</param>
    public static bool IsMutating(AgentSession session, ActionDefinition action) =>
        action.Mutating
        || action.Creating
        || (session.Policy.ActionRegistry.TryGetValue(action.Name, out var rule) && (rule.Mutating || rule.Creating));

    private static JsonObject? Check(ProbeDefinition probe)
    {
        if (probe.Example is { } example)
        {
            return example;
        }

        return SchemaSample.Of(probe.ArgumentsSchema) is JsonObject arguments
            ? JsonObject.Of(
                ("check", probe.Name),
                ("probe", arguments.Count == 0 ? null : arguments),
                ("expect", JsonObject.Of(("op", "equals"), ("value", "the value that must hold"))))
            : null;
    }

    private static JsonObject PlanOf(JsonObject stage) =>
        JsonObject.Of(("intent", "one sentence: what this plan is for"), ("stages", new JsonArray([stage])));

    private bool Validates(JsonObject stage) => validator.ValidateBody(PlanOf(stage)).Approvable;

    private IEnumerable<JsonObject> Candidates(ActionDefinition action)
    {
        if (action.Example is { } example)
        {
            yield return example;
            foreach (var complete in Completed(example))
            {
                yield return complete;
            }
        }

        if (SchemaSample.Of(action.ParametersSchema) is JsonObject parameters)
        {
            var bare = JsonObject.Of(
                ("id", "s1"), ("action", action.Name), ("params", parameters.Count == 0 ? null : parameters));
            foreach (var complete in Completed(bare))
            {
                yield return complete;
            }

            yield return bare;
        }
    }

    /// <summary>A stage with what a mutating one needs; with each probe in turn, since one may not fit.</summary>
    private IEnumerable<JsonObject> Completed(JsonObject stage)
    {
        var undo = stage["rollback"] is null
            ? stage.With(
                "rollback",
                JsonObject.Of(("irreversible", true), ("justification", "why it is to be done although nothing undoes it")))
            : stage;
        if (undo["preconditions"] is not null || !needsPreconditions)
        {
            yield return undo;
        }

        foreach (var check in checks.OrderBy(check => check.Key, StringComparer.Ordinal))
        {
            yield return undo.With("preconditions", new JsonArray([check.Value]));
        }
    }
}
