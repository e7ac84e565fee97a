using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Mcp.Guide;

/// <summary>
/// One action with parameters made up for it: which probes look at what it changes, which action undoes it. All of it is guessed
/// from names, parameters and declarations, and teaches; it decides nothing.
/// </summary>
internal sealed class Deed(ActionDefinition action, JsonObject parameters)
{
    /// <summary>Less than this is chance: the same host or folder alone does not make a probe look at what an action changes.</summary>
    private const int Related = 3;

    private readonly Declared declared = new(action.Definition);

    /// <summary>The probes that look at what the action changes, the nearest first.</summary>
    /// <param name="probes">All probes.</param>
    public IEnumerable<ProbeDefinition> RelatedProbes(IEnumerable<ProbeDefinition> probes) =>
        probes.Select(probe => (Probe: probe, Score: Score(probe)))
            .Where(found => found.Score >= Related)
            .OrderByDescending(found => found.Score)
            .ThenByDescending(found => found.Probe.Example is not null)
            .ThenByDescending(found => found.Probe.VisibleToAgent)
            .ThenBy(found => found.Probe.Name, StringComparer.Ordinal)
            .Select(found => found.Probe);

    /// <summary>A check of what the deed changes; null where no arguments can be made up.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="example">The probe's own example.</param>
    /// <param name="after">Whether it is to hold after the deed, or before it.</param>
    public JsonObject? Check(ProbeDefinition probe, JsonObject example, bool after)
    {
        if (Arguments(probe, example) is not { } arguments)
        {
            return null;
        }

        var check = JsonObject.Of(
            ("check", probe.Name),
            ("probe", arguments.Count == 0 ? null : arguments),
            ("expect", example["expect"]));
        if (IsExistence(probe))
        {
            return check.With("expect", JsonObject.Of(("op", "equals"), ("value", IsThere(after) ? "true" : "false")));
        }

        // words in place of a value: before and after are seldom the same
        return probe.Example is null && example["expect"] is JsonObject expect && expect.Text("value") is { } value && value.Contains(' ', StringComparison.Ordinal)
            ? check.With("expect", expect.With("value", $"{value} {(after ? "after" : "before")} the stage"))
            : check;
    }

    /// <summary>A rollback by an action that undoes this one with the same parameters; null where there is none.</summary>
    /// <param name="actions">All actions.</param>
    public JsonObject? Undo(IEnumerable<ActionDefinition> actions)
    {
        foreach (var other in actions.Where(other => other.Name != action.Name).OrderBy(other => other.Name, StringComparer.Ordinal))
        {
            var required = Required(other.ParametersSchema);
            if ((NameWords.Undo(action.Name, other.Name) || Unmakes(other)) && required.All(name => parameters[name] is not null))
            {
                var taken = JsonObject.Of(parameters.Members.Where(member => required.Contains(member.Name)));
                return JsonObject.Of(("action", other.Name), ("params", taken.Count == 0 ? null : taken));
            }
        }

        return null;
    }

    private bool Unmakes(ActionDefinition other)
    {
        var theirs = new Declared(other.Definition);
        return action.Creating && theirs.Deletes && declared.SharesFile(theirs);
    }

    private int Score(ProbeDefinition probe)
    {
        var looks = new Declared(probe.Definition);
        var score = 3 * Math.Min(2, NameWords.Shared(action.Name, probe.Name));
        foreach (var name in Required(probe.ArgumentsSchema))
        {
            score += Given(name) is null ? -2 : 3;
        }

        score += declared.SharesFile(looks) ? 4 : declared.SharesPlace(looks) ? 1 : 0;
        score += declared.Resources.Any(resource => NameWords.Of(probe.Name).Contains(resource.Split(':')[0])) ? 2 : 0;

        // `restart` of `web1` and a probe `web1_health`
        var values = parameters.Members.Select(member => member.Value).OfType<JsonString>().Select(text => text.Value.ToLowerInvariant());
        return score + (values.Any(value => value.Length > 1 && NameWords.Of(probe.Name).Contains(value)) ? 3 : 0);
    }

    /// <summary>The deed's own values where the names are the same, so that the check looks at what the deed changes.</summary>
    private JsonObject? Arguments(ProbeDefinition probe, JsonObject example)
    {
        if ((example["probe"] ?? JsonObject.Empty) is not JsonObject arguments)
        {
            return null;
        }

        var known = (probe.ArgumentsSchema["properties"] as JsonObject)?.Members.Select(member => member.Name) ?? [];
        foreach (var name in known)
        {
            if ((arguments[name] is not null || Required(probe.ArgumentsSchema).Contains(name)) && Given(name) is { } value)
            {
                arguments = arguments.With(name, value);
            }
        }

        return arguments;
    }

    /// <summary>The deed's value for a parameter; of a list for each of whose items it happens, the first.</summary>
    private JsonValue? Given(string name) =>
        parameters[name] is { } value and not JsonArray ? value
        : parameters[name + "s"] is JsonArray { Items: [var first, ..] } ? first
        : null;

    private static bool IsExistence(ProbeDefinition probe) =>
        new Declared(probe.Definition).LooksForExistence || NameWords.Of(probe.Name).Any(word => word is "exists" or "exist" or "present");

    /// <summary>Whether what the deed is about is there: it may make it or end it, and else needs it.</summary>
    private bool IsThere(bool after) =>
        action.Creating ? after
        : declared.Deletes || NameWords.Ends(action.Name) ? !after
        : true;

    private static List<string> Required(JsonObject schema) =>
        [.. ((schema["required"] as JsonArray)?.Items ?? []).OfType<JsonString>().Select(name => name.Value)];
}
