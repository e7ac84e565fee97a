using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Cli.Configuration;

/// <summary>Judges a file by a schema, and says in the schema's own <c>errorMessage</c> what would be right.</summary>
/// <param name="schema">The schema as data, for its messages and the names that it knows.</param>
/// <param name="compiled">The same, compiled.</param>
internal sealed class ShapeCheck(JsonObject schema, JsonSchema compiled)
{
    private const int MaxErrors = 100;

    /// <summary>An annotation of ours: what to do about a further key where one key excludes all others.</summary>
    private const string Alone = "x-alone";

    /// <summary>The faults, and the paths at which they lie.</summary>
    public ImmutableArray<(IReadOnlyList<string> Path, ConfigurationError Error)> Run(SourceFile file)
    {
        var found = ImmutableArray.CreateBuilder<(IReadOnlyList<string>, ConfigurationError)>();
        foreach (var error in compiled.Validate(file.Root, MaxErrors).Errors)
        {
            var path = file.Split([], error.Path);
            var node = NodeAt(path, file);
            if (error.Keyword == "additionalProperties" && file.Follow(path) is JsonObject json)
            {
                found.AddRange(Unknown(file, path, json, node));
            }
            else if (error.Keyword != "propertyNames")
            {
                // names are judged where they are read, which can point at the one at fault
                found.Add((path, file.Error(path, Message(error, path, node))));
            }
        }

        return found.DrainToImmutable();
    }

    /// <summary>The keys that a closed schema does not know, at every depth that its properties describe.</summary>
    /// <param name="file">The document.</param>
    /// <param name="path">Where the object stands in it.</param>
    /// <param name="json">The object.</param>
    /// <param name="node">Its schema.</param>
    public static IEnumerable<(IReadOnlyList<string> Path, ConfigurationError Error)> UnknownKeys(
        SourceFile file, IReadOnlyList<string> path, JsonObject json, JsonObject node)
    {
        var here = node["additionalProperties"] is JsonBoolean { Value: false } ? Unknown(file, path, json, node) : [];
        var inside = json.Members.SelectMany(member =>
            member.Value is JsonObject value && (Property(node, "properties")[member.Name] ?? node["additionalProperties"]) is JsonObject next
                ? UnknownKeys(file, [.. path, member.Name], value, next)
                : []);
        return here.Concat(inside);
    }

    private static IEnumerable<(IReadOnlyList<string> Path, ConfigurationError Error)> Unknown(
        SourceFile file, IReadOnlyList<string> path, JsonObject json, JsonObject node)
    {
        var known = Property(node, "properties");
        var names = known.Members.Select(static member => member.Name).Where(static name => name != "$schema").ToList();
        var free = names.Where(name => json[name] is null).ToList();
        foreach (var (name, _) in json.Members)
        {
            if (known[name] is null)
            {
                IReadOnlyList<string> at = [.. path, name];
                var mend = node.Text(Alone) ?? Spelling.Mend(name, Spelling.Nearest(name, free) is null ? names : free);
                yield return (at, file.KeyError(at, $"the key `{Plain.Text(name, 64)}` is not known here; {mend}"));
            }
        }
    }

    private static string Message(SchemaError error, IReadOnlyList<string> path, JsonObject node)
    {
        if (error.Keyword is "required" && path.Count == 0)
        {
            return "`version` is missing; add `version: 1`";
        }

        return error.Keyword is "type" or "pattern" or "enum" or "const" or "minimum" or "maximum" or "minLength" or "minItems"
                or "minProperties" or "uniqueItems"
            && node.Text("errorMessage") is { } right
            ? path.Count == 0 || right.StartsWith('`') ? right : $"`{Name(path)}` is not right; {right}"
            : error.Message;
    }

    /// <summary>The last name of a path; an item is named with its list.</summary>
    private static string Name(IReadOnlyList<string> path) =>
        Plain.Path(path.Count > 1 && path[^1].All(char.IsAsciiDigit) ? [path[^2], path[^1]] : [path[^1]]);

    /// <summary>The part of the schema that describes a path; empty where the schema is silent.</summary>
    private JsonObject NodeAt(IReadOnlyList<string> path, SourceFile file)
    {
        var node = Resolved(schema, file.Root);
        for (var i = 0; i < path.Count; i++)
        {
            // a list or an object: `additionalProperties: false` says nothing about the items of the list
            var next = Property(node, "properties")[path[i]] ?? (node["additionalProperties"] as JsonObject ?? node["items"]);
            node = next is JsonObject found ? Resolved(found, file.Follow(path.Take(i + 1))) : JsonObject.Empty;
        }

        return node;
    }

    /// <summary>Follows <c>$ref</c> and the branch of <c>if</c> that the value takes.</summary>
    private JsonObject Resolved(JsonObject node, JsonValue? value)
    {
        if (node.Text("$ref") is { } reference)
        {
            return Property(schema, "$defs")[reference["#/$defs/".Length..]] as JsonObject ?? JsonObject.Empty;
        }

        if (node["if"] is not JsonObject)
        {
            return node;
        }

        var branch = Property(node, (value as JsonObject)?["file"] is null ? "else" : "then");
        return Resolved(branch, value);
    }

    private static JsonObject Property(JsonObject node, string name) => node[name] as JsonObject ?? JsonObject.Empty;
}
