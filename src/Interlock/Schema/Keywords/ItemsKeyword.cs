using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>prefixItems</c> and <c>items</c> (Core section 10.3.1).</summary>
internal sealed class ItemsKeyword(SchemaNode[] prefix, SchemaNode? rest) : Keyword(JsonKinds.Array)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var items = ((JsonArray)instance).Items;
        var holds = true;
        var last = rest is null or SchemaNode.Nothing or SchemaNode.Anything ? Math.Min(prefix.Length, items.Length) : items.Length;
        for (var i = 0; i < last; i++)
        {
            var schema = i < prefix.Length ? prefix[i] : rest;
            run.Push(i);
            holds &= schema is null || schema.Evaluate(items[i], run, evaluated: null);
            run.Pop();
            if (!holds && !run.Collecting)
            {
                return false;
            }
        }

        if (rest is null)
        {
            evaluated?.MarkFirst(last);
            return holds;
        }

        evaluated?.MarkAll();
        if (rest is SchemaNode.Nothing && items.Length > prefix.Length)
        {
            if (run.Collecting)
            {
                run.Report("items", Count.Explain(atMost: true, prefix.Length, items.Length, "item", "items"));
            }

            return false;
        }

        return holds;
    }
}
