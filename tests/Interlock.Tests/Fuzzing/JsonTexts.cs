using System.Globalization;
using System.Text;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>Texts that are JSON, or nearly: made by the grammar, then changed token by token and byte by byte.</summary>
internal static class JsonTexts
{
    private static readonly string[] Names =
    [
        "a", "b", "id", "A", "K", "\u212a", "\u00e9", "e\u0301", "\u00c5", "A\u030a", "\u212b", "\uac00", "\u1100\u1161", "", "/", "aaaaaaaa",
        "aaaaaaaab", "aaaaaaaaa", "\uff61", "\U0001f600", "\ue000", "\ud7ff", "q\u0323\u0307", "q\u0307\u0323", "~", "\u007f",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "10", "1.5", "-1.5e-9", "1e20", "1e21", "100000000000000000000", "9007199254740991", "9007199254740992",
        "-9007199254740991", "-9007199254740992", "9007199254740993.0", "1e400", "-1e400", "1e-400", "5e-324", "2.9802322387695312e-8",
        "1.7976931348623157e308", "1.7976931348623159e308", "0.000001", "0.0000001", "1E+2", "1e-7", "123456789012345680000",
        "01", "+1", "1.", ".5", "1e", "1e+", "-", "0x10", "NaN", "Infinity", "1_000", "00", "-01", "1.0e0", "0e0", "-0.0", "0.1e1",
        "999999999999999999999", "1.00000000000000000000000000000001", "333333333.33333329", "4.35", "0.5e-1074", "٣",
    ];

    private static readonly string[] Pieces =
    [
        "a", "Z", "0", " ", "/", "é", "\u0301", "\u2028", "\ud7ff", "\ue000", "\uffff", "\U0001f600", "\U0010ffff", "\u202e", "\u007f", "\u0080",
        "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000", "\\u001f", "\\u0061", "\\u00e9", "\\u2028", "\\uD83D\\uDE00",
        "\\ud83d\\ude00", "\\u005C", "\\u0022", "\\ufeff",
    ];

    private static readonly string[] BadPieces =
    [
        "\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83d\\u0061", "\\ud83dx", "\\x41", "\\u12", "\\u{61}", "\\", "\"", "\t", "\n", "\0", "\u001f",
        "\\'", "\\U00000061", "\\u 061", "\\u+061",
    ];

    private static readonly string[] Blanks = ["", "", "", "", " ", "\n", "\t", "\r\n", "  ", "        ", "                                  "];

    private static readonly string[] Strangers =
    [
        "{", "}", "[", "]", ",", ":", "null", "true", "false", "nul", "True", "\"a\"", "\"\"", "'a'", "/**/", "//", "#", "\u00a0", "\ufeff", "\v", ";",
        "undefined", "\"a\":1,\"a\":2", "{\"a\":1,\"\\u0061\":2}", ",]", ",}", "\"", "\\",
    ];

    public static readonly byte[][] Bytes =
    [
        [0xff], [0xc0, 0x80], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbb, 0xbf], [0x00], [0x80], [0xe0, 0x80, 0xaf],
        [0xf0, 0x9f, 0x98, 0x80], [0xef, 0xbf, 0xbf], "\\u"u8.ToArray(), "\""u8.ToArray(), "}"u8.ToArray(), "]"u8.ToArray(), ","u8.ToArray(),
        "9"u8.ToArray(), "e"u8.ToArray(), " "u8.ToArray(), "\\ud800"u8.ToArray(),
    ];

    /// <summary>A text; about a third of them are JSON, and some of those canonical.</summary>
    public static byte[] Any(Random random)
    {
        var tokens = Tokens(random);
        for (var changes = random.Next(4) - 1; changes > 0; changes--)
        {
            Change(random, tokens);
        }

        var text = Encoding.UTF8.GetBytes(Joined(random, tokens));
        if (random.OneIn(3) && ReferenceJson.TryRead(text, out var value, depth: 600, isOurs: true))
        {
            text = ReferenceJson.Write(value);
        }

        return random.OneIn(4) ? random.Damage(text, Bytes) : text;
    }

    /// <summary>A text by the grammar alone; names may still stand twice, numbers may be out of range.</summary>
    public static byte[] Grammatical(Random random) => Encoding.UTF8.GetBytes(Joined(random, Tokens(random)));

    private static List<string> Tokens(Random random)
    {
        var tokens = new List<string>();
        if (random.OneIn(12))
        {
            var depth = random.Next(28, 36);
            tokens.AddRange(Enumerable.Repeat("[", depth));
            tokens.Add("1");
            tokens.AddRange(Enumerable.Repeat("]", depth));
        }
        else
        {
            Value(random, tokens, random.Next(1, 5));
        }

        return tokens;
    }

    private static void Value(Random random, List<string> tokens, int depth)
    {
        switch (random.Next(depth > 0 ? 9 : 5))
        {
            case 0:
                tokens.Add(random.Pick("null", "true", "false"));
                break;
            case 1:
                tokens.Add(Number(random));
                break;
            case 2 or 3 or 4:
                tokens.Add(Text(random, random.OneIn(12) ? random.Next(20, 200) : random.Next(6), Pieces));
                break;
            case 5 or 6:
                List(tokens, "[", "]", random.OneIn(12) ? 40 : random.Next(4), () => Value(random, tokens, depth - 1));
                break;
            default:
                // sixteen members and fewer are sorted in another way than more
                var isLong = random.OneIn(12);
                List(tokens, "{", "}", isLong ? random.Next(14, 40) : random.Next(5), () =>
                {
                    tokens.Add(Name(random, isLong ? random.Next(1 << 20).ToString(CultureInfo.InvariantCulture) : ""));
                    tokens.Add(":");
                    Value(random, tokens, isLong ? 0 : depth - 1);
                });
                break;
        }
    }

    private static void List(List<string> tokens, string open, string close, int count, Action one)
    {
        tokens.Add(open);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                tokens.Add(",");
            }

            one();
        }

        tokens.Add(close);
    }

    private static string Name(Random random, string more)
    {
        var name = random.Pick(Names) + more;
        return random.OneIn(3) ? Escaped(name) : $"\"{name}\"";
    }

    private static string Escaped(string name) =>
        $"\"{string.Concat(name.Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}")))}\"";

    private static string Number(Random random) => random.Next(4) switch
    {
        0 => random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture),
        1 => random.Pick<string>(Numbers.AsSpan(0, 27)),
        2 => BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsFinite(any)
            ? any.ToString(random.Pick("R", "E3", "E16", "E20"), CultureInfo.InvariantCulture)
            : "7",
        _ => Math.ScaleB(1, random.Next(-1074, 1023)).ToString("E17", CultureInfo.InvariantCulture),
    };

    private static string Text(Random random, int length, string[] pieces)
    {
        var text = new StringBuilder("\"");
        for (var i = 0; i < length; i++)
        {
            text.Append(random.OneIn(2) ? "plain " : random.Pick(pieces));
        }

        return text.Append('"').ToString();
    }

    private static void Change(Random random, List<string> tokens)
    {
        var at = random.Next(tokens.Count);
        var other = random.Next(tokens.Count);
        switch (random.Next(9))
        {
            case 0 when tokens.Count > 1:
                tokens.RemoveAt(at);
                break;
            case 1:
                tokens.Insert(at, tokens[at]);
                break;
            case 2:
                (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                break;
            case 3:
                tokens.InsertRange(at, tokens.GetRange(other, random.Next(1, 1 + Math.Min(8, tokens.Count - other))));
                break;
            case 4:
                tokens.Insert(at, random.Pick(Strangers));
                break;
            case 5:
                tokens[at] = random.Pick(Numbers);
                break;
            case 6:
                tokens[at] = Text(random, random.Next(1, 4), BadPieces);
                break;
            case 7:
                tokens[at] = Text(random, random.Next(1, 9), Pieces);
                break;
            default:
                Twin(random, tokens);
                break;
        }
    }

    /// <summary>A member once more: the same name, or in another spelling.</summary>
    private static void Twin(Random random, List<string> tokens)
    {
        var at = tokens.FindIndex(random.Next(tokens.Count), token => token == ":");
        if (at < 1)
        {
            return;
        }

        var name = tokens[at - 1];
        var again = random.Pick(
            name, name.Replace("\u00e9", "e\u0301"), name.Replace("A\u030a", "\u212b"), name.Replace("a", "\\u0061"), name.Replace("K", "\u212a"));
        tokens.InsertRange(at - 1, [again, ":", "0", ","]);
    }

    private static string Joined(Random random, List<string> tokens)
    {
        var isTight = random.OneIn(2);
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(isTight ? "" : random.Pick(Blanks)).Append(token);
        }

        return text.Append(isTight ? "" : random.Pick(Blanks)).ToString();
    }
}
