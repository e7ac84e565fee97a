using System.Collections.Frozen;
using Interlock.Adapters.Command;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Files;
using Interlock.Adapters.Http;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Actions;

namespace Interlock.Adapters;

/// <summary>Makes actions and probes out of their declarations in the configuration.</summary>
public static class AdapterCatalog
{
    /// <summary>Part of every definition: a change of what the adapters do with the same declaration changes it.</summary>
    private const int Version = 1;

    private static readonly FrozenDictionary<string, ActionBuilder> ActionKinds = new Dictionary<string, ActionBuilder>
    {
        ["command"] = CommandKind.Action,
        ["file"] = FileKind.Action,
        ["http"] = HttpKind.Action,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ProbeBuilder> ProbeKinds = new Dictionary<string, ProbeBuilder>
    {
        ["command"] = CommandKind.Probe,
        ["file"] = FileKind.Probe,
        ["http"] = HttpKind.Probe,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The JSON Schema (2020-12) of an action's declaration, with descriptions, for editors.</summary>
    public static JsonObject ActionSchema => DeclarationSchemas.OfAction;

    /// <summary>The JSON Schema (2020-12) of a probe's declaration, with descriptions, for editors.</summary>
    public static JsonObject ProbeSchema => DeclarationSchemas.OfProbe;

    /// <summary>Makes an action.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="declaration">What stands under <c>actions/NAME</c>.</param>
    /// <param name="env">What the host gives.</param>
    /// <returns>The action, or a refusal whose path is relative to the declaration.</returns>
    public static Result<ActionDefinition> Action(string name, JsonObject declaration, AdapterEnvironment env)
    {
        var problems = new Problems();
        var fields = new Fields(declaration, "", problems);
        var common = Declaration.OfAction(name, fields);
        var (kind, section) = Kind(fields, ActionKinds.Keys);
        var built = problems.First is null ? ActionKinds[kind](section, common, env) : null;
        section.RefuseOthers();
        fields.RefuseOthers();
        if (problems.First is { } refusal)
        {
            return refusal;
        }

        if (built is null)
        {
            throw new InvalidOperationException("a declaration without a fault has an executor");
        }

        var parameters = built.Declaration.Parameters;
        return new ActionDefinition
        {
            Name = name,
            Description = common.Description,
            Mutating = common.Mutating,
            Creating = built.Declaration.Creating,
            ParametersSchema = parameters.Schema(),
            ContentParameters =
            [
                // a digest is neither a secret nor prose: the hex rule of the secret scan would refuse it
                .. parameters.All
                    .Where(parameter => parameter.Content || parameter.Name == FileTemplate.ExpectedName)
                    .Select(parameter => parameter.Name),
            ],
            Definition = Definition("action", kind, declaration, built.Facts),
            Example = common.Example,
            Executor = built.Executor,
        };
    }

    /// <summary>Makes a probe.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="declaration">What stands under <c>probes/NAME</c>.</param>
    /// <param name="env">What the host gives.</param>
    /// <returns>The probe, or a refusal whose path is relative to the declaration.</returns>
    public static Result<ProbeDefinition> Probe(string name, JsonObject declaration, AdapterEnvironment env)
    {
        var problems = new Problems();
        var fields = new Fields(declaration, "", problems);
        var common = Declaration.OfProbe(name, fields);
        var (kind, section) = Kind(fields, ProbeKinds.Keys);
        var built = problems.First is null ? ProbeKinds[kind](section, common, env) : null;
        section.RefuseOthers();
        fields.RefuseOthers();
        if (problems.First is { } refusal)
        {
            return refusal;
        }

        if (built is null)
        {
            throw new InvalidOperationException("a declaration without a fault has a probe");
        }

        return new ProbeDefinition
        {
            Name = name,
            Description = common.Description,
            ArgumentsSchema = common.Parameters.Schema(),
            Definition = Definition("probe", kind, declaration, built.Facts),
            VisibleToAgent = common.Visible,
            Answers = built.Reading.Answer,
            Example = common.Example,
            Probe = built.Probe,
        };
    }

    /// <summary>Which kind of adapter it is: exactly one of the words stands in the declaration.</summary>
    private static (string Kind, Fields Section) Kind(Fields fields, IEnumerable<string> kinds)
    {
        var words = kinds.Order(StringComparer.Ordinal).ToArray();
        var present = words.Where(fields.Has).ToArray();
        if (present.Length != 1)
        {
            fields.Problems.Add(
                fields.Here,
                $"exactly one of {string.Join(", ", words.Select(word => $"`{word}`"))} says what is done; there are {present.Length}");
        }

        var section = present.Length == 1 ? fields.Section(present[0]) : null;
        return section is null ? ("", new Fields(JsonObject.Empty, "", fields.Problems)) : (present[0], section);
    }

    private static JsonObject Definition(string role, string kind, JsonObject declaration, JsonObject facts) => JsonObject.Of(
        ("adapter", kind), ("declaration", declaration), ("facts", facts), ("role", role), ("version", Version));
}
