using System.Globalization;
using System.Text;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;
using Interlock.Storage;

namespace Interlock.Cli.Configuration;

/// <summary>Says in plain words, and as JSON, what a configuration means: <c>interlock config check</c>.</summary>
internal static class ConfigExplain
{
    /// <summary>What the embedded mode does not protect from.</summary>
    public const string Isolation =
        "Interlock runs here as the same user as the agent: whoever can write that user's files can change this configuration, the "
        + "ledger and the programs that it runs";

    /// <summary>What it means that there is no <c>log:</c>.</summary>
    public const string Unanchored =
        "nothing is signed or anchored (there is no `log:`): a ledger whose end was cut off, or that was put back from a copy, is not noticed";

    private const string UnsignedAllowed =
        "approvals without a signature count (`unsigned: allow`): the name is only what was typed, and whoever can run `interlock approve` "
        + "as this user, an agent with a shell included, can approve";

    private const string NobodySigns =
        "approvals without a signature do not count (`unsigned: forbid`), and nobody is registered who could sign: nothing can be approved, so "
        + "nothing can be executed; name an `allowed_signers` file under `approvers`, see `interlock keys`";

    private const string Signed = "only what is signed counts (`unsigned: forbid`)";

    /// <summary>The meaning as JSON.</summary>
    public static JsonObject Json(InterlockConfiguration configuration) => JsonObject.Of(
        ("file", configuration.File is { } file ? file : JsonNull.Instance),
        ("instance", configuration.Instance is { } instance ? instance : JsonNull.Instance),
        ("digest", configuration.Digest.ToString()),
        ("policy_digest", configuration.PolicyDigest.ToString()),
        ("approval", configuration.Approval.Json),
        ("data", configuration.DataFolder),
        ("isolation", "none"),
        ("log", configuration.Log is { } log
            ? JsonObject.Of(("key", log.KeyFile), ("public", log.Public.ToString()), ("anchor", log.AnchorFile))
            : JsonNull.Instance),
        ("witnesses", configuration.Witnesses is { } witnesses ? witnesses.Json : JsonNull.Instance),
        ("unsigned", configuration.AllowUnsigned ? "allow" : "forbid"),
        ("approvers", configuration.Approvers is { } names ? Texts(names) : configuration.Signers?.Written ?? (JsonValue)JsonNull.Instance),
        ("agents", JsonObject.Of(configuration.Agents.Select(static agent => new JsonMember(
            agent.Key, JsonObject.Of(("owner", agent.Value.Owner is { } owner ? owner : JsonNull.Instance)))))),
        ("lifetimes", JsonObject.Of(
            ("approval", Quantities.Text(configuration.ApprovalLifetime)), ("proposal", Quantities.Text(configuration.ProposalLifetime)))),
        ("limits", JsonObject.Of(
            ("bytes", configuration.Limits.MaxBytes),
            ("check_timeout", Quantities.Text(configuration.CheckTimeout)),
            ("depth", configuration.Limits.MaxDepth),
            ("stages", configuration.Limits.MaxStages))),
        ("requests", JsonObject.Of(
            ("burst", configuration.Volume.Burst),
            ("coalesce", Quantities.Text(configuration.Volume.Coalesce)),
            ("cooldown", Quantities.Text(configuration.Volume.Cooldown)),
            ("pending", configuration.Volume.Pending is { } pending ? pending : JsonNull.Instance),
            ("per_minute", configuration.Volume.PerMinute))),
        ("space", JsonObject.Of(("floor", configuration.SpaceFloor), ("reserve", configuration.SpaceReserve))),
        ("actions", JsonObject.Of(configuration.Catalog.Actions.Values.Select(action => new JsonMember(action.Name, JsonObject.Of(
            ("description", action.Description),
            ("mutating", action.Mutating),
            ("creating", action.Creating),
            ("forbidden", configuration.Policy.ForbiddenActions.Contains(action.Name)),
            ("does", DeclarationText.Does(action.Definition)),
            ("touches", Texts(DeclarationText.Touches(action.Definition))),
            ("params", action.ParametersSchema["properties"])))))),
        ("probes", JsonObject.Of(configuration.Catalog.Probes.Values.Select(static probe => new JsonMember(probe.Name, JsonObject.Of(
            ("description", probe.Description),
            ("visible", probe.VisibleToAgent),
            ("does", DeclarationText.Does(probe.Definition)),
            ("params", probe.ArgumentsSchema["properties"])))))),
        ("policy", configuration.Policy.Json),
        ("secrets", JsonObject.Of(configuration.Secrets.Select(static secret => new JsonMember(secret.Key, secret.Value)))),
        ("warnings", Texts(Warnings(configuration))));

    /// <summary>What is allowed and yet likely not meant.</summary>
    public static IEnumerable<string> Warnings(InterlockConfiguration configuration)
    {
        (string What, string? Path)[] precious = [("the ledger", configuration.DataFolder), ("this configuration", configuration.File)];
        foreach (var action in configuration.Catalog.Actions.Values.OrderBy(static action => action.Name, StringComparer.Ordinal))
        {
            foreach (var (what, path) in precious)
            {
                if (path is not null && DeclarationText.Roots(action.Definition).Any(root => IsBeneath(path, root)))
                {
                    yield return $"{what} lies beneath a root of the action {Plain.Text(action.Name)}: a plan that is approved could change it; "
                        + "name narrower `roots`";
                }
            }
        }

        foreach (var warning in IdleRules(configuration).Concat(ApprovalExplain.Warnings(configuration)).Concat(WitnessExplain.Warnings(configuration)))
        {
            yield return warning;
        }
    }

    /// <summary>A rule against what no action touches forbids nothing: its author believes that something is forbidden which is not.</summary>
    private static IEnumerable<string> IdleRules(InterlockConfiguration configuration)
    {
        var touched = configuration.Catalog.Actions.Values.SelectMany(static action => DeclarationText.Kinds(action.Definition)).ToHashSet(StringComparer.Ordinal);
        return configuration.Policy.ForbiddenTargets
            .Select(static rule => rule.Json.Text("kind"))
            .OfType<string>()
            .Where(kind => touched.Count > 0 && !touched.Contains(kind))
            .Distinct(StringComparer.Ordinal)
            .Select(kind => $"the policy forbids targets of the kind `{Plain.Text(kind, 64)}`, and no action touches that kind; {Spelling.Mend(kind, touched)}");
    }

    private static bool IsBeneath(string path, string root) =>
        path == root || path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>The meaning in plain words, each line fit for a terminal, ended by LF.</summary>
    public static string Text(InterlockConfiguration configuration)
    {
        var text = new StringBuilder();
        Line(text, configuration.File is { } file
            ? $"{Plain.Text(file)}: no faults"
            : $"no configuration: the safe default holds; write one with `interlock init`");
        Line(text, $"digest {configuration.Digest}");
        if (configuration.Instance is { } instance)
        {
            Line(text, $"instance {Plain.Text(instance)}");
        }

        People(text, configuration);
        Actions(text, configuration);
        Rules(text, configuration);
        Heading(text, "how long and how much");
        Line(text, $"  a proposal waits {Quantities.Text(configuration.ProposalLifetime)} for its approval, which then holds {Quantities.Text(configuration.ApprovalLifetime)}");
        Line(text, $"  one check may take {Quantities.Text(configuration.CheckTimeout)}");
        var limits = configuration.Limits;
        Line(text, string.Create(
            CultureInfo.InvariantCulture, $"  a plan has at most {limits.MaxStages} stages, {limits.MaxBytes} bytes and a nesting of {limits.MaxDepth}"));
        Line(text, string.Create(
            CultureInfo.InvariantCulture,
            $"  {(configuration.Agents.IsEmpty ? "all agents together" : "an agent")} may ask {configuration.Volume.Burst} times at once and "
            + $"{configuration.Volume.PerMinute} times a minute; refusals alike within {Quantities.Text(configuration.Volume.Coalesce)} are one entry"));
        Line(text, string.Create(
            CultureInfo.InvariantCulture,
            $"  at most {configuration.Volume.Pending} proposals of an agent wait for a person; what was rejected may come again after {Quantities.Text(configuration.Volume.Cooldown)}"));
        Heading(text, "where things are kept");
        Line(text, $"  the ledger and everything else: {Plain.Text(configuration.DataFolder)}");
        Line(text, configuration.Log is { } log
            ? $"  each commit is signed by {Plain.Text(log.Public.ToString())} and anchored in {Plain.Text(log.AnchorFile)}"
            : $"  {Unanchored}");
        foreach (var line in WitnessExplain.Lines(configuration))
        {
            Line(text, $"  {line}");
        }

        Line(text, configuration.SpaceFloor == 0
            ? "  there is no floor of free space: agents may fill the disk"
            : $"  with less than {DataFolder.SizeText(configuration.SpaceFloor)} free nothing new is taken; "
            + $"{DataFolder.SizeText(configuration.SpaceReserve)} are set aside for decisions, outcomes and stops");
        foreach (var (path, reference) in configuration.Secrets)
        {
            Line(text, $"  the secret of {path}: {reference}");
        }

        foreach (var warning in Warnings(configuration))
        {
            text.Append('\n');
            Line(text, $"warning: {warning}");
        }

        return text.ToString();
    }

    private static void People(StringBuilder text, InterlockConfiguration configuration)
    {
        Heading(text, "who may propose");
        foreach (var agent in configuration.Agents.Values)
        {
            Line(text, $"  {agent.Name}, {(agent.Owner is { } owner ? $"owned by {Plain.Text(owner)}" : "without an owner")}");
        }

        if (configuration.Agents.IsEmpty)
        {
            Line(text, "  any agent, under the name that it is started with; name agents under `agents` to refuse others");
        }

        Heading(text, "who approves");
        Line(text, configuration.Approvers is { } names
            ? $"  {string.Join(", ", names.Select(static name => Plain.Text(name)))}, and nobody else"
            : configuration.Signers is { } files ? $"  {ApprovalExplain.Signers(files)}"
            : "  any name; list names under `approvers` to refuse others");
        Line(text, $"  {(configuration.AllowUnsigned ? UnsignedAllowed : configuration.Signers is null ? NobodySigns : Signed)}");
        foreach (var line in ApprovalExplain.Lines(configuration.Approval))
        {
            Line(text, $"  {line}");
        }

        Line(text, "  isolation: none");
        Line(text, $"  {Isolation}");
    }

    private static void Actions(StringBuilder text, InterlockConfiguration configuration)
    {
        Heading(text, "what plans may do");
        foreach (var action in configuration.Catalog.Actions.Values.OrderBy(static action => action.Name, StringComparer.Ordinal))
        {
            var effect = (action.Mutating, action.Creating) switch
            {
                (_, true) => "creates what it targets",
                (true, false) => "changes the world",
                (false, false) => "changes nothing",
            };
            var forbidden = configuration.Policy.ForbiddenActions.Contains(action.Name) ? "; FORBIDDEN by the policy" : "";
            Line(text, $"  {Plain.Text(action.Name)}: {effect}{forbidden}");
            Described(text, action.Description, DeclarationText.Does(action.Definition), action.ParametersSchema);
            foreach (var resource in DeclarationText.Touches(action.Definition))
            {
                Line(text, $"      touches {Plain.Text(resource)}");
            }
        }

        if (configuration.Catalog.Actions.Count == 0)
        {
            Line(text, "  nothing: no action is declared, so no plan can be accepted; add some under `actions`");
        }

        Heading(text, "what checks may observe");
        foreach (var probe in configuration.Catalog.Probes.Values.OrderBy(static probe => probe.Name, StringComparer.Ordinal))
        {
            Line(text, $"  {Plain.Text(probe.Name)}: agents are told {(probe.VisibleToAgent ? "the value" : "pass or fail, not the value")}");
            Described(text, probe.Description, DeclarationText.Does(probe.Definition), probe.ArgumentsSchema);
        }

        if (configuration.Catalog.Probes.Count == 0)
        {
            Line(text, "  nothing: no probe is declared, so no check can pass");
        }
    }

    private static void Rules(StringBuilder text, InterlockConfiguration configuration)
    {
        var policy = configuration.Policy;
        Heading(text, "what is forbidden and required");
        foreach (var name in policy.ForbiddenActions.Order(StringComparer.Ordinal))
        {
            Line(text, $"  the action {Plain.Text(name)}");
        }

        foreach (var rule in policy.ForbiddenTargets)
        {
            Line(text, $"  every target and resource with {string.Join(" and ", rule.Json.Members.Select(static field =>
                $"{Plain.Text(field.Name)} = {Plain.Text(DeclarationText.Of(field.Value))}"))}");
        }

        Line(text, policy.UnknownAction switch
        {
            Policies.UnknownAction.Reject => "  actions that are not declared: the plan is refused",
            Policies.UnknownAction.Mutating => "  actions that are not declared count as changing the world, and cannot be executed",
            Policies.UnknownAction.Read => "  actions that are not declared count as reading, and cannot be executed",
        });
        Line(text, policy.RequirePreconditionsForMutating
            ? "  a stage that changes the world needs a rollback and at least one precondition"
            : "  a stage that changes the world needs a rollback; preconditions are waived");
        var standard = policy.SecretPatternTexts.SequenceEqual(Policies.Policy.DefaultSecretPatterns);
        Line(text, string.Create(
            CultureInfo.InvariantCulture,
            $"  text that looks like a secret: the plan is refused ({policy.SecretPatternTexts.Length} patterns, {(standard ? "the default ones" : "your own")})"));
        foreach (var (what, added) in ((string, JsonObject)[])[
            ("plans", policy.SchemaExtension.BodyProperties), ("stages", policy.SchemaExtension.StageProperties)])
        {
            if (added.Count > 0)
            {
                Line(text, $"  {what} may also have {string.Join(", ", added.Members.Select(static member => Plain.Text(member.Name)))}");
            }
        }
    }

    private static void Described(StringBuilder text, string description, string does, JsonObject parameters)
    {
        if (description.Length > 0)
        {
            Line(text, $"      {Plain.Text(description)}");
        }

        Line(text, $"      {Plain.Text(does)}");
        var required = (parameters["required"] as JsonArray ?? JsonArray.Empty).Items.OfType<JsonString>().Select(static name => name.Value).ToHashSet();
        foreach (var (name, schema) in (parameters["properties"] as JsonObject ?? JsonObject.Empty).Members)
        {
            Line(text, $"      takes {Plain.Text(name)}{(required.Contains(name) ? "" : " (optional)")}: {Plain.Text(DeclarationText.Parameter(schema))}");
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new(texts.Select(static text => (JsonValue)text));

    private static void Heading(StringBuilder text, string heading) => text.Append('\n').Append(heading).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
