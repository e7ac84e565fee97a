using Interlock.Canonical;
using Interlock.Schema.Keywords;

namespace Interlock.Schema.Compiling;

/// <summary>
/// Turns schema documents into nodes. Works through a queue, never by recursion: no nesting and no chain of references is
/// too deep for it.
/// </summary>
internal sealed class SchemaCompiler
{
    private readonly SchemaRegistry registry;
    private readonly Dictionary<SchemaKey, SchemaNode.Keyed> nodes = [];
    private readonly Queue<(SchemaNode.Keyed Node, SchemaPlace Place)> pending = [];
    private readonly List<(SchemaNode.Keyed Node, SchemaPlace Place)> completed = [];
    private readonly List<(string Name, DynamicRefKeyword Keyword)> dynamicRefs = [];

    public SchemaCompiler(IReadOnlyDictionary<string, JsonValue>? documents, bool isTrusted)
    {
        IsTrusted = isTrusted;
        Failures = new SchemaFailures();
        registry = new SchemaRegistry(documents ?? new Dictionary<string, JsonValue>(), Failures);
    }

    /// <summary>Whether the schema is part of the program, so that its patterns may wait until they are needed.</summary>
    public bool IsTrusted { get; }

    public SchemaFailures Failures { get; }

    /// <summary>What the patterns of all schemas may still cost.</summary>
    public PatternAllowance Patterns { get; } = new();

    /// <summary>The node of a whole schema; of no use where <see cref="Failures"/> has one.</summary>
    public SchemaNode Compile(JsonValue schema)
    {
        var resource = registry.Add(SchemaUri.DefaultBase, schema, document: null);
        var root = Node(new SchemaPlace(resource, schema, resource.Path));
        CompilePending();
        CompleteDynamicRefs();
        if (Failures.First is null && LoopFinder.Find(completed) is { } loop)
        {
            Failures.Add(loop, "applies itself to the same value again, without end; break the loop of references");
        }

        return root;
    }

    /// <summary>The node of a schema inside another; compiled later.</summary>
    public SchemaNode Node(SchemaPlace place)
    {
        switch (place.Value)
        {
            case JsonBoolean boolean:
                return boolean.Value ? SchemaNode.Anything.Instance : SchemaNode.Nothing.Instance;
            case JsonObject schema:
                var owner = registry.ResourceOf(schema, place.Resource);
                var key = new SchemaKey(owner, schema);
                if (!nodes.TryGetValue(key, out var node))
                {
                    node = new SchemaNode.Keyed();
                    nodes.Add(key, node);
                    pending.Enqueue((node, place with { Resource = owner }));
                }

                return node;
            default:
                Failures.Add(place.Path, $"a schema is an object or a boolean, not {TypeKeyword.Describe(JsonKindOf.Value(place.Value))}");
                return SchemaNode.Nothing.Instance;
        }
    }

    /// <summary>What a <c>$ref</c> refers to.</summary>
    public SchemaNode Reference(SchemaResource from, string reference, SchemaPath path) =>
        registry.Resolve(from, reference, path) is { } place ? Node(place) : SchemaNode.Nothing.Instance;

    /// <summary>The keyword of a <c>$dynamicRef</c>, and the schema where it starts, should that be where it ends.</summary>
    public (Keyword Keyword, SchemaNode? Fixed) DynamicReference(SchemaResource from, string reference, SchemaPath path)
    {
        if (registry.Resolve(from, reference, path) is not { } place)
        {
            return (new RefKeyword(SchemaNode.Nothing.Instance), null);
        }

        var start = Node(place);
        var name = SchemaUri.Split(reference).Fragment;
        if (place.Resource.DynamicAnchor(name) is null)
        {
            return (new RefKeyword(start), start);
        }

        var keyword = new DynamicRefKeyword(start);
        dynamicRefs.Add((name, keyword));
        return (keyword, null);
    }

    private void CompilePending()
    {
        while (Failures.First is null && pending.TryDequeue(out var next))
        {
            new KeywordReader(this, next.Place).Complete(next.Node);
            completed.Add(next);
        }
    }

    /// <summary>
    /// Compiles the dynamic anchors of every resource that some schema may enter. That may bring in further resources and
    /// references, so it goes on until nothing new turns up.
    /// </summary>
    private void CompleteDynamicRefs()
    {
        if (dynamicRefs.Count == 0)
        {
            return;
        }

        var found = new Dictionary<string, Dictionary<SchemaResource, SchemaNode>>(StringComparer.Ordinal);
        int before;
        do
        {
            before = completed.Count;
            var entered = completed.Select(static one => one.Place.Resource).Distinct().ToList();
            foreach (var name in dynamicRefs.Select(static one => one.Name).Distinct(StringComparer.Ordinal).ToList())
            {
                found.TryAdd(name, []);
                foreach (var resource in entered)
                {
                    if (resource.DynamicAnchor(name) is { } place)
                    {
                        found[name][resource] = Node(place);
                    }
                }
            }

            CompilePending();
        }
        while (completed.Count > before);

        foreach (var (name, keyword) in dynamicRefs)
        {
            keyword.Complete(found[name]);
        }

        foreach (var (node, place) in completed)
        {
            node.Enters(place.Resource);
        }
    }
}
