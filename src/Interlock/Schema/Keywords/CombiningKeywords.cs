using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>allOf</c> (Core section 10.2.1.1).</summary>
internal sealed class AllOfKeyword(SchemaNode[] schemas) : Keyword(JsonKinds.All)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var holds = true;
        foreach (var schema in schemas)
        {
            holds &= schema.Evaluate(instance, run, evaluated);
            if (!holds && !run.Collecting)
            {
                return false;
            }
        }

        return holds;
    }
}

/// <summary><c>anyOf</c> (Core section 10.2.1.2).</summary>
internal sealed class AnyOfKeyword(SchemaNode[] schemas) : Keyword(JsonKinds.All)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var holds = false;
        foreach (var schema in schemas)
        {
            // where somebody asks what was evaluated, every alternative that holds has a say
            holds |= Branch.Evaluate(schema, instance, run, evaluated);
            if (holds && evaluated is null)
            {
                return true;
            }
        }

        if (!holds && run.Collecting)
        {
            run.Report("anyOf", $"matches none of the {schemas.Length} allowed forms{run.NearestMiss(schemas, instance)}");
        }

        return holds;
    }
}

/// <summary><c>oneOf</c> (Core section 10.2.1.3).</summary>
internal sealed class OneOfKeyword(SchemaNode[] schemas) : Keyword(JsonKinds.All)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var first = -1;
        for (var i = 0; i < schemas.Length; i++)
        {
            if (!Branch.Evaluate(schemas[i], instance, run, evaluated))
            {
                continue;
            }

            if (first < 0)
            {
                first = i;
                continue;
            }

            if (run.Collecting)
            {
                run.Report("oneOf", string.Create(
                    CultureInfo.InvariantCulture,
                    $"matches two of the allowed forms, number {first + 1} and number {i + 1}, where exactly one is allowed; keep to one"));
            }

            return false;
        }

        if (first < 0 && run.Collecting)
        {
            run.Report("oneOf", $"matches none of the {schemas.Length} allowed forms{run.NearestMiss(schemas, instance)}");
        }

        return first >= 0;
    }
}

/// <summary><c>not</c> (Core section 10.2.1.4).</summary>
internal sealed class NotKeyword(SchemaNode schema) : AssertionKeyword("not", JsonKinds.All)
{
    public override string Explain(JsonValue instance) => "has the form that the schema under `not` forbids";

    protected override bool Holds(JsonValue instance, Evaluation run) => !run.Try(schema, instance, evaluated: null);
}

/// <summary><c>if</c>, <c>then</c>, <c>else</c> (Core section 10.2.2).</summary>
internal sealed class IfKeyword(SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : Keyword(JsonKinds.All)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var branch = Branch.Evaluate(condition, instance, run, evaluated) ? then : otherwise;
        return branch is null || branch.Evaluate(instance, run, evaluated);
    }
}

/// <summary><c>dependentSchemas</c> (Core section 10.2.2.4).</summary>
internal sealed class DependentSchemasKeyword((string Name, SchemaNode Schema)[] dependencies) : Keyword(JsonKinds.Object)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var obj = (JsonObject)instance;
        var holds = run.Charge(dependencies.Length >> 2);
        foreach (var (name, schema) in dependencies)
        {
            holds &= obj[name] is null || schema.Evaluate(instance, run, evaluated);
            if (!holds && !run.Collecting)
            {
                return false;
            }
        }

        return holds;
    }
}

/// <summary>A schema that may fail without failing the whole: what it evaluated then counts only if it holds.</summary>
internal static class Branch
{
    public static bool Evaluate(SchemaNode schema, JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        if (evaluated is null)
        {
            return run.Try(schema, instance, evaluated: null);
        }

        if (!run.Charge(evaluated.Count >> 6))
        {
            return false;
        }

        var own = new EvaluatedSet(evaluated.Count);
        var holds = run.Try(schema, instance, own);
        if (holds)
        {
            evaluated.Merge(own);
        }

        return holds;
    }
}
