using System.Globalization;
using System.Text;

namespace Interlock.Schema.Patterns;

/// <summary>
/// A set of code points, written for an automaton that knows UTF-16 units only: one class for the basic plane, surrogate
/// pairs for the rest.
/// </summary>
internal sealed class CodePointClass
{
    /// <summary>Pairs of first and last. ECMA-262 <c>\d</c>.</summary>
    public const string Digits = "09";

    /// <summary>ECMA-262 <c>\w</c> without <c>i</c>.</summary>
    public const string WordCharacters = "09AZ__az";

    /// <summary>ECMA-262 <c>\s</c>: WhiteSpace and LineTerminator.</summary>
    public const string WhiteSpace = "\t\r  \u00a0\u00a0\u1680\u1680\u2000\u200a\u2028\u2029\u202f\u202f\u205f\u205f\u3000\u3000\ufeff\ufeff";

    private const int LastAstral = 0x10ffff;
    private const int FirstAstral = 0x10000;

    private readonly StringBuilder basic = new();
    private readonly List<(int First, int Last)> astral = [];

    public static void WriteUnit(StringBuilder output, int unit) => _ = unit < 0x80 && char.IsAsciiLetterOrDigit((char)unit)
        ? output.Append((char)unit)
        : output.Append(CultureInfo.InvariantCulture, $"\\u{unit:X4}");

    /// <summary>Adds one code point; none where it is negative.</summary>
    public void AddSingle(int codePoint)
    {
        if (codePoint >= 0)
        {
            Add(codePoint, codePoint);
        }
    }

    public void Add(int first, int last)
    {
        if (first <= char.MaxValue)
        {
            WriteRange(basic, first, Math.Min(last, char.MaxValue));
        }

        if (last >= FirstAstral)
        {
            astral.Add((Math.Max(first, FirstAstral), last));
        }
    }

    /// <summary>Adds the ranges of a class of the basic plane, or all code points but those.</summary>
    public void AddNamed(string ranges, bool complement)
    {
        if (complement)
        {
            AddAllBut(ranges);
            return;
        }

        for (var i = 0; i < ranges.Length; i += 2)
        {
            Add(ranges[i], ranges[i + 1]);
        }
    }

    /// <summary>Adds all code points but sorted ranges of the basic plane.</summary>
    public void AddAllBut(string ranges)
    {
        var next = 0;
        for (var i = 0; i < ranges.Length; i += 2)
        {
            if (next < ranges[i])
            {
                Add(next, ranges[i] - 1);
            }

            next = ranges[i + 1] + 1;
        }

        Add(next, LastAstral);
    }

    public void AddCategory(UnicodeCategories category, bool complement)
    {
        basic.Append(complement ? "\\P{" : "\\p{").Append(category.Name).Append('}');
        astral.AddRange(complement ? Complement(category.Astral()) : category.Astral());
    }

    /// <summary>Writes the set, or all code points outside it, as one unit that a repetition can follow.</summary>
    /// <returns>About how many states it takes.</returns>
    public int Write(StringBuilder output, bool negated)
    {
        var pairs = negated ? Complement(Merge(astral)) : Merge(astral);
        output.Append("(?:[");
        if (negated)
        {
            output.Append(basic.Length == 0 ? "\\u0000-\\uFFFF" : "^");
        }
        else if (basic.Length == 0)
        {
            // nothing of the basic plane: a class that the subtraction empties
            output.Append("\\uD800");
        }

        // half of a pair is never a character by itself
        output.Append(basic).Append("-[\\uD800-\\uDFFF]]");
        var size = 1;
        foreach (var (highs, lows) in Pair(pairs))
        {
            output.Append("|[").Append(highs).Append("][").Append(lows).Append(']');
            size += 2;
        }

        output.Append(')');
        return size;
    }

    private static void WriteRange(StringBuilder output, int first, int last)
    {
        WriteUnit(output, first);
        if (last > first)
        {
            output.Append('-');
            WriteUnit(output, last);
        }
    }

    private static List<(int First, int Last)> Merge(List<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>(ranges.Count);
        foreach (var (first, last) in ranges.Order())
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(last, merged[^1].Last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return merged;
    }

    private static List<(int First, int Last)> Complement(List<(int First, int Last)> merged)
    {
        var rest = new List<(int First, int Last)>(merged.Count + 1);
        var next = FirstAstral;
        foreach (var (first, last) in merged)
        {
            if (next < first)
            {
                rest.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= LastAstral)
        {
            rest.Add((next, LastAstral));
        }

        return rest;
    }

    /// <summary>High surrogates that have the same low ones share an alternative: few alternatives even for all letters.</summary>
    private static List<(string Highs, string Lows)> Pair(List<(int First, int Last)> ranges)
    {
        var lowsOf = new SortedDictionary<int, StringBuilder>();
        foreach (var (first, last) in ranges)
        {
            for (var from = first; from <= last; from = (from | 0x3ff) + 1)
            {
                var high = 0xd800 + ((from - FirstAstral) >> 10);
                if (!lowsOf.TryGetValue(high, out var lows))
                {
                    lowsOf.Add(high, lows = new StringBuilder());
                }

                WriteRange(lows, 0xdc00 + (from & 0x3ff), 0xdc00 + (Math.Min(last, from | 0x3ff) & 0x3ff));
            }
        }

        var highsOf = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        foreach (var (high, lows) in lowsOf)
        {
            var text = lows.ToString();
            if (!highsOf.TryGetValue(text, out var highs))
            {
                highsOf.Add(text, highs = new StringBuilder());
            }

            WriteUnit(highs, high);
        }

        return [.. highsOf.Select(static pair => (pair.Value.ToString(), pair.Key))];
    }
}
