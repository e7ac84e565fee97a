namespace Interlock.Cli.Configuration;

/// <summary>Finds the name that somebody meant.</summary>
internal static class Spelling
{
    private const int LongestName = 64;

    /// <summary>What to do about a name that is not known: the nearest one, or all of them.</summary>
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

    /// <summary>The known name at the smallest edit distance, where that is near enough to be a slip.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        if (name.Length > LongestName)
        {
            return null;
        }

        string? best = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var one in known.Order(StringComparer.Ordinal))
        {
            var distance = Distance(Fold(name), Fold(one));
            if (distance < least)
            {
                (best, least) = (one, distance);
            }
        }

        return best;
    }

    // `check-timeout`, `CheckTimeout` and `check_timeout` are one name to whoever writes it
    private static string Fold(string name) => name.ToLowerInvariant().Replace('-', '_');

    /// <summary>How many insertions, deletions, replacements and swaps of neighbours lie between two names.</summary>
    private static int Distance(string left, string right)
    {
        var rows = Enumerable.Range(0, left.Length + 1).Select(_ => new int[right.Length + 1]).ToArray();
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i][j] = i + j;
                    continue;
                }

                var same = left[i - 1] == right[j - 1];
                var cost = Math.Min(
                    Math.Min(rows[i - 1][j], rows[i][j - 1]) + 1,
                    rows[i - 1][j - 1] + (same ? 0 : 1));
                var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                rows[i][j] = swapped ? Math.Min(cost, rows[i - 2][j - 2] + 1) : cost;
            }
        }

        return rows[left.Length][right.Length];
    }
}
