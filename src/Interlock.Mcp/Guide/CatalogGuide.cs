using Interlock.Sessions;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;

namespace Interlock.Mcp.Guide;

/// <summary>
/// What an agent is told of this instance: the catalog, the rules, the plan format, worked examples. Made once; neither the
/// catalog nor the policy changes while a process lives.
/// </summary>
internal sealed class CatalogGuide
{
    private readonly AgentSession session;
    private readonly McpServerSettings settings;
    private readonly JsonObject described;

    public CatalogGuide(AgentSession session, McpServerSettings settings)
    {
        this.session = session;
        this.settings = settings;
        Examples = new WorkedExamples(session);
        BodySchema = PlanFormat.Schema(session);
        described = Build();
    }

    /// <summary>The worked examples.</summary>
    public WorkedExamples Examples { get; }

    /// <summary>The JSON Schema of a body, with the names of this catalog.</summary>
    public JsonObject BodySchema { get; }

    /// <summary>Whether there is anything that a plan could do.</summary>
    public bool IsEmpty => session.Catalog.Actions.Count == 0;

    /// <summary>The actions in the order of their names.</summary>
    public IEnumerable<ActionDefinition> Actions =>
        session.Catalog.Actions.Values.OrderBy(action => action.Name, StringComparer.Ordinal);

    /// <summary>The probes in the order of their names.</summary>
    public IEnumerable<ProbeDefinition> Probes =>
        session.Catalog.Probes.Values.OrderBy(probe => probe.Name, StringComparer.Ordinal);

    /// <summary>What describe_catalog answers and <c>interlock://catalog</c> holds.</summary>
    public JsonObject Describe() => described;

    /// <summary>Whether a plan may name an action at all.</summary>
    /// <param name="action">The action.</param>
    public bool IsForbidden(ActionDefinition action) => session.Policy.ForbiddenActions.Contains(action.Name);

    /// <summary>Whether an action changes the world.</summary>
    /// <param name="action">The action.</param>
    public bool IsMutating(ActionDefinition action) => WorkedExamples.IsMutating(session, action);

    private JsonObject Build() =>
        JsonObject.Of(
            ("actions", new JsonArray(Actions.Select(action => (JsonValue)Describe(action)))),
            ("probes", new JsonArray(Probes.Select(probe => (JsonValue)Describe(probe)))),
            ("example_plan", Examples.Plan is { } plan ? plan : JsonNull.Instance),
            ("plan_format", BodySchema),
            ("rules", Texts(PlanFormat.Rules(session))),
            ("flow", Texts(PlanFormat.Flow(settings))),
            ("limits", JsonObject.Of(
                ("max_body_bytes", session.Limits.MaxBytes),
                ("max_depth", session.Limits.MaxDepth),
                ("max_stages", session.Limits.MaxStages),
                ("max_name_bytes", Plans.PlanLimits.MaxNameBytes))),
            ("agent", session.Agent.Name),
            ("isolation", settings.Isolation),
            ("help", IsEmpty ? (JsonValue)EmptyHelp() : null));

    private string EmptyHelp() =>
        "no action is configured, so no plan can validate yet; you cannot add one yourself. "
        + $"Tell the person: {settings.ConfigurationHint}, check it with `interlock config check`, then restart this server";

    private JsonObject Describe(ActionDefinition action)
    {
        var mutating = IsMutating(action);
        List<string> needs = [];
        if (mutating)
        {
            needs.Add("rollback");
            if (session.Policy.RequirePreconditionsForMutating)
            {
                needs.Add("preconditions");
            }
        }

        var example = Examples.Stage(action.Name);
        return JsonObject.Of(
            ("name", action.Name),
            ("description", action.Description),
            ("mutating", mutating),
            ("creating", action.Creating),
            ("forbidden", IsForbidden(action) ? JsonBoolean.True : null),
            ("needs", Texts(needs)),
            ("params_schema", action.ParametersSchema),
            ("content_params", action.ContentParameters.IsEmpty ? null : Texts(action.ContentParameters.Order(StringComparer.Ordinal))),
            ("example", example),
            ("example_missing", example is null ? (JsonValue)WhyNoExample(action, needs) : null));
    }

    private string WhyNoExample(ActionDefinition action, List<string> needs) =>
        IsForbidden(action) ? "policy forbids this action"
        : needs.Contains("preconditions") && session.Catalog.Probes.Count == 0
            ? "this action needs a precondition and no probe is configured; ask the person to declare one"
            : "none is configured; write the params after params_schema and use check_plan";

    private JsonObject Describe(ProbeDefinition probe) =>
        JsonObject.Of(
            ("name", probe.Name),
            ("description", probe.Description),
            ("arguments_schema", probe.ArgumentsSchema),
            ("answers", Answers(probe)),
            ("tells", probe.VisibleToAgent ? "pass or fail, and the value" : "pass or fail"),
            ("example", Examples.Check(probe.Name)));

    private static string Answers(ProbeDefinition probe) =>
        probe.Answers?.Description ?? "a text, a number, or `true` or `false`; see the description, and try the check with check_plan";

    private static JsonArray Texts(IEnumerable<string> texts) => new(texts.Select(text => (JsonValue)text));
}
