using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>unevaluatedProperties</c> (Core section 11.3).</summary>
internal sealed class UnevaluatedPropertiesKeyword(SchemaNode schema) : Keyword(JsonKinds.Object)
{
    public override bool NeedsEvaluated => true;

    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        var members = ((JsonObject)instance).Members;
        var holds = run.Charge(members.Length >> 3);
        List<string>? unknown = null;
        for (var i = 0; i < members.Length; i++)
        {
            if (evaluated[i])
            {
                continue;
            }

            if (schema is SchemaNode.Nothing)
            {
                holds = false;
                (unknown ??= []).Add(members[i].Name);
            }
            else
            {
                run.Push(members[i].Name);
                holds &= schema.Evaluate(members[i].Value, run, evaluated: null);
                run.Pop();
            }

            if (!holds && !run.Collecting)
            {
                return false;
            }
        }

        if (unknown is not null && run.Collecting)
        {
            run.Report("unevaluatedProperties", UnknownNames.Explain(unknown, [], static _ => false));
        }

        evaluated.MarkAll();
        return holds;
    }
}

/// <summary><c>unevaluatedItems</c> (Core section 11.2).</summary>
internal sealed class UnevaluatedItemsKeyword(SchemaNode schema) : Keyword(JsonKinds.Array)
{
    public override bool NeedsEvaluated => true;

    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        ArgumentNullException.ThrowIfNull(evaluated);
        var items = ((JsonArray)instance).Items;
        var holds = run.Charge(items.Length >> 3);
        for (var i = 0; i < items.Length; i++)
        {
            if (evaluated[i])
            {
                continue;
            }

            if (schema is SchemaNode.Nothing)
            {
                if (run.Collecting)
                {
                    run.Report("unevaluatedItems", $"item {i} is not one that the schema knows; remove it and what follows it");
                }

                return false;
            }

            run.Push(i);
            holds &= schema.Evaluate(items[i], run, evaluated: null);
            run.Pop();
            if (!holds && !run.Collecting)
            {
                return false;
            }
        }

        evaluated.MarkAll();
        return holds;
    }
}
