using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Interlock.Checks;

/// <summary>
/// The regular expression of a <c>matches</c> check. It must match the whole text: a search would let <c>up</c> pass on
/// <c>not up yet</c>. Without backtracking, so its time is linear in the text.
/// </summary>
internal static class TextPattern
{
    /// <summary>The longest pattern in UTF-16 units.</summary>
    public const int LongestPattern = 1_000;

    /// <summary>The longest text that is matched, in UTF-16 units.</summary>
    public const int LongestText = 1 << 20;

    /// <summary>The longest bounded repetition: <c>a{1000}</c> costs as much as a thousand letters.</summary>
    private const int MostRepetitions = 1_000;

    /// <summary>A fuse, never the rule: linear time is what bounds a match.</summary>
    private static readonly TimeSpan Fuse = TimeSpan.FromSeconds(2);

    public static bool TryCompile(
        string pattern, [NotNullWhen(true)] out Regex? compiled, [NotNullWhen(false)] out string? error)
    {
        compiled = null;
        if (pattern.Length > LongestPattern)
        {
            error = $"the pattern has {pattern.Length} characters and the limit is {LongestPattern}; shorten it";
            return false;
        }

        if (Repetitions(pattern) > MostRepetitions)
        {
            error = $"the pattern repeats more than {MostRepetitions} times; use `*` or `+`";
            return false;
        }

        try
        {
            // alone first: `a)|(b` would escape from the group that anchors it
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Fuse);
            compiled = new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Fuse);
            error = null;
            return true;
        }
        catch (RegexParseException)
        {
            error = "the pattern is not a regular expression; see docs/spec/plan.md for what is supported";
        }
        catch (NotSupportedException)
        {
            error = "the pattern needs backtracking; write it without lookarounds, backreferences and atomic groups";
        }

        return false;
    }

    /// <summary>Whether the whole text matches; null where that cannot be decided.</summary>
    public static bool? IsMatch(string pattern, string text)
    {
        if (text.Length > LongestText || !TryCompile(pattern, out var compiled, out _))
        {
            return null;
        }

        try
        {
            return compiled.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>The product of all counted repetitions, an upper bound for how much they multiply the pattern.</summary>
    private static long Repetitions(string pattern)
    {
        long product = 1;
        foreach (Match counted in Counted.Matches(pattern))
        {
            var most = counted.Groups[2].Length > 0 ? counted.Groups[2].ValueSpan : counted.Groups[1].ValueSpan;
            product = most.Length > 4 ? long.MaxValue : product * Math.Max(1, int.Parse(most, System.Globalization.CultureInfo.InvariantCulture));
            if (product > MostRepetitions)
            {
                return product;
            }
        }

        return product;
    }

    private static readonly Regex Counted = new(@"\{([0-9]+)(?:,([0-9]*))?\}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
