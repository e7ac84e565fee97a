using System.Security.Cryptography;
using System.Text.Json;
using Interlock.Canonical;

namespace Interlock.Bench;

/// <summary>From text to digest, beside the two things that no reader can do without: looking at each byte, and hashing it.</summary>
internal static class CanonicalBench
{
    public static IEnumerable<Row> Run()
    {
        yield return Hash("text → canonical → SHA-256, 1 KB", "7.8 MB/s (best peer 69)", 120, Inputs.Read("body_1k.json"));
        yield return Hash("… 100 KB", "5.8 MB/s (best peer 36)", 170, Inputs.Read("body_100k.json"));
        yield return Hash("… 10 MB", "5.6 MB/s (best peer 21)", 150, Inputs.ReadZipped("body_10m.json.gz"));
        yield return Hash("… 100 KB that are canonical already", "–", 220, Canonical(Inputs.Read("body_100k.json")));
        yield return Refusal("refusal of a 100,000-deep body", new byte[100_000].AsSpan().ToArray().Select(_ => (byte)'[').ToArray());
        yield return Refusal("refusal of an 8 MB body", [.. "\""u8, .. Enumerable.Repeat((byte)'a', 8 << 20), .. "\""u8]);
    }

    private static Row Hash(string work, string reference, double bar, byte[] text)
    {
        var count = Math.Max(1, 4_000_000 / text.Length);
        var times = Rounds.Medians(
            25,
            Rounds.Times(count, () => Must(CanonicalJson.TryHash(text, Inputs.Large, out _, out _))),
            Rounds.Times(count, () => Scan(text)),
            Rounds.Times(count, () => SHA256.HashData(text)));
        var rates = times.Select(time => (double)text.Length * count / time / 1e6).ToArray();

        // one after the other, a scan and a hash can do no better than this
        var both = 1 / ((1 / rates[1]) + (1 / rates[2]));
        return new Row(
            work,
            reference,
            $"{bar:0} MB/s",
            $"{Row.Number(rates[0])} MB/s",
            $"Utf8JsonReader scan {Row.Number(rates[1])}, SHA-256 {Row.Number(rates[2])} MB/s",
            $"{rates[0] / both:0.00} of both in turn",
            rates[0] >= bar);
    }

    /// <summary>The same body as the canonical form has it, but for integers beyond 2^53-1, which no text of an agent may hold.</summary>
    private static byte[] Canonical(byte[] text) => CanonicalJson.Write(WithoutLarge(Inputs.Value(text)));

    private static JsonValue WithoutLarge(JsonValue value) => value switch
    {
        JsonObject obj => JsonObject.Of(obj.Members.Select(member => new JsonMember(member.Name, WithoutLarge(member.Value)))),
        JsonArray array => new JsonArray(array.Items.Select(WithoutLarge)),
        JsonNumber number when Math.Abs(number.Value) > JsonNumber.MaxSafeInteger => new JsonNumber(number.Value / 1e9),
        _ => value,
    };

    private static Row Refusal(string work, byte[] text)
    {
        var seconds = Rounds.Medians(25, () => Must(!JsonReader.TryRead(text, JsonReadOptions.PlanBody, out _, out _)))[0];
        return new Row(work, "no answer", "10 ms", $"{seconds * 1000:0.000} ms", "–", "–", seconds < 0.010);
    }

    private static void Scan(byte[] text)
    {
        var reader = new Utf8JsonReader(text);
        while (reader.Read())
        {
            // looking is all
        }
    }

    private static void Must(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("the input was not answered as it has to be");
        }
    }
}
