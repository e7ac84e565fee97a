using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>required</c> (Validation section 6.5.3).</summary>
internal sealed class RequiredKeyword(string[] names) : Keyword(JsonKinds.Object)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var obj = (JsonObject)instance;
        var holds = run.Charge(names.Length >> 2);
        foreach (var name in names)
        {
            if (obj[name] is not null)
            {
                continue;
            }

            holds = false;
            if (!run.Collecting)
            {
                return false;
            }

            run.Report("required", $"{SafeText.Quote(name)} is required but missing; add it");
        }

        return holds;
    }
}

/// <summary><c>dependentRequired</c> (Validation section 6.5.4).</summary>
internal sealed class DependentRequiredKeyword((string Name, string[] Needs)[] dependencies) : Keyword(JsonKinds.Object)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var obj = (JsonObject)instance;
        var holds = true;
        foreach (var (name, needs) in dependencies)
        {
            if (!run.Charge(1 + (needs.Length >> 2)))
            {
                return false;
            }

            if (obj[name] is null)
            {
                continue;
            }

            foreach (var need in needs)
            {
                if (obj[need] is not null)
                {
                    continue;
                }

                holds = false;
                if (!run.Collecting)
                {
                    return false;
                }

                run.Report(
                    "dependentRequired", $"{SafeText.Quote(need)} is required where {SafeText.Quote(name)} is present; add it");
            }
        }

        return holds;
    }
}
