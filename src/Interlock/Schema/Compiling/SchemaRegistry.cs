using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema.Compiling;

/// <summary>
/// Knows every resource and anchor of the documents in use. Documents given up front are read when they are first referred
/// to; there is no other source.
/// </summary>
internal sealed class SchemaRegistry(IReadOnlyDictionary<string, JsonValue> documents, SchemaFailures failures)
{
    /// <summary>More than a schema that a person wrote; a bound on what one that is given may cost.</summary>
    private const int MaxSchemas = 100_000;

    private static readonly string[] Single =
    [
        "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames", "then",
        "unevaluatedItems", "unevaluatedProperties",
    ];

    private static readonly string[] Lists = ["allOf", "anyOf", "oneOf", "prefixItems"];

    private static readonly string[] Maps = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

    private readonly SchemaDialects dialects = new(documents, failures);
    private readonly Dictionary<string, SchemaResource> resources = new(StringComparer.Ordinal);
    private readonly Dictionary<SchemaKey, SchemaResource> embedded = [];
    private readonly HashSet<SchemaKey> walked = [];

    /// <summary>Reads a document that is known under a URI.</summary>
    public SchemaResource Add(string uri, JsonValue root, string? document)
    {
        var path = SchemaPath.Root(document);
        var id = uri;
        var vocabularies = Vocabularies.All;
        if (root is JsonObject schema)
        {
            id = ReadId(schema, uri, path) ?? uri;
            vocabularies = dialects.Of(schema, vocabularies, path);
        }

        var resource = new SchemaResource(id, root, path, vocabularies);
        resources[uri] = resource;
        if (id != uri && !resources.TryAdd(id, resource))
        {
            failures.Add(path.Then("$id"), "another schema has this `$id`; give each its own");
        }

        Walk(resource, root, path);
        return resource;
    }

    /// <summary>The resource that a schema belongs to: its own where it has an <c>$id</c>.</summary>
    public SchemaResource ResourceOf(JsonObject schema, SchemaResource parent) =>
        embedded.GetValueOrDefault(new SchemaKey(parent, schema), parent);

    /// <summary>Finds what a reference refers to; null, with the failure noted, where there is no such thing.</summary>
    public SchemaPlace? Resolve(SchemaResource from, string reference, SchemaPath path)
    {
        var (uri, fragment) = SchemaUri.Split(reference);
        var resource = uri.Length == 0 ? from : Find(SchemaUri.Resolve(from.Uri, uri));
        if (resource is null)
        {
            failures.Add(path, "refers to a document that was not given; give it with the schema, for nothing is fetched");
            return null;
        }

        if (fragment.Length == 0)
        {
            return new SchemaPlace(resource, resource.Root, resource.Path);
        }

        var place = fragment[0] == '/' ? Follow(resource, fragment) : resource.Anchor(fragment);
        if (place is null)
        {
            failures.Add(path, $"refers to {SafeText.Quote(fragment, 100)}, which does not exist; mend the name or define it");
        }

        return place;
    }

    private SchemaResource? Find(string uri)
    {
        if (resources.TryGetValue(uri, out var known))
        {
            return known;
        }

        return documents.TryGetValue(uri, out var document) || documents.TryGetValue(uri + "#", out document)
            ? Add(uri, document, uri)
            : null;
    }

    /// <summary>Follows a JSON Pointer (RFC 6901), into resources that lie on its way.</summary>
    private SchemaPlace? Follow(SchemaResource resource, string pointer)
    {
        var place = new SchemaPlace(resource, resource.Root, resource.Path);
        foreach (var escaped in pointer[1..].Split('/'))
        {
            var step = escaped.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var next = place.Value switch
            {
                JsonObject obj => obj[step],
                JsonArray array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    && index < array.Items.Length => array.Items[index],
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            var owner = next is JsonObject schema ? ResourceOf(schema, place.Resource) : place.Resource;
            place = new SchemaPlace(owner, next, place.Path.Then(step));
        }

        // under a keyword that is not known nothing has been looked for yet
        Walk(place.Resource, place.Value, place.Path);
        return place;
    }

    /// <summary>Looks for <c>$id</c> and anchors, in places that hold schemas only: a <c>const</c> may look like one.</summary>
    private void Walk(SchemaResource resource, JsonValue value, SchemaPath path)
    {
        var pending = new Stack<SchemaPlace>();
        pending.Push(new SchemaPlace(resource, value, path));
        while (pending.TryPop(out var place))
        {
            if (place.Value is not JsonObject schema || !walked.Add(new SchemaKey(place.Resource, schema)))
            {
                continue;
            }

            if (walked.Count > MaxSchemas)
            {
                failures.Add(place.Path, $"the schema has more than {MaxSchemas} parts; make it smaller");
                return;
            }

            var owner = place.Resource;
            if (!ReferenceEquals(schema, owner.Root) && schema["$id"] is not null)
            {
                owner = Embed(place, schema);
            }

            ReadAnchors(owner, schema, place.Path);
            PushChildren(pending, owner, schema, place.Path);
        }
    }

    private SchemaResource Embed(SchemaPlace place, JsonObject schema)
    {
        if (ReadId(schema, place.Resource.Uri, place.Path) is not { } uri)
        {
            return place.Resource;
        }

        if (resources.TryGetValue(uri, out var other) && ReferenceEquals(other.Root, schema))
        {
            embedded[new SchemaKey(place.Resource, schema)] = other;
            return other;
        }

        var resource = new SchemaResource(uri, schema, place.Path, dialects.Of(schema, place.Resource.Vocabularies, place.Path));
        embedded[new SchemaKey(place.Resource, schema)] = resource;
        walked.Add(new SchemaKey(resource, schema));
        if (!resources.TryAdd(uri, resource))
        {
            failures.Add(place.Path.Then("$id"), "another schema has this `$id`; give each its own");
        }

        return resource;
    }

    private string? ReadId(JsonObject schema, string parent, SchemaPath path)
    {
        switch (schema["$id"])
        {
            case null:
                return null;
            case JsonString { Value: var id } when id.TrimEnd('#').Length > 0 && !id.TrimEnd('#').Contains('#', StringComparison.Ordinal):
                return SchemaUri.Resolve(parent, id.TrimEnd('#'));
            default:
                failures.Add(path.Then("$id"), "expected a URI without a fragment; for a name inside the document use `$anchor`");
                return null;
        }
    }

    private void ReadAnchors(SchemaResource resource, JsonObject schema, SchemaPath path)
    {
        foreach (var keyword in (ReadOnlySpan<string>)["$anchor", "$dynamicAnchor"])
        {
            if (schema[keyword] is not { } value)
            {
                continue;
            }

            if (value is not JsonString { Value: var name } || !IsAnchor(name))
            {
                failures.Add(path.Then(keyword), "expected a name of ASCII letters, digits, `-`, `.` and `_` that starts with a letter or `_`");
            }
            else if (!resource.TryAddAnchor(name, keyword == "$dynamicAnchor", schema, path))
            {
                failures.Add(path.Then(keyword), $"another schema has the anchor {SafeText.Quote(name)}; give each its own");
            }
        }
    }

    private static bool IsAnchor(string name)
    {
        if (name.Length == 0 || !(char.IsAsciiLetter(name[0]) || name[0] == '_'))
        {
            return false;
        }

        foreach (var unit in name)
        {
            if (!char.IsAsciiLetterOrDigit(unit) && unit is not ('-' or '.' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private static void PushChildren(Stack<SchemaPlace> pending, SchemaResource owner, JsonObject schema, SchemaPath path)
    {
        foreach (var keyword in Single)
        {
            if (schema[keyword] is JsonObject child)
            {
                pending.Push(new SchemaPlace(owner, child, path.Then(keyword)));
            }
        }

        foreach (var keyword in Lists)
        {
            if (schema[keyword] is JsonArray list)
            {
                for (var i = 0; i < list.Items.Length; i++)
                {
                    pending.Push(new SchemaPlace(owner, list.Items[i], path.Then(keyword).Then(i)));
                }
            }
        }

        foreach (var keyword in Maps)
        {
            if (schema[keyword] is JsonObject map)
            {
                foreach (var (name, child) in map.Members)
                {
                    pending.Push(new SchemaPlace(owner, child, path.Then(keyword).Then(name)));
                }
            }
        }
    }
}
