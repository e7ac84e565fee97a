using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Interlock.Schema.Patterns;

/// <summary>A general category of Unicode, or a group of them, as <c>\p{…}</c> names it (ECMA-262 table 70).</summary>
internal sealed class UnicodeCategories
{
    /// <summary>ECMA-262 names; the first is the short one, of which a group has the first letter.</summary>
    private static readonly string[] Names =
    [
        "Lu Uppercase_Letter", "Ll Lowercase_Letter", "Lt Titlecase_Letter", "Lm Modifier_Letter", "Lo Other_Letter",
        "Mn Nonspacing_Mark", "Mc Spacing_Mark", "Me Enclosing_Mark",
        "Nd Decimal_Number digit", "Nl Letter_Number", "No Other_Number",
        "Zs Space_Separator", "Zl Line_Separator", "Zp Paragraph_Separator",
        "Cc Control cntrl", "Cf Format", "Cs Surrogate", "Co Private_Use",
        "Pc Connector_Punctuation", "Pd Dash_Punctuation", "Ps Open_Punctuation", "Pe Close_Punctuation",
        "Pi Initial_Punctuation", "Pf Final_Punctuation", "Po Other_Punctuation",
        "Sm Math_Symbol", "Sc Currency_Symbol", "Sk Modifier_Symbol", "So Other_Symbol", "Cn Unassigned",
        "L Letter", "M Mark Combining_Mark", "N Number", "Z Separator", "C Other", "P Punctuation punct", "S Symbol",
    ];

    private static readonly FrozenDictionary<string, UnicodeCategories> All = Names
        .Select(static names => names.Split(' '))
        .SelectMany(static names => names.Select(name => (Name: name, Category: new UnicodeCategories(names[0]))))
        .ToFrozenDictionary(static pair => pair.Name, static pair => pair.Category, StringComparer.Ordinal);

    /// <summary>Runs of one category, found once: a million look-ups are some milliseconds.</summary>
    private static readonly Lazy<List<(int First, int Last, string Category)>> Runs = new(FindRuns);

    private UnicodeCategories(string name) => Name = name;

    /// <summary>The short name.</summary>
    public string Name { get; }

    public static bool TryFind(string name, [NotNullWhen(true)] out UnicodeCategories? category)
    {
        var equals = name.IndexOf('=', StringComparison.Ordinal);
        var value = equals >= 0 && name[..equals] is "gc" or "General_Category" ? name[(equals + 1)..] : name;
        return All.TryGetValue(value, out category);
    }

    /// <summary>The code points, in order.</summary>
    public List<(int First, int Last)> Ranges()
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var (first, last, category) in Runs.Value)
        {
            if (!category.StartsWith(Name, StringComparison.Ordinal))
            {
                continue;
            }

            if (ranges.Count > 0 && ranges[^1].Last + 1 == first)
            {
                ranges[^1] = (ranges[^1].First, last);
            }
            else
            {
                ranges.Add((first, last));
            }
        }

        return ranges;
    }

    private static List<(int First, int Last, string Category)> FindRuns()
    {
        var runs = new List<(int First, int Last, string Category)>();
        var first = 0;
        var category = CharUnicodeInfo.GetUnicodeCategory(first);
        for (var codePoint = first + 1; codePoint <= 0x110000; codePoint++)
        {
            var next = codePoint <= 0x10ffff ? CharUnicodeInfo.GetUnicodeCategory(codePoint) : UnicodeCategory.OtherNotAssigned;
            if (next == category && codePoint <= 0x10ffff)
            {
                continue;
            }

            // the enumeration's order is that of the first thirty names
            runs.Add((first, codePoint - 1, Names[(int)category].Split(' ')[0]));
            first = codePoint;
            category = next;
        }

        return runs;
    }
}
