using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema;

/// <summary>One step of a path inside a value: a name, or an index where the name is null.</summary>
internal readonly record struct PathStep(string? Name, int Index)
{
    /// <summary>Parents before children, items by number, names in ordinal order.</summary>
    public static IComparer<PathStep[]> DocumentOrder { get; } = Comparer<PathStep[]>.Create(Compare);

    /// <summary>The path as messages show it.</summary>
    public static string Text(ReadOnlySpan<PathStep> path)
    {
        if (path.IsEmpty)
        {
            return JsonError.Root;
        }

        var parts = new string[path.Length];
        for (var i = 0; i < path.Length; i++)
        {
            parts[i] = path[i].Name is { } name
                ? SafeText.Escape(name, SafeText.LongestStep)
                : path[i].Index.ToString(CultureInfo.InvariantCulture);
        }

        return string.Join('/', parts);
    }

    private static int Compare(PathStep[] left, PathStep[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = left[i].Name is null || right[i].Name is null
                ? left[i].Index.CompareTo(right[i].Index)
                : string.CompareOrdinal(left[i].Name, right[i].Name);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }
}
