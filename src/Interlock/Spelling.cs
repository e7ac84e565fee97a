using Interlock.Canonical;

namespace Interlock;

/// <summary>
/// Finds the name that somebody meant, in a plan or in a configuration. What was written may come from anybody: the work is
/// bounded by the length of a name, and what was written is never repeated here, only a known name is.
/// </summary>
public static class Spelling
{
    /// <summary>No name that is longer was a slip of the hand; in UTF-16 units.</summary>
    private const int LongestName = 64;

    /// <summary>What to do about a name that is not known: the nearest one, or all of them.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The names that are known.</param>
    public static string Mend(string name, IReadOnlyCollection<string> known)
    {
        if (Nearest(name, known) is { } near)
        {
            return $"did you mean `{near}`?";
        }

        return known.Count == 0
            ? "remove it"
            : $"known here: {string.Join(", ", known.Order(StringComparer.Ordinal).Take(25).Select(static one => $"`{one}`"))}";
    }

    /// <summary>The known name at the smallest edit distance, where that is near enough to be a slip; else null.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The names that are known.</param>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > LongestName)
        {
            return null;
        }

        var written = Fold(name);
        string? best = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var one in known)
        {
            // their lengths alone may lie further apart than what is near
            if (one.Length > LongestName || Math.Abs(one.Length - name.Length) >= least + 1)
            {
                continue;
            }

            // a name of which nothing is left is another name
            var distance = Distance(written, Fold(one));
            if (distance >= Math.Max(one.Length, name.Length))
            {
                continue;
            }

            if (distance < least || (distance == least && best is not null && string.CompareOrdinal(one, best) < 0))
            {
                (best, least) = (one, distance);
            }
        }

        return best;
    }

    /// <summary>The nearest name as a question to put into a message, with what separates it; empty where none is near.</summary>
    internal static string Question(string name, IEnumerable<string> known) =>
        Nearest(name, known) is { } near ? $"did you mean {SafeText.Quote(near)}? " : string.Empty;

    // `check-timeout`, `CheckTimeout` and `check_timeout` are one name to whoever writes it
    private static string Fold(string name) => name.ToLowerInvariant().Replace('-', '_');

    /// <summary>How many insertions, deletions, replacements and swaps of neighbours lie between two names.</summary>
    private static int Distance(string left, string right)
    {
        Span<int> above = stackalloc int[LongestName + 1];
        Span<int> last = stackalloc int[LongestName + 1];
        Span<int> row = stackalloc int[LongestName + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                row[j] = swapped ? Math.Min(cost, above[j - 2] + 1) : cost;
            }

            last.CopyTo(above);
            row.CopyTo(last);
        }

        return last[right.Length];
    }
}
