using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Policies;

namespace Interlock.Cli.Configuration;

/// <summary>Reads <c>policy:</c>, or the file that it names.</summary>
/// <param name="main">The configuration.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="errors">Where faults are noted.</param>
/// <param name="isSound">Whether the schema has nothing against a path of the configuration.</param>
internal sealed class PolicySection(
    SourceFile main, string folder, ICollection<ConfigurationError> errors, Func<IReadOnlyList<string>, bool> isSound)
{
    /// <summary>The policy; the empty one where a fault was noted.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="catalog">The actions that were read, which are the policy's registry.</param>
    public Policy Read(JsonObject root, Catalog catalog)
    {
        if (root["policy"] is JsonObject named && named.Text("file") is { } path)
        {
            return isSound(["policy"]) && Open(path) is { } other ? Parse(other, [], (JsonObject)other.Root, root, catalog) : Policy.Empty;
        }

        return root["policy"] is not (null or JsonObject) || !isSound(["policy"])
            ? Policy.Empty
            : Parse(main, ["policy"], root["policy"] as JsonObject ?? JsonObject.Empty, root, catalog);
    }

    private SourceFile? Open(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(main.Error(["policy", "file"], "a path cannot hold a NUL character; remove it"));
            return null;
        }

        if (!SourceFile.TryRead(Plain.Text(path), Path.GetFullPath(path, folder), out var other, out var error))
        {
            // a file that cannot be opened is a fault of the line that names it; what stands in it is a fault of its own
            errors.Add(error.Line == 0 ? main.Error(["policy", "file"], $"`{error.File}`: {error.Message}") : error);
            return null;
        }

        if (other.Root is JsonObject { } rules && rules["action_registry"] is not null)
        {
            errors.Add(other.KeyError(
                ["action_registry"], "actions are declared under `actions` in the configuration; remove this key, and declare each there"));
            return null;
        }

        var faults = new ShapeCheck(ConfigSchema.Policy, ConfigSchema.CompiledPolicy).Run(other);
        foreach (var (_, fault) in faults)
        {
            errors.Add(fault);
        }

        return faults.IsEmpty ? other : null;
    }

    private Policy Parse(SourceFile file, IReadOnlyList<string> at, JsonObject rules, JsonObject root, Catalog catalog)
    {
        CheckForbiddenActions(file, at, rules, root);
        var registry = JsonObject.Of(catalog.Actions.Values.Select(static action => new JsonMember(
            action.Name, JsonObject.Of(("mutating", action.Mutating), ("creating", action.Creating)))));
        if (Policy.TryParse(rules.With("action_registry", registry)).TryGet(out var policy, out var refusal))
        {
            return policy;
        }

        errors.Add(file.Error(file.Split(at, refusal.Path), refusal.Message));
        return Policy.Empty;
    }

    /// <summary>
    /// An action that is not declared cannot run in any case, so a rule against one is a slip: the author means one that is
    /// declared, and believes it to be forbidden.
    /// </summary>
    private void CheckForbiddenActions(SourceFile file, IReadOnlyList<string> at, JsonObject rules, JsonObject root)
    {
        var declared = (root["actions"] as JsonObject ?? JsonObject.Empty).Members.Select(static member => member.Name).ToList();
        var names = (rules["forbidden_actions"] as JsonArray ?? JsonArray.Empty).Items;
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] is JsonString { Value: var name } && !declared.Contains(name, StringComparer.Ordinal))
            {
                var near = Spelling.Nearest(name, declared) is { } one ? $"did you mean `{one}`?" : "remove it: what is not declared cannot run";
                errors.Add(file.Error(
                    [.. at, "forbidden_actions", i.ToString(System.Globalization.CultureInfo.InvariantCulture)],
                    $"no action `{Plain.Text(name, 64)}` is declared under `actions`; {near}"));
            }
        }
    }
}
