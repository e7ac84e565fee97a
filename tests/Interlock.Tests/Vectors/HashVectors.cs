using System.Text;
using Interlock.Canonical;
using Interlock.Tests.Canonical;

namespace Interlock.Tests.Vectors;

public sealed class HashVectors
{
    private static readonly JsonReadOptions Deep = new() { MaxDepth = JsonReadOptions.DepthCeiling };

    [Fact]
    public void Every_document_hashes_as_recorded_or_is_refused_where_recorded()
    {
        var wrong = new List<string>();
        var lines = SharedData.Lines("hash.jsonl");
        foreach (var line in lines)
        {
            var source = line.GetProperty("json").GetString() ?? throw new InvalidOperationException("a vector without a source");
            var expected = line.GetProperty("sha256").GetString();
            var actual = JsonReader.TryRead(Encoding.UTF8.GetBytes(source), Deep, out var value, out var error)
                ? CanonicalJson.Hash(value).ToString()
                : null;
            Assert.Equal(actual, Refusals.Digest(Encoding.UTF8.GetBytes(source), Deep)?.ToString());
            if (actual != expected)
            {
                wrong.Add($"{source} gave {actual ?? error?.ToString()} instead of {expected ?? "a refusal"}");
            }

            if (actual is null && (error is null || error.Line < 1 || error.Column < 1 || error.Path.Length == 0))
            {
                wrong.Add($"{source} was refused without a place");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(1311, lines.Count);
    }
}
