using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Cli.Configuration;

public sealed class Reference : IDisposable
{
    private static readonly string Text = File.ReadAllText(
        Path.Combine(SharedData.Repository, "docs", "reference", "configuration.md"));

    private readonly ConfigurationBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void The_whole_file_in_it_loads()
    {
        var start = Text.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        var loaded = bench.Configuration(Text[start..Text.IndexOf("```", start, StringComparison.Ordinal)]);
        Assert.Equal("staging", loaded.Instance);
        Assert.Equal(["say"], loaded.Catalog.Actions.Keys);
    }

    [Fact]
    public void Every_key_stands_in_it()
    {
        var missing = new List<string>();
        Look(ConfigSchema.Shape);
        Assert.Equal([], missing);

        void Look(JsonValue value)
        {
            if (value is not JsonObject schema)
            {
                return;
            }

            foreach (var (name, inner) in (schema["properties"] as JsonObject ?? JsonObject.Empty).Members)
            {
                if (!Text.Contains($"`{name}`", StringComparison.Ordinal) && !Text.Contains($"`{name}: ", StringComparison.Ordinal))
                {
                    missing.Add(name);
                }

                Look(inner);
            }

            foreach (var definition in (schema["$defs"] as JsonObject ?? JsonObject.Empty).Members)
            {
                Look(definition.Value);
            }
        }
    }
}
