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
    private const string ExampleIntent = "one sentence: what this plan is for";

    /// <summary>How many probes are tried for one action.</summary>
    private const int MostTried = 25;

    private readonly AgentSession session;
    private readonly Dictionary<string, JsonObject> stages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> checks = new(StringComparer.Ordinal);
    private readonly PlanValidator validator;

    public WorkedExamples(AgentSession session)
    {
        this.session = session;
        validator = new PlanValidator(session.Policy, session.Catalog, session.Limits);
        foreach (var probe in session.Catalog.Probes.Values)
        {
            if (Checks(probe).FirstOrDefault(IsCheck) is { } check)
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
            .Where(action => stages.ContainsKey(action.Name))
            .OrderByDescending(action => IsMutating(session, action))
            .ThenByDescending(action => stages[action.Name]["verify"] is not null)
            .ThenByDescending(action => action.Example is not null)
            .ThenBy(action => action.Name, StringComparer.Ordinal)
            .Select(action => PlanOf(stages[action.Name]))
            .FirstOrDefault();
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

    private static IEnumerable<JsonObject> Checks(ProbeDefinition probe)
    {
        if (probe.Example is { } example)
        {
            yield return example;
        }

        if (SchemaSample.Of(probe.ArgumentsSchema) is JsonObject arguments)
        {
            var answer = probe.Answers ?? new ProbeAnswer("", "the value that must hold");
            yield return JsonObject.Of(
                ("check", probe.Name),
                ("probe", arguments.Count == 0 ? null : arguments),
                ("expect", JsonObject.Of(("op", CheckOperators.Word(answer.Operator)), ("value", answer.Example))));
        }
    }

    private static JsonObject PlanOf(JsonObject stage) =>
        JsonObject.Of(("intent", ExampleIntent), ("stages", new JsonArray([stage])));

    private bool Validates(JsonObject stage) => validator.ValidateBody(PlanOf(stage)).Approvable;

    /// <summary>Whether a check is one, whatever stage it stands in: only what judges checks is asked.</summary>
    private bool IsCheck(JsonObject check) =>
        validator.ValidateBody(PlanOf(JsonObject.Of(("id", "s1"), ("action", "any"), ("preconditions", new JsonArray([check])))))
            .Invariants.Where(invariant => invariant.Name is InvariantNames.SchemaValid or InvariantNames.NoSecrets or InvariantNames.ProbesKnown)
            .All(invariant => invariant.Ok);

    /// <summary>Stages for an action, the best first: what its author declared, else what can be guessed.</summary>
    private IEnumerable<JsonObject> Candidates(ActionDefinition action)
    {
        if (action.Example is { } example)
        {
            yield return example;
            foreach (var complete in Completed(action, example))
            {
                yield return complete;
            }
        }

        if (SchemaSample.Of(action.ParametersSchema) is JsonObject parameters)
        {
            var bare = JsonObject.Of(
                ("id", "s1"), ("action", action.Name), ("params", parameters.Count == 0 ? null : parameters));
            if (IsMutating(session, action))
            {
                foreach (var complete in Completed(action, bare))
                {
                    yield return complete;
                }
            }

            yield return bare;
        }
    }

    /// <summary>A stage with what it lacks: each way to check it with each way to undo it, since one may not fit.</summary>
    private IEnumerable<JsonObject> Completed(ActionDefinition action, JsonObject stage)
    {
        var deed = new Deed(action, stage["params"] as JsonObject ?? JsonObject.Empty);
        foreach (var stageWithChecks in Checked(action, deed, stage))
        {
            foreach (var rollback in stage["rollback"] is { } own ? [own] : Rollbacks(deed))
            {
                yield return stageWithChecks.With("rollback", rollback);
            }
        }
    }

    private IEnumerable<JsonValue> Rollbacks(Deed deed)
    {
        if (deed.Undo(session.Catalog.Actions.Values) is { } undo)
        {
            yield return undo;
        }

        yield return JsonObject.Of(("irreversible", true), ("justification", "why it is to be done although nothing undoes it"));
    }

    private IEnumerable<JsonObject> Checked(ActionDefinition action, Deed deed, JsonObject stage)
    {
        var probes = session.Catalog.Probes.Values.Where(probe => checks.ContainsKey(probe.Name)).ToList();
        foreach (var probe in deed.RelatedProbes(probes).Take(MostTried))
        {
            if (deed.Check(probe, checks[probe.Name], after: false) is { } before
                && deed.Check(probe, checks[probe.Name], after: true) is { } after)
            {
                yield return WithMissing(WithMissing(stage, "preconditions", before), "verify", after);
            }
        }

        var note = $"no probe here looks at what `{action.Name}` changes: ask the person to declare one, and check with it before and after";
        var noted = stage["note"] is null ? stage.With("note", note) : stage;
        if (stage["preconditions"] is not null || !session.Policy.RequirePreconditionsForMutating)
        {
            yield return noted;
        }

        // policy demands a check, so one must stand here, even one that looks elsewhere
        foreach (var check in checks.OrderBy(check => check.Key, StringComparer.Ordinal).Take(MostTried))
        {
            yield return noted.With("preconditions", new JsonArray([check.Value]));
        }
    }

    private static JsonObject WithMissing(JsonObject stage, string list, JsonObject check) =>
        stage[list] is null ? stage.With(list, new JsonArray([check])) : stage;
}
