using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>Texts that are YAML, or nearly: a value written in any style, JSON, and soup of what makes YAML hard to read.</summary>
internal static partial class YamlTexts
{
    private static readonly string[] Soup =
    [
        "a: 1\n", "b:\n", "  c: x\n", "- ", "- a\n", "-\n", "? ", "? k\n: v\n", ": ", "&x ", "*x", "*x\n", "<<: *x\n", "!!str ", "!!int 1", "!t ", "! ", "|\n", "|-\n",
        ">\n", "|2+\n", "  text\n", " text\n", "\ttab\n", "\t", "# c\n", " # c\n", "---\n", "...\n", "%YAML 1.2\n", "%TAG ! x\n", "{a: 1}", "[1, 2]", "{", "}", "[", "]",
        ",", "\"q\"", "\"\\u00e9\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"", "\"\\x41\\e\\_\"", "'s'", "'it''s'", "'", "\"", "\\", "yes", "0o17", "0x1f", "1_000", ".inf",
        "9007199254740993", "1e400", "~", "null", "\n", "\n\n", "\r\n", "\r", " ", "  ", "\u0085", "\u2028", "\ufeff", "\u00a0", "\0", "\u0007", "é: 1\n", "e\u0301: 2\n",
        "a: 1\n", "\"a\": 2\n", "\"\\u0061\": 2\n", "@", "`", "%", "!!map {}", "!<tag:yaml.org,2002:str> x", "a: b: c\n", "a:b\n", "a #b\n", "a# b\n", "\"a\nb\"\n", "a\n  b\n",
    ];

    private static readonly byte[][] Pieces = [.. Soup.Select(Encoding.UTF8.GetBytes), .. JsonTexts.Bytes];

    /// <summary>Texts that another reader, of YAML 1.1 say, takes for something else.</summary>
    public static readonly string[] Tricky =
    [
        "yes", "no", "on", "off", "y", "n", "0b11", "1_000", "1:30", "2001-12-14", "<<", "0o", "0x", "1e", "e1", "=", ".", "-", "--", "...x", "a b", "a#b", "a:b", "nul", "truE",
        "line one\nline two\n", "line one\nline two", " padded ", "it's", "\"quoted\"", "", "\u0085", "\u2028", "\ufeff", "tab\there", "é", "\U0001f600", "1.5.1", "+", "0.0.0.0",
    ];

    public static byte[] Any(Random random)
    {
        var text = random.Next(4) switch
        {
            0 => JsonTexts.Any(random),
            1 => ReferenceJson.TryRead(JsonTexts.Grammatical(random), out var value) ? Encoding.UTF8.GetBytes(Written(value, random)) : [],
            2 => ReferenceJson.TryRead(JsonTexts.Grammatical(random), out var value)
                ? random.Damage(Encoding.UTF8.GetBytes(Written(value, random)), Pieces) : [],
            _ => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Pick(Soup)))),
        };
        return random.OneIn(3) ? random.Damage(text, Pieces) : text;
    }

    /// <summary>A value, as a line with the seed of its style and a line of JSON.</summary>
    public static byte[] Styled(Random random)
    {
        var members = Enumerable.Range(0, random.Next(1, 4)).Select(i =>
            $"\"{random.Pick("k", "yes", "a b", "1:30", "-x", "#", "null", "é")}{i}\":{Encoding.UTF8.GetString(Leaf(random))}");
        var json = random.OneIn(2) ? JsonTexts.Grammatical(random) : Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}");
        return [.. Encoding.ASCII.GetBytes($"{random.Next(100_000)}\n"), .. json];

        static byte[] Leaf(Random random) => random.OneIn(3) ? JsonTexts.Grammatical(random) : ReferenceJson.Write(random.Pick(Tricky));
    }

    /// <summary>A value in YAML, in a style that the dice choose; it reads as that value and as no other.</summary>
    public static string Written(object? value, Random random) =>
        (random.OneIn(4) ? "--- # start\n" : "") + Block(value, random, 0).TrimStart('\n') + (random.OneIn(6) ? "# the end\n" : "");

    private static string Block(object? value, Random random, int indent)
    {
        var space = new string(' ', indent);
        switch (value)
        {
            case SortedDictionary<string, object?> { Count: > 0 } members when random.Next(4) > 0:
                return "\n" + string.Concat(members.Select(member => $"{space}{Text(member.Key, random)}:{Below(member.Value)}"));
            case List<object?> { Count: > 0 } items when random.Next(4) > 0:
                return "\n" + string.Concat(items.Select(item => $"{space}-{Below(item)}"));
            case string text when Lines().IsMatch(text):
                return $"{(text.EndsWith('\n') ? "|" : "|-")}\n"
                    + string.Concat(text.TrimEnd('\n').Split('\n').Select(line => $"{space}{(indent == 0 ? " " : "")}{line}\n"));
            default:
                return Flow(value, random) + (random.OneIn(5) ? " # so it is\n" : "\n");
        }

        string Below(object? inner)
        {
            var block = Block(inner, random, indent + random.Next(1, 4));
            return block[0] == '\n' ? block : " " + block;
        }
    }

    private static string Flow(object? value, Random random) => value switch
    {
        null => random.Pick("null", "~", "Null", "NULL"),
        bool truth => truth ? random.Pick("true", "True", "TRUE") : random.Pick("false", "False", "FALSE"),
        double number => Math.Abs(number) < 1e6 && number == Math.Truncate(number)
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("E16", CultureInfo.InvariantCulture),
        string text => Text(text, random),
        List<object?> items => $"[{string.Join(", ", items.Select(item => Flow(item, random)))}]",
        SortedDictionary<string, object?> members =>
            $"{{{string.Join(", ", members.Select(member => $"{Text(member.Key, random)}: {Flow(member.Value, random)}"))}}}",
        _ => throw new InvalidOperationException("no value"),
    };

    private static string Text(string text, Random random) =>
        Plain().IsMatch(text) && !Words().IsMatch(text) && random.OneIn(2) ? text
        : Printable().IsMatch(text) && random.OneIn(2) ? $"'{text.Replace("'", "''")}'"
        : $"\"{string.Concat(text.Select(unit => Escaped(unit)))}\"";

    private static string Escaped(char unit) => unit is >= ' ' and < '\u007f' and not ('"' or '\\')
        ? unit.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");

    [GeneratedRegex(@"\A([a-zA-Z]([a-zA-Z0-9_./ é-]*[a-zA-Z0-9])?|0b11|1_000|1:30|2001-12-14|<<|0\.0\.0\.0)\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A(null|true|false)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Words();

    [GeneratedRegex(@"\A[ -~é]*\z")]
    private static partial Regex Printable();

    [GeneratedRegex(@"\A([a-z][a-z :#'-]*[a-z]\n)+[a-z]*\z")]
    private static partial Regex Lines();
}
