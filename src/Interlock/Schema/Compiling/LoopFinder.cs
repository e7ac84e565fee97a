namespace Interlock.Schema.Compiling;

/// <summary>
/// Finds schemas that apply themselves to the same value, which Core section 9.4.1 leaves undefined. Loops through a
/// <c>$dynamicRef</c> depend on the way in; the bound on depth ends those.
/// </summary>
internal static class LoopFinder
{
    /// <summary>A schema on a loop, or null.</summary>
    public static SchemaPath? Find(List<(SchemaNode.Keyed Node, SchemaPlace Place)> schemas)
    {
        // depth first with a stack of its own: a chain of references may be as long as the document
        var done = new Dictionary<SchemaNode.Keyed, bool>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<(SchemaNode.Keyed Node, int Next)>();
        foreach (var (start, place) in schemas)
        {
            if (!done.TryAdd(start, false))
            {
                continue;
            }

            stack.Push((start, 0));
            while (stack.TryPop(out var top))
            {
                if (top.Next == top.Node.InPlace.Length)
                {
                    done[top.Node] = true;
                    continue;
                }

                stack.Push((top.Node, top.Next + 1));
                if (top.Node.InPlace[top.Next] is not SchemaNode.Keyed next)
                {
                    continue;
                }

                if (!done.TryGetValue(next, out var finished))
                {
                    done.Add(next, false);
                    stack.Push((next, 0));
                }
                else if (!finished)
                {
                    return schemas.Find(one => ReferenceEquals(one.Node, next)).Place.Path;
                }
            }
        }

        return null;
    }
}
