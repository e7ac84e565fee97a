using Interlock.Canonical;

namespace Interlock.Schema.Compiling;

/// <summary>The vocabularies that a dialect may use or leave out (Core section 8.1.2); Core itself is always in use.</summary>
[Flags]
internal enum Vocabularies
{
    None = 0,
    Applicator = 1,
    Unevaluated = 2,
    Validation = 4,
    All = Applicator | Unevaluated | Validation,
}

/// <summary>A place inside a document that can be referred to.</summary>
internal readonly record struct SchemaPlace(SchemaResource Resource, JsonValue Value, SchemaPath Path);

/// <summary>
/// A schema resource (Core section 4.3.5): a document, or a part of one that has an <c>$id</c> of its own.
/// </summary>
internal sealed class SchemaResource(string uri, JsonValue root, SchemaPath path, Vocabularies vocabularies)
{
    private readonly Dictionary<string, (SchemaPlace Place, bool Dynamic)> anchors = new(StringComparer.Ordinal);

    public string Uri => uri;

    public JsonValue Root => root;

    public SchemaPath Path => path;

    public Vocabularies Vocabularies => vocabularies;

    /// <summary>Notes an anchor; false where another schema has the name.</summary>
    public bool TryAddAnchor(string name, bool isDynamic, JsonObject schema, SchemaPath at)
    {
        if (anchors.TryGetValue(name, out var other))
        {
            // one schema may carry both kinds under one name
            anchors[name] = (other.Place, other.Dynamic || isDynamic);
            return ReferenceEquals(other.Place.Value, schema);
        }

        anchors.Add(name, (new SchemaPlace(this, schema, at), isDynamic));
        return true;
    }

    /// <summary>The schema with a <c>$anchor</c> or a <c>$dynamicAnchor</c>.</summary>
    public SchemaPlace? Anchor(string name) => anchors.TryGetValue(name, out var found) ? found.Place : null;

    /// <summary>The schema with a <c>$dynamicAnchor</c>.</summary>
    public SchemaPlace? DynamicAnchor(string name) =>
        anchors.TryGetValue(name, out var found) && found.Dynamic ? found.Place : null;
}
