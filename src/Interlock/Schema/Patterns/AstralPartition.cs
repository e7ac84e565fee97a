using System.Runtime.InteropServices;
using System.Text;

namespace Interlock.Schema.Patterns;

/// <summary>
/// Lets an automaton over UTF-16 units match whole code points. All code points beyond the basic plane that a pattern cannot
/// tell apart share a stand-in of one unit, taken from the surrogates, which well-formed text never has by themselves. Writing
/// surrogate pairs into the pattern instead takes half a second to compile for <c>\p{L}</c> alone.
/// </summary>
internal sealed class AstralPartition
{
    private const int FirstAstral = 0x10000;
    private const char FirstStandIn = '\ud800';
    private const int MaxStandIns = 0x800;
    private const int MaxSets = 64;

    private readonly Dictionary<string, int> sets = new(StringComparer.Ordinal);
    private readonly List<List<(int First, int Last)>> rangesOf = [];
    private readonly List<ulong> masks = [0];
    private int[] starts = [];
    private char[] standIns = [];

    /// <summary>Notes a set of code points that the pattern tells from others; false when there are too many of them.</summary>
    public bool TryAdd(List<(int First, int Last)> ranges)
    {
        var astral = Astral(ranges);
        if (astral.Count > 0 && sets.TryAdd(Key(astral), rangesOf.Count))
        {
            rangesOf.Add(astral);
        }

        return rangesOf.Count <= MaxSets;
    }

    /// <summary>Gives out the stand-ins, once every set is known; false when there are not enough.</summary>
    public bool TryComplete()
    {
        starts = [.. rangesOf.SelectMany(static set => set).SelectMany(static range => new[] { range.First, range.Last + 1 }).Distinct().Order()];
        var maskOf = new ulong[starts.Length];
        for (var set = 0; set < rangesOf.Count; set++)
        {
            foreach (var (first, last) in rangesOf[set])
            {
                for (var i = Array.BinarySearch(starts, first); starts[i] <= last; i++)
                {
                    maskOf[i] |= 1UL << set;
                }
            }
        }

        masks.AddRange(maskOf.Where(static mask => mask != 0).Distinct());
        standIns = [.. maskOf.Select(mask => (char)(FirstStandIn + masks.IndexOf(mask)))];
        return masks.Count <= MaxStandIns;
    }

    /// <summary>The stand-ins of a set, for a class of the pattern.</summary>
    public IEnumerable<char> StandIns(List<(int First, int Last)> ranges)
    {
        var astral = Astral(ranges);
        if (astral.Count == 0)
        {
            yield break;
        }

        var bit = 1UL << sets[Key(astral)];
        for (var i = 1; i < masks.Count; i++)
        {
            if ((masks[i] & bit) != 0)
            {
                yield return (char)(FirstStandIn + i);
            }
        }
    }

    /// <summary>A text with its stand-ins; most texts have none and stay as they are.</summary>
    public string Map(string text)
    {
        var at = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff');
        if (at < 0)
        {
            return text;
        }

        var output = new StringBuilder(text.Length).Append(text, 0, at);
        while (at < text.Length)
        {
            if (Rune.TryGetRuneAt(text, at, out var rune))
            {
                output.Append(rune.IsBmp ? (char)rune.Value : StandIn(rune.Value));
                at += rune.Utf16SequenceLength;
            }
            else
            {
                output.Append(FirstStandIn);
                at++;
            }
        }

        return output.ToString();
    }

    private char StandIn(int codePoint)
    {
        var i = Array.BinarySearch(starts, codePoint);
        i = i < 0 ? ~i - 1 : i;
        return i < 0 ? FirstStandIn : standIns[i];
    }

    private static List<(int First, int Last)> Astral(List<(int First, int Last)> ranges) =>
        [.. ranges.Where(static range => range.Last >= FirstAstral).Select(static range => (Math.Max(range.First, FirstAstral), range.Last))];

    private static string Key(List<(int First, int Last)> astral) =>
        new(MemoryMarshal.Cast<(int First, int Last), char>(CollectionsMarshal.AsSpan(astral)));
}
