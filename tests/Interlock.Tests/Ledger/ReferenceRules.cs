using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Interlock.Tests.Ledger;

/// <summary>
/// The rules of the old system's verifier, written from the contract with the base library alone, so that a fault of our own
/// reader, writer or hash cannot hide itself. Good for text without what RFC 8785 and System.Text.Json escape differently.
/// </summary>
internal static class ReferenceRules
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How many entries verify; throws where one does not.</summary>
    public static long Verify(IEnumerable<string> lines)
    {
        var prev = new string('0', 64);
        var seq = 0L;
        foreach (var line in lines)
        {
            var entry = JsonNode.Parse(line)?.AsObject() ?? throw new InvalidOperationException("not an object");
            Assert.Equal(seq++, entry["seq"]?.GetValue<long>());
            Assert.Equal(prev, entry["prev"]?.GetValue<string>());
            Assert.Equal(TimeSpan.Zero, entry["ts"]?.GetValue<DateTimeOffset>().Offset);
            prev = entry["hash"]?.GetValue<string>() ?? throw new InvalidOperationException("no hash");
            Assert.True(entry.Remove("hash"));
            var hashed = Encoding.UTF8.GetBytes(entry["prev"] + Sorted(entry).ToJsonString(Relaxed));
            Assert.Equal(prev, Convert.ToHexStringLower(SHA256.HashData(hashed)));
        }

        return seq;
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject obj => new JsonObject(obj.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value is null ? null : Sorted(pair.Value)))),
        JsonArray array => new JsonArray([.. array.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };
}
