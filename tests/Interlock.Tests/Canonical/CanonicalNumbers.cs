using System.Globalization;
using System.Text;
using System.Text.Json;
using Interlock.Canonical;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Canonical;

public sealed class CanonicalNumbers
{
    [Fact]
    public void Every_recorded_double_is_written_as_ECMAScript_writes_it()
    {
        var lines = File.ReadAllLines(Path.Combine(SharedData.Repository, "vectors", "es6-numbers.jsonl"));
        foreach (var line in lines)
        {
            using var vector = JsonDocument.Parse(line);
            var bits = ulong.Parse(vector.RootElement.GetProperty("bits").GetString()!, NumberStyles.AllowHexSpecifier);
            Assert.Equal(vector.RootElement.GetProperty("text").GetString(), Write(BitConverter.UInt64BitsToDouble(bits)));
        }

        Assert.Equal(280, lines.Length);
    }

    /// <summary>
    /// At powers of two the runtime's shortest text does not always read back (2^-25, 2^-958). The digest is that of what
    /// an ECMAScript engine writes for all of them, each on a line, each followed by its negative.
    /// </summary>
    [Fact]
    public void Every_power_of_two_is_written_as_ECMAScript_writes_it()
    {
        var all = new StringBuilder();
        for (var power = -1074; power <= 1023; power++)
        {
            all.Append(Write(Math.ScaleB(1, power))).Append('\n').Append(Write(-Math.ScaleB(1, power))).Append('\n');
        }

        Assert.Equal("2.9802322387695312e-8", Write(Math.ScaleB(1, -25)));
        Assert.Equal(
            "6dba5aac6bf761519f47ec272f44742fc125f052e815722bcd8a6728cbfbbf9c",
            Sha256Digest.Of(Encoding.ASCII.GetBytes(all.ToString())).ToString());
    }

    [Fact]
    public void Random_doubles_are_written_as_an_ECMAScript_engine_writes_them()
    {
        if (NodeScript.Executable is not { } node)
        {
            Assert.Skip("node is not installed; ./test installs it");
            return;
        }

        var random = new Random(1985);
        var lines = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
        {
            var number = (i % 3) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64()),
                1 => Math.Round(random.NextDouble() * 1e6, random.Next(0, 12)),
                _ => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(Math.ScaleB(1, random.Next(-1022, 1023))) + random.Next(-2, 3)),
            };
            if (double.IsFinite(number))
            {
                lines.Append(CultureInfo.InvariantCulture, $"{BitConverter.DoubleToInt64Bits(number):x16} {Write(number)}\n");
            }
        }

        const string Compare = """
            const view = new DataView(new ArrayBuffer(8));
            const lines = require("fs").readFileSync(0, "utf8").trimEnd().split("\n");
            const wrong = lines.filter(line => {
              const [bits, text] = line.split(" ");
              view.setBigUint64(0, BigInt("0x" + bits));
              return JSON.stringify(view.getFloat64(0)) !== text;
            });
            process.stdout.write(JSON.stringify({ compared: lines.length, wrong }));
            """;
        Assert.Matches("""^\{"compared":9[0-9]{4},"wrong":\[\]\}$""", NodeScript.Run(node, Compare, lines.ToString()));
    }

    [Fact]
    public void A_hundred_thousand_random_doubles_read_back_exactly_in_the_layout_of_their_size()
    {
        var bits = 8785UL;
        for (var i = 0; i < 100_000; i++)
        {
            bits = unchecked((bits * 6364136223846793005) + 1442695040888963407);
            var number = BitConverter.UInt64BitsToDouble(bits);
            if (i % 2 == 0)
            {
                // few of all bit patterns are numbers that people write
                number = Math.ScaleB((bits >> 11) - 4e15, (int)(bits >> 58) - 90);
            }

            if (double.IsFinite(number))
            {
                var text = Write(number);
                Assert.Equal(number, double.Parse(text, CultureInfo.InvariantCulture));
                Assert.True(HasLayoutOfItsSize(text, Math.Abs(number)), text);
            }
        }
    }

    [Theory]
    [InlineData("-0", "0")]
    [InlineData("-0.0e7", "0")]
    [InlineData("1.0", "1")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1e-400", "0")]
    [InlineData("2.4703282292062327e-324", "0")]
    [InlineData("2.4703282292062328e-324", "5e-324")]
    [InlineData("0e99999999999999999999", "0")]
    [InlineData("1e-99999999999999999999", "0")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("-9007199254740991", "-9007199254740991")]
    [InlineData("9007199254740993.0", "9007199254740992")]
    public void A_literal_becomes_the_nearest_double_and_then_its_one_spelling(string literal, string expected) =>
        Assert.Equal(expected, Refusals.Read(literal).ToString());

    [Fact]
    public void A_long_literal_is_rounded_by_all_of_its_digits()
    {
        Assert.Equal("0.1", Refusals.Read($"0.{new string('0', 5000)}1e5000").ToString());
        Assert.Equal("1", Refusals.Read($"1{new string('0', 5000)}e-5000").ToString());

        // half way between 1 and its upper neighbour, and a hair above it: only the last of 2,000 digits decides
        const string HalfWay = "1.00000000000000011102230246251565404236316680908203125";
        Assert.Equal("1", Refusals.Read(HalfWay).ToString());
        Assert.Equal("1.0000000000000002", Refusals.Read($"{HalfWay}{new string('0', 2000)}1").ToString());
    }

    private static string Write(double number) => Encoding.ASCII.GetString(CanonicalJson.Write(new JsonNumber(number)));

    private static bool HasLayoutOfItsSize(string text, double size)
    {
        var digits = text.Split('e')[0].Count(char.IsAsciiDigit);
        return size switch
        {
            0 => text == "0",
            < 1e-6 or >= 1e21 => text.Contains('e', StringComparison.Ordinal) && digits <= 17,
            < 1 => text.TrimStart('-').StartsWith("0.", StringComparison.Ordinal) && text[^1] != '0' && digits <= 17 + 6,
            _ => !text.Contains('e', StringComparison.Ordinal) && text.TrimStart('-')[0] != '0' && digits <= 21,
        };
    }
}
