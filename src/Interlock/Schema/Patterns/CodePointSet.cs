namespace Interlock.Schema.Patterns;

/// <summary>A set of code points under construction. Surrogates are none: text here is well-formed.</summary>
internal sealed class CodePointSet
{
    /// <summary>Pairs of first and last. ECMA-262 <c>\d</c>.</summary>
    public const string Digits = "09";

    /// <summary>ECMA-262 <c>\w</c> without <c>i</c>.</summary>
    public const string WordCharacters = "09AZ__az";

    /// <summary>ECMA-262 <c>\s</c>: WhiteSpace and LineTerminator.</summary>
    public const string WhiteSpace = "\t\r  \u00a0\u00a0\u1680\u1680\u2000\u200a\u2028\u2029\u202f\u202f\u205f\u205f\u3000\u3000\ufeff\ufeff";

    /// <summary>ECMA-262 LineTerminator: what <c>.</c> leaves out.</summary>
    public const string LineEnds = "\n\n\r\r\u2028\u2029";

    private const int LastCodePoint = 0x10ffff;
    private const int FirstSurrogate = 0xd800;
    private const int LastSurrogate = 0xdfff;

    private readonly List<(int First, int Last)> ranges = [];

    /// <summary>Adds one code point; none where it is negative, as it is after a class such as <c>\d</c> inside a class.</summary>
    public void AddSingle(int codePoint)
    {
        if (codePoint >= 0)
        {
            Add(codePoint, codePoint);
        }
    }

    public void Add(int first, int last) => ranges.Add((first, last));

    /// <summary>Adds ranges given as pairs of characters, or all code points outside them.</summary>
    public void Add(string pairs, bool complement)
    {
        var given = new List<(int First, int Last)>(pairs.Length / 2);
        for (var i = 0; i < pairs.Length; i += 2)
        {
            given.Add((pairs[i], pairs[i + 1]));
        }

        Add(given, complement);
    }

    /// <summary>Adds sorted ranges, or all code points outside them.</summary>
    public void Add(List<(int First, int Last)> sorted, bool complement) => ranges.AddRange(complement ? Complement(sorted) : sorted);

    /// <summary>The set, or all code points outside it: sorted ranges that do not touch.</summary>
    public List<(int First, int Last)> Ranges(bool negated)
    {
        ranges.Sort();
        var merged = new List<(int First, int Last)>(ranges.Count);
        foreach (var (first, last) in negated ? Complement(Merge(ranges)) : Merge(ranges))
        {
            if (first < FirstSurrogate)
            {
                merged.Add((first, Math.Min(last, FirstSurrogate - 1)));
            }

            if (last > LastSurrogate)
            {
                merged.Add((Math.Max(first, LastSurrogate + 1), last));
            }
        }

        return merged;
    }

    private static List<(int First, int Last)> Merge(List<(int First, int Last)> sorted)
    {
        var merged = new List<(int First, int Last)>(sorted.Count);
        foreach (var (first, last) in sorted)
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

    private static List<(int First, int Last)> Complement(List<(int First, int Last)> sorted)
    {
        var rest = new List<(int First, int Last)>(sorted.Count + 1);
        var next = 0;
        foreach (var (first, last) in sorted)
        {
            if (next < first)
            {
                rest.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= LastCodePoint)
        {
            rest.Add((next, LastCodePoint));
        }

        return rest;
    }
}
