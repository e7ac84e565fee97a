using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Interlock.Canonical;

/// <summary>
/// Tells texts apart as something that normalises would: <c>é</c> as one code point and as <c>e</c> with an accent are one
/// text there. Canonical equivalence is that of Unicode chapter 3 (NFD), with one over-approximation: marks that follow
/// each other are compared without regard to their order, whatever their combining class. It can only take more texts
/// for the same, never fewer, and needs no table of combining classes.
/// </summary>
internal static class CanonicalEquivalence
{
    // Unicode section 3.12: the arithmetic of Hangul syllables
    private const int FirstSyllable = 0xac00;
    private const int SyllableCount = 11172;
    private const int FirstLeading = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTrailing = 0x11a7;
    private const int VowelCount = 21;
    private const int TrailingCount = 28;

    /// <summary>Before the combining grave accent no code point is a mark, and all are assigned.</summary>
    private const int FirstMark = 0x300;

    private static readonly Lazy<FrozenDictionary<int, Rune[]>> Decompositions = new(Load);

    /// <summary>How many code points the table decomposes.</summary>
    public static int TableSize => Decompositions.Value.Count;

    /// <summary>A text that all canonically equivalent spellings of a text share. ASCII is its own key.</summary>
    /// <param name="text">Well-formed UTF-16 text.</param>
    public static string Key(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var runes = new List<Rune>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune, runes);
        }

        SortMarks(runes);
        var key = new char[2 * runes.Count];
        var length = 0;
        foreach (var rune in CollectionsMarshal.AsSpan(runes))
        {
            length += rune.EncodeToUtf16(key.AsSpan(length));
        }

        return new string(key, 0, length);
    }

    private static void Decompose(Rune rune, List<Rune> output)
    {
        var syllable = rune.Value - FirstSyllable;
        if (syllable is >= 0 and < SyllableCount)
        {
            output.Add(new Rune(FirstLeading + (syllable / (VowelCount * TrailingCount))));
            output.Add(new Rune(FirstVowel + (syllable / TrailingCount % VowelCount)));
            if (syllable % TrailingCount is > 0 and var trailing)
            {
                output.Add(new Rune(BeforeTrailing + trailing));
            }
        }
        else if (Decompositions.Value.TryGetValue(rune.Value, out var parts))
        {
            output.AddRange(parts);
        }
        else
        {
            output.Add(rune);
        }
    }

    private static void SortMarks(List<Rune> runes)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            var end = start;
            while (end < runes.Count && MayReorder(runes[end]))
            {
                end++;
            }

            if (end - start > 1)
            {
                runes.Sort(start, end - start, Comparer<Rune>.Default);
            }

            start = Math.Max(start, end);
        }
    }

    /// <summary>
    /// Only marks have a combining class other than zero, spacing ones among them (the Hangul tone marks, most viramas). A
    /// code point that the runtime does not know yet may be one.
    /// </summary>
    private static bool MayReorder(Rune rune) => rune.Value >= FirstMark && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.EnclosingMark
        or UnicodeCategory.OtherNotAssigned;

    private static FrozenDictionary<int, Rune[]> Load()
    {
        var table = new Dictionary<int, Rune[]>();
        var at = 0;
        var words = DecompositionTable.Text.AsSpan();
        foreach (var range in words.SplitAny(" \r\n"))
        {
            var word = words[range];
            if (word is [.. var start, ':'])
            {
                at = int.Parse(start, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            }
            else if (!word.IsEmpty)
            {
                table.Add(at++, Parts(word));
            }
        }

        return table.ToFrozenDictionary();
    }

    private static Rune[] Parts(ReadOnlySpan<char> word)
    {
        var parts = new List<Rune>(4);
        foreach (var range in word.Split('+'))
        {
            parts.Add(new Rune(int.Parse(word[range], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
        }

        return [.. parts];
    }
}
