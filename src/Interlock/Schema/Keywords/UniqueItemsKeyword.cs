using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary><c>uniqueItems</c> (Validation section 6.4.3): by hash, so that many items do not cost the square of their number.</summary>
internal sealed class UniqueItemsKeyword() : Keyword(JsonKinds.Array)
{
    /// <summary>So few items are compared pair by pair, without a table.</summary>
    private const int Few = 6;

    public override bool Evaluate(JsonValue instance, Evaluation run, EvaluatedSet? evaluated)
    {
        var items = ((JsonArray)instance).Items.AsSpan();
        var twins = items.Length <= Few ? FindPair(items, run) : FindHashed(items, run);
        if (twins is not var (first, second))
        {
            return run.Exceeded is null;
        }

        if (run.Collecting)
        {
            run.Report(
                "uniqueItems",
                string.Create(CultureInfo.InvariantCulture, $"items {first} and {second} are equal but must all differ; remove one of them"));
        }

        return false;
    }

    private static (int First, int Second)? FindPair(ReadOnlySpan<JsonValue> items, Evaluation run)
    {
        for (var second = 1; second < items.Length; second++)
        {
            for (var first = 0; first < second; first++)
            {
                if (JsonEquality.Equal(items[first], items[second], run))
                {
                    return (first, second);
                }
            }
        }

        return null;
    }

    private static (int First, int Second)? FindHashed(ReadOnlySpan<JsonValue> items, Evaluation run)
    {
        // chains of indexes by hash; a Dictionary with a comparer could not stop when the budget is spent
        var newest = new Dictionary<int, int>(items.Length);
        var older = new int[items.Length];
        for (var second = 0; second < items.Length; second++)
        {
            var hash = JsonEquality.Hash(items[second], run);
            older[second] = newest.GetValueOrDefault(hash, -1);
            for (var first = older[second]; first >= 0; first = older[first])
            {
                if (JsonEquality.Equal(items[first], items[second], run))
                {
                    return (first, second);
                }
            }

            if (run.Exceeded is not null)
            {
                return null;
            }

            newest[hash] = second;
        }

        return null;
    }
}
