using System.Text;
using System.Text.Json;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Surface.Cli;

public sealed class VectorAnswers
{
    [Theory]
    [InlineData("hash", "sha256")]
    [InlineData("yaml", "sha256")]
    [InlineData("compare", "verdict")]
    [InlineData("validate", "approvable", "failed")]
    public async Task Every_vector_is_answered_in_order_as_recorded(string kind, params string[] fields)
    {
        await using var bench = new CliBench(configuration: null);
        bench.Piped = await File.ReadAllBytesAsync(SharedData.Path($"vectors/{kind}.jsonl"));
        var expected = SharedData.Lines($"{kind}.jsonl");
        var ran = await bench.RunAsync("vectors", kind);
        var answers = ran.Out.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(0, ran.Exit);
        Assert.Equal(expected.Count, answers.Count);
        var wrong = new List<string>();
        foreach (var (line, answer) in expected.Zip(answers))
        {
            foreach (var field in fields)
            {
                // `failed: null` accepts any set of failures
                if (!(field == "failed" && line.GetProperty(field).ValueKind == JsonValueKind.Null)
                    && !JsonElement.DeepEquals(line.GetProperty(field), answer.GetProperty(field)))
                {
                    wrong.Add($"{field} of {line}: {answer}");
                }
            }

            var refused = kind is "hash" or "yaml" && line.GetProperty("sha256").ValueKind == JsonValueKind.Null;
            if (refused && !answer.TryGetProperty("error", out _))
            {
                wrong.Add($"no error for {line}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("yaml")]
    [InlineData("compare")]
    [InlineData("validate")]
    public async Task Lines_that_are_no_vectors_are_answered_too(string kind)
    {
        await using var bench = new CliBench(configuration: null);
        bench.Piped = [.. Encoding.UTF8.GetBytes("not json\n\n[]\n{}\n{\"json\":5,\"yaml\":5,\"plan\":5,\"observed\":5}\n"), 0xff, (byte)'\n', .. "{\"json\":"u8];
        var ran = await bench.RunAsync("vectors", kind);
        var answers = ran.Out.TrimEnd('\n').Split('\n');

        Assert.Equal(0, ran.Exit);
        Assert.Equal(7, answers.Length);
        Assert.All(answers, answer => Assert.True(JsonDocument.Parse(answer).RootElement.TryGetProperty("error", out _), answer));
    }

    [Fact]
    public async Task An_unknown_kind_is_a_usage_error()
    {
        await using var bench = new CliBench(configuration: null);
        Assert.Equal(64, (await bench.RunAsync("vectors", "nonsense")).Exit);
    }
}
