using System.Text;
using System.Text.Json;
using Interlock.Canonical;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Canonical;

public sealed class CanonicalEquivalenceFacts
{
    [Fact]
    public void Recorded_pairs_are_taken_for_the_same_or_for_two()
    {
        var lines = File.ReadAllLines(Path.Combine(SharedData.Repository, "vectors", "canonical-equivalence.jsonl"));
        foreach (var line in lines)
        {
            using var vector = JsonDocument.Parse(line);
            var (a, b) = (vector.RootElement.GetProperty("a").GetString()!, vector.RootElement.GetProperty("b").GetString()!);
            var ours = vector.RootElement.GetProperty("ours").GetBoolean();
            Assert.True(ours || !vector.RootElement.GetProperty("icu").GetBoolean(), $"only ever more than ICU: {line}");
            Assert.True(ours == (CanonicalEquivalence.Key(a) == CanonicalEquivalence.Key(b)), line);
            if (a != b)
            {
                var document = Encoding.UTF8.GetBytes($"{{\"{a}\":1,\"{b}\":2}}");
                Assert.True(ours != JsonReader.TryRead(document, JsonReadOptions.PlanBody, out _, out _), line);
                var written = CanonicalJson.Write(JsonObject.Of((a, 1), (b, 2)));
                Assert.True(JsonReader.TryReadCanonical(written, JsonReadOptions.PlanBody, out _, out _), line);
            }
        }

        Assert.Equal(46, lines.Length);
    }

    /// <summary>
    /// The digest is that of ICU 78's answers (NFD, marks in a row ordered by code point) for each code point that decomposes,
    /// one a line as <c>e9:65+301</c>.
    /// </summary>
    [Fact]
    public void Every_code_point_decomposes_as_in_Unicode_17()
    {
        var all = new StringBuilder();
        var count = 0;
        for (var point = 0x80; point <= 0x10ffff; point++)
        {
            if (!Rune.TryCreate(point, out var rune))
            {
                continue;
            }

            var text = rune.ToString();
            var key = CanonicalEquivalence.Key(text);
            if (key != text)
            {
                count++;
                all.Append($"{point:x}:{string.Join('+', key.EnumerateRunes().Select(part => $"{part.Value:x}"))}\n");
            }
        }

        Assert.Equal(2081, CanonicalEquivalence.TableSize);
        Assert.Equal(2081 + 11172, count);
        Assert.Equal(
            "e4af2202421c4596eabe189686afbc55dd5e998d7973d23133be20dd463b850a",
            Sha256Digest.Of(Encoding.ASCII.GetBytes(all.ToString())).ToString());
    }

    [Fact]
    public void Two_spellings_of_one_name_are_refused_at_the_second()
    {
        var error = Refusals.Of("{\n \"x\": {\"é\": 1,\n   \"a\": {}, \"e\u0301\": 2}}");
        Assert.Equal(("x/e\\u{301}", 3, 13), (error.Path, error.Line, error.Column));
        Assert.Contains("two Unicode spellings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spelling_by_escape_says_exactly_what_it_means()
    {
        Assert.Equal(2, ((JsonObject)Refusals.Read("{\"\\u00e9\":1,\"e\u0301\":2}")).Count);
        Assert.Equal(2, ((JsonObject)Refusals.Read("{\"é\":1,\"\\u0065\\u0301\":2}")).Count);
        _ = Refusals.Of("{\"é\":1,\"\\u00e9\":2}");
    }

    [Fact]
    public void The_kelvin_sign_is_no_second_K()
    {
        var error = Refusals.Of("{\"K\":1,\"\u212a\":2}");
        Assert.Equal(("\u212a", 1, 8), (error.Path, error.Line, error.Column));
    }
}
