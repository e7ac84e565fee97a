using Interlock.Canonical;
using Interlock.Schema.Compiling;
using Interlock.Schema.Keywords;

namespace Interlock.Schema;

/// <summary>A compiled schema. The hierarchy is closed: true, false, or an object of keywords.</summary>
internal abstract class SchemaNode
{
    private SchemaNode()
    {
    }

    /// <summary>Whether a value satisfies the schema. What it looked at goes to <paramref name="evaluated"/>, if somebody asks.</summary>
    public abstract bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated);

    /// <summary>The schema <c>true</c>.</summary>
    public sealed class Anything : SchemaNode
    {
        public static Anything Instance { get; } = new();

        public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated) => true;
    }

    /// <summary>The schema <c>false</c>.</summary>
    public sealed class Nothing : SchemaNode
    {
        public static Nothing Instance { get; } = new();

        public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
        {
            if (run.Collecting)
            {
                run.Report("false", "nothing is allowed here; remove it");
            }

            return false;
        }
    }

    /// <summary>A schema object. Made empty, so that others can refer to it, and completed once before anything is evaluated.</summary>
    public sealed class Keyed : SchemaNode
    {
        private readonly Keyword[][] byKind = new Keyword[JsonKindOf.Count][];
        private bool tracks;
        private SchemaResource? entered;

        /// <summary>The schemas that this one applies to the same value: where a loop would never end.</summary>
        public SchemaNode[] InPlace { get; private set; } = [];

        /// <summary>Gives the schema its keywords, in the order in which they are to be evaluated.</summary>
        public void Complete(List<Keyword> keywords, List<SchemaNode> inPlace)
        {
            InPlace = [.. inPlace];
            tracks = keywords.Exists(static keyword => keyword.NeedsEvaluated);
            for (var kind = 0; kind < byKind.Length; kind++)
            {
                byKind[kind] = [.. keywords.Where(keyword => (keyword.AppliesTo & (JsonKinds)(1 << kind)) != 0)];
            }
        }

        /// <summary>Makes the schema part of the dynamic scope; asked for only where some <c>$dynamicRef</c> looks.</summary>
        public void Enters(SchemaResource resource) => entered = resource;

        public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
        {
            if (!run.Enter())
            {
                return false;
            }

            var leaves = entered is not null && run.EnterScope(entered);
            var holds = tracks ? EvaluateTracking(instance, run, evaluated) : EvaluateKeywords(instance, run, evaluated);
            if (leaves)
            {
                run.LeaveScope();
            }

            run.Leave();
            return holds;
        }

        /// <summary>Keywords beside an <c>unevaluated*</c> report to a set of their own: it sees neither cousins nor parents.</summary>
        private bool EvaluateTracking(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
        {
            var count = instance switch
            {
                JsonObject obj => obj.Count,
                JsonArray array => array.Items.Length,
                _ => 0,
            };
            if (!run.Charge(count >> 6))
            {
                return false;
            }

            var own = new EvaluatedSet(count);
            var holds = EvaluateKeywords(instance, run, own);
            if (holds)
            {
                evaluated?.Merge(own);
            }

            return holds;
        }

        private bool EvaluateKeywords(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
        {
            var holds = true;
            foreach (var keyword in byKind[(int)JsonKindOf.Value(instance)])
            {
                // after a failure nobody knows what was evaluated: unevaluated* would blame the innocent
                if (!holds && keyword.NeedsEvaluated)
                {
                    continue;
                }

                if (!keyword.Evaluate(instance, run, evaluated))
                {
                    holds = false;
                    if (!run.Collecting)
                    {
                        return false;
                    }
                }
            }

            return holds;
        }
    }
}
