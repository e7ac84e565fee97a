using Interlock.Canonical;
using Interlock.Schema.Patterns;

namespace Interlock.Schema.Keywords;

/// <summary>A schema for the members whose names match a pattern.</summary>
internal sealed record PatternProperty(EcmaPattern Pattern, SchemaNode Schema);

/// <summary>
/// <c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c> (Core section 10.3.2) in one walk: members and
/// names are both sorted, so neither a lookup nor a set is needed.
/// </summary>
internal sealed class PropertiesKeyword(
    (string Name, SchemaNode Schema)[] properties, PatternProperty[] patterns, SchemaNode? additional) : Keyword(JsonKinds.Object)
{
    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var members = ((JsonObject)instance).Members;
        var holds = run.Charge((members.Length + properties.Length) >> 3);
        var next = 0;
        List<string>? unknown = null;
        for (var i = 0; i < members.Length; i++)
        {
            if (!holds && !run.Collecting)
            {
                return false;
            }

            var (name, value) = members[i];
            var order = -1;
            while (next < properties.Length && (order = string.CompareOrdinal(properties[next].Name, name)) < 0)
            {
                next++;
            }

            var known = next < properties.Length && order == 0;
            if (known)
            {
                holds &= EvaluateMember(properties[next].Schema, name, value, run);
            }

            foreach (var pattern in patterns)
            {
                if (pattern.Pattern.IsMatch(name, run))
                {
                    known = true;
                    holds &= EvaluateMember(pattern.Schema, name, value, run);
                }
            }

            if (!known && additional is SchemaNode.Nothing)
            {
                holds = false;
                (unknown ??= []).Add(name);
            }
            else if (!known && additional is not null)
            {
                known = true;
                holds &= EvaluateMember(additional, name, value, run);
            }

            if (known)
            {
                evaluated?.Mark(i);
            }
        }

        if (unknown is not null && run.Collecting)
        {
            run.Report("additionalProperties", UnknownNames.Explain(
                unknown,
                [.. properties.Select(static property => property.Name)],
                name => ((JsonObject)instance)[name] is null));
        }

        return holds;
    }

    private static bool EvaluateMember(SchemaNode schema, string name, JsonValue value, Evaluation run)
    {
        run.Push(name);
        var holds = schema.Evaluate(value, run, evaluated: null);
        run.Pop();
        return holds;
    }
}

/// <summary>Sentences about members that nobody expects.</summary>
internal static class UnknownNames
{
    /// <summary>How many names of one object are compared with those that are known.</summary>
    private const int MostMeant = 5;

    /// <param name="unknown">The names that nobody expects.</param>
    /// <param name="known">The names that are expected.</param>
    /// <param name="isFree">Whether a known name is not there yet: only such a one can have been meant.</param>
    public static string Explain(List<string> unknown, IReadOnlyList<string> known, Func<string, bool> isFree)
    {
        var names = SafeText.List([.. unknown.Take(10).Select(static name => SafeText.Quote(name))], 10);
        var more = unknown.Count > 10 ? $" and {unknown.Count - 10} more" : string.Empty;
        var verb = unknown.Count == 1 ? "is not a known name" : "are not known names";
        return known.Count == 0
            ? $"{names}{more} {verb} here; remove {(unknown.Count == 1 ? "it" : "them")}"
            : $"{names}{more} {verb} here; {Question(unknown, known, isFree)}known are {SafeText.List([.. known.Select(static name => SafeText.Quote(name))], 20)}";
    }

    private static string Question(List<string> unknown, IReadOnlyList<string> known, Func<string, bool> isFree)
    {
        var meant = unknown.Take(MostMeant)
            .Select(name => Spelling.Nearest(name, known.Where(isFree)))
            .OfType<string>()
            .Distinct()
            .Select(static name => SafeText.Quote(name))
            .ToList();
        return meant.Count == 0 ? "" : $"did you mean {SafeText.List(meant)}? ";
    }
}
