using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c> (Core section 10.3.1.3, Validation section 6.4).</summary>
internal sealed class ContainsKeyword(SchemaNode schema, int? min, int? max) : Keyword(JsonKinds.Array)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var items = ((JsonArray)instance).Items;
        var least = min ?? 1;
        var found = 0;
        for (var i = 0; i < items.Length && run.Exceeded is null; i++)
        {
            if (run.Try(schema, items[i], evaluated: null))
            {
                found++;
                evaluated?.Mark(i);
                if (max is null && evaluated is null && found >= least)
                {
                    return true;
                }
            }
        }

        if (found >= least && found <= (max ?? int.MaxValue))
        {
            return true;
        }

        if (run.Collecting)
        {
            run.Report(found < least ? min is null ? "contains" : "minContains" : "maxContains", Explain(found, least));
        }

        return false;
    }

    private string Explain(int found, int least) => found < least
        ? string.Create(CultureInfo.InvariantCulture, $"at least {least} of the items must match the schema under `contains` but {found} match")
        : string.Create(CultureInfo.InvariantCulture, $"at most {max} of the items may match the schema under `contains` but {found} match");
}
