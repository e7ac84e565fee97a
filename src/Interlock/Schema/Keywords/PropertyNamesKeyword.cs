using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>propertyNames</c> (Core section 10.3.2.4).</summary>
internal sealed class PropertyNamesKeyword(SchemaNode schema) : Keyword(JsonKinds.Object)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var holds = true;
        foreach (var member in ((JsonObject)instance).Members)
        {
            var name = new JsonString(member.Name);
            if (run.Try(schema, name, evaluated: null))
            {
                continue;
            }

            holds = false;
            if (!run.Collecting)
            {
                return false;
            }

            run.Report("propertyNames", $"the name {SafeText.Quote(member.Name)} is not allowed here: {run.Because(schema, name)}");
        }

        return holds;
    }
}
