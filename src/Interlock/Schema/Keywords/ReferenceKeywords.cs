using System.Collections.Frozen;
using Interlock.Canonical;
using Interlock.Schema.Compiling;

namespace Interlock.Schema.Keywords;

/// <summary><c>$ref</c> (Core section 8.2.3.1), and a <c>$dynamicRef</c> that does not start at a dynamic anchor.</summary>
internal sealed class RefKeyword(SchemaNode target) : Keyword(JsonKinds.All)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated) =>
        target.Evaluate(instance, run, evaluated);
}

/// <summary><c>$dynamicRef</c> (Core section 8.2.3.2): the outermost resource entered so far that has the anchor decides.</summary>
internal sealed class DynamicRefKeyword(SchemaNode start) : Keyword(JsonKinds.All)
{
    private FrozenDictionary<SchemaResource, SchemaNode> anchors = FrozenDictionary<SchemaResource, SchemaNode>.Empty;

    /// <summary>The anchor's schema in every resource that can be entered; known only once all is compiled.</summary>
    public void Complete(IEnumerable<KeyValuePair<SchemaResource, SchemaNode>> found) => anchors = found.ToFrozenDictionary();

    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        if (!run.Charge(run.Scope.Count >> 2))
        {
            return false;
        }

        foreach (var resource in run.Scope)
        {
            if (anchors.TryGetValue(resource, out var target))
            {
                return target.Evaluate(instance, run, evaluated);
            }
        }

        return start.Evaluate(instance, run, evaluated);
    }
}
