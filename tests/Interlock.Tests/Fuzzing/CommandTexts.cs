using System.Text;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>Arguments of a command with placeholders, and hostile values for them: <c>{"argv": […], "values": {…}}</c>.</summary>
internal static class CommandTexts
{
    private static readonly string[] Parts =
    [
        "{a}", "{b}", "{n}", "{t}", "{l}", "{{", "}}", "{", "}", "{z}", "{}", "{a", "a}", "{ a}", "-", "--", "--unit=", "-f", " ", "x", "'", "\"", "$(id)", "`id`", ";",
        "\\", "*", "~", "\n", "é", "=", "{{a}}", "{{{a}}}", "\0", "/", "#", "&&", "|",
    ];

    private static readonly string[] Values =
    [
        "", "x", "-x", "--", "-", "--help", "a b", " ", "  -x", "{b}", "{a}{b}", "{{", "}}", "'", "\"", "it's", "\\", "\\'", "$(id)", "`id`", "; rm -rf /", "*", "~", "a\nb", "a\0b",
        "a\tb", "\r", "é", "\u2014x", "\u202e", "\u200b", "\uff0dx", "\u2212x", "=", "@x", "%2d", "\u00a0", "\u2028", "\ud7ff", "\U000e0001", "\U0001f600", "x -x",
    ];

    private static readonly byte[][] Pieces = [.. Parts.Select(Encoding.UTF8.GetBytes), .. JsonTexts.Bytes];

    public static byte[] Any(Random random)
    {
        var argv = Enumerable.Range(0, random.Next(1, 5))
            .Select(object? (_) => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Pick(random.OneIn(3) ? Parts : Parts[..6]))))
            .ToList();
        if (random.OneIn(6))
        {
            argv.Insert(random.Next(argv.Count), "--");
        }

        var values = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["a"] = Value(random),
            ["b"] = Value(random),
            ["n"] = random.Pick(0.0, 1, -1, 1e15, 0.5, 1e20, -0.0),
            ["t"] = random.OneIn(2),
            ["l"] = Enumerable.Range(0, random.Next(1, 4)).Select(object? (i) => $"{Value(random)}{i}").ToList(),
        };
        if (random.OneIn(20))
        {
            values[random.Pick("a", "n", "t", "l", "z")] = random.Pick<object?>(null, "x", 1.0, true, new List<object?>());
        }

        var text = ReferenceJson.Write(new SortedDictionary<string, object?>(StringComparer.Ordinal) { ["argv"] = argv, ["values"] = values });
        return random.OneIn(10) ? random.Damage(text, Pieces) : text;
    }

    private static string Value(Random random) => random.OneIn(3) ? random.Pick(Values) + random.Pick(Values)
        : random.OneIn(30) ? new string('x', 257) : random.Pick(Values);
}
