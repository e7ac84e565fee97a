using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Interlock.Canonical;

namespace Interlock.Tests.Canonical;

public sealed class CanonicalProperties
{
    private static readonly JsonReadOptions Options = JsonReadOptions.PlanBody;

    [Fact]
    public void What_was_written_reads_back_and_is_written_the_same() => Check(2000, JsonGenerators.Value, value =>
    {
        var written = CanonicalJson.Write(value);
        Assert.True(JsonReader.TryReadCanonical(written, Options, out var read, out var error), $"{value}: {error}");
        Assert.Equal(written, CanonicalJson.Write(read));
        Assert.Equal(CanonicalJson.Hash(value), Sha256Digest.Of(written));
    });

    [Fact]
    public void One_changed_byte_is_refused_or_is_another_value()
    {
        var cases = JsonGenerators.Value.Zip(Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(1, 255)));
        Check(4000, cases, given =>
        {
            var written = CanonicalJson.Write(given.Item1);
            var mutated = written.ToArray();
            mutated[given.Item2.Item1 % mutated.Length] ^= (byte)given.Item2.Item2;
            if (JsonReader.TryReadCanonical(mutated, Options, out var read, out _))
            {
                Assert.NotEqual(written, CanonicalJson.Write(read));
            }
        });
    }

    [Fact]
    public void Every_single_byte_change_of_a_plan_is_refused_or_is_another_value()
    {
        var written = CanonicalJson.Write(JsonObject.Of(
            ("intent", "résumé \U0001f600\n"),
            ("n", new JsonNumber(-1.5e-9)),
            ("a", new JsonArray([1, true, JsonNull.Instance, "é"]))));
        for (var i = 0; i < written.Length; i++)
        {
            for (var unit = 0; unit < 256; unit++)
            {
                var mutated = written.ToArray();
                mutated[i] = (byte)unit;
                var accepted = JsonReader.TryReadCanonical(mutated, Options, out var read, out _);
                Assert.True(unit != written[i] || accepted, "the text itself is canonical");
                Assert.True(!accepted || unit == written[i] || !CanonicalJson.Write(read!).AsSpan().SequenceEqual(written));
            }
        }
    }

    [Fact]
    public void Another_spelling_of_a_value_has_the_same_digest_and_is_not_canonical() => Check(1000, JsonGenerators.Value, value =>
    {
        var respelt = Encoding.UTF8.GetBytes(Respell(value));
        if (JsonReader.TryRead(respelt, Options, out var read, out var error))
        {
            Assert.Equal(CanonicalJson.Hash(value), CanonicalJson.Hash(read));
            Assert.False(JsonReader.TryReadCanonical(respelt, Options, out _, out _));
        }
        else
        {
            Assert.Contains("2^53-1", error.Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void The_digest_of_a_text_is_that_of_its_value_however_it_is_spelled_or_cut()
    {
        var cases = JsonGenerators.Value.Zip(Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(0, 255)));
        Check(3000, cases, given =>
        {
            byte[][] texts =
            [
                CanonicalJson.Write(given.Item1),
                Encoding.UTF8.GetBytes(Respell(given.Item1)),
                Encoding.UTF8.GetBytes(RespellSome(given.Item1, new Random(given.Item2.Item1))),
            ];
            foreach (var text in texts)
            {
                Refusals.Digest(text, Options);
                text[given.Item2.Item1 % text.Length] ^= (byte)given.Item2.Item2;
                Refusals.Digest(text, Options);
                Refusals.Digest(text[..(given.Item2.Item1 % text.Length)], Options);
            }
        });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(300)]
    [InlineData(5000)]
    public void Members_in_any_order_and_spelling_are_put_in_the_order_of_the_runtimes_own_sort(int count)
    {
        var random = new Random(count);
        string[] starts = ["", "a", "aaaaaaa", "aaaaaaaa", "aaaaaaaab", "é", "\ue000", "\U0001f600", "\uff61", "\"", "z\\"];
        var names = Enumerable.Range(0, count).Select(i => $"{starts[random.Next(starts.Length)]}~{i:x}").ToArray();
        var members = names.Select(name => random.Next(2) == 0 ? $"{Escape(name)}:1" : $"{JsonText(name)}:1");
        var value = Refusals.Read($"{{{string.Join(',', members)}}}");
        Assert.Equal(names.Order(StringComparer.Ordinal), ((JsonObject)value).Members.Select(member => member.Name));

        var twice = Refusals.Of($"{{{string.Join(',', members)},{Escape(names[count / 2])}:2}}");
        Assert.Contains("stands twice", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_ordered_by_UTF_16_units_and_not_by_code_points()
    {
        var value = JsonObject.Of(("\uff61", 1), ("\U0001f600", 2), ("\ue000", 3), ("\ud7ff", 4));
        Assert.Equal("{\"\ud7ff\":4,\"\U0001f600\":2,\"\ue000\":3,\"\uff61\":1}", value.ToString());
    }

    [Fact]
    public void A_lone_surrogate_made_in_code_throws_instead_of_being_replaced() =>
        Assert.Throws<EncoderFallbackException>(() => CanonicalJson.Write(new JsonString("a\ud800")));

    private static void Check<T>(int count, Gen<T> generator, Action<T> property) =>
        FsCheck.Fluent.Prop.ForAll(generator.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true));

    /// <summary>Every character as an escape, space everywhere, members backwards.</summary>
    private static string Respell(JsonValue value) => value switch
    {
        JsonString text => Escape(text.Value),
        JsonArray array => $" [ {string.Join("\t, ", array.Items.Select(Respell))} ]\n",
        JsonObject obj => $" {{ {string.Join(" ,\r", obj.Members.Reverse().Select(Respell))} }}\n",
        _ => $" {value} ",
    };

    /// <summary>The canonical text but for a part here and there: what is copied and what is written anew stand side by side.</summary>
    private static string RespellSome(JsonValue value, Random random) => random.Next(6) == 0
        ? Respell(value)
        : value switch
        {
            JsonString text when random.Next(3) == 0 => JsonText(text.Value).Replace("/", "\\/", StringComparison.Ordinal).Replace("\\u001f", "\\u001F", StringComparison.Ordinal),
            JsonArray array => $"[{string.Join(random.Next(9) == 0 ? " ," : ",", array.Items.Select(item => RespellSome(item, random)))}]",
            JsonObject obj => $"{{{string.Join(',', Shuffled(obj, random).Select(member =>
                $"{(random.Next(9) == 0 ? Escape(member.Name) : JsonText(member.Name))}{(random.Next(9) == 0 ? ": " : ":")}{RespellSome(member.Value, random)}"))}}}",
            _ => value.ToString(),
        };

    private static IEnumerable<JsonMember> Shuffled(JsonObject obj, Random random) =>
        random.Next(2) == 0 ? obj.Members : obj.Members.OrderBy(_ => random.Next());

    private static string Respell(JsonMember member) => $"{Escape(member.Name)} : {Respell(member.Value)}";

    private static string JsonText(string text) => new JsonString(text).ToString();

    private static string Escape(string text) =>
        $" \"{string.Concat(text.Select(unit => $"\\u{(int)unit:X4}"))}\" ";
}
