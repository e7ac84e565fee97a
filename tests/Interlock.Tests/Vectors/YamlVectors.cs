using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Yaml;

namespace Interlock.Tests.Vectors;

public sealed class YamlVectors
{
    [Fact]
    public void Every_document_hashes_as_recorded_or_is_refused_where_recorded()
    {
        var wrong = new List<string>();
        var lines = SharedData.Lines("yaml.jsonl");
        foreach (var line in lines)
        {
            var source = line.GetProperty("yaml").GetString() ?? throw new InvalidOperationException("a vector without a source");
            var expected = line.GetProperty("sha256").GetString();

            // the vectors go deeper than the caps of a plan body
            var options = new YamlReadOptions { MaxDepth = 512 };
            var actual = YamlReader.TryRead(Encoding.UTF8.GetBytes(source), options, out var document, out var error)
                ? CanonicalJson.Hash(document.Root).ToString()
                : null;
            if (actual != expected)
            {
                wrong.Add($"{source} gave {(object?)document?.Root ?? error} instead of {expected ?? "a refusal"}");
            }
        }

        Assert.Empty(wrong);
        Assert.True(lines.Count >= 231, $"only {lines.Count} vectors");
    }
}
