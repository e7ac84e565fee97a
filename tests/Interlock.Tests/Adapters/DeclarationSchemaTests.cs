using System.Text.RegularExpressions;
using Interlock.Adapters;
using Interlock.Canonical;

namespace Interlock.Tests.Adapters;

public sealed class DeclarationSchemaTests : IDisposable
{
    private readonly AdapterBench bench = new();

    public void Dispose() => bench.Dispose();

    /// <summary>The reader's refusal of an unknown key lists what it knows; the schema must list the same.</summary>
    [Theory]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["true"], "?": 1}}""", "command")]
    [InlineData("""{"file": {"op": "write", "roots": ["."], "path": "x", "content": "", "?": 1}}""", "file")]
    [InlineData("""{"http": {"method": "POST", "url": "http://a/", "?": 1}}""", "http")]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["true"]}, "?": 1}""", null)]
    public void The_schema_of_actions_knows_the_fields_that_the_reader_knows(string declaration, string? section)
    {
        Assert.False(AdapterCatalog.Action("a", AdapterBench.Json(declaration), bench.Environment).TryGet(out _, out var refusal));
        Assert.Equal(Properties(AdapterCatalog.ActionSchema, section), Known(refusal));
    }

    [Theory]
    [InlineData("""{"command": {"argv": ["true"], "?": 1}}""", "command")]
    [InlineData("""{"file": {"roots": ["."], "path": "x", "?": 1}}""", "file")]
    [InlineData("""{"http": {"url": "http://a/", "?": 1}}""", "http")]
    [InlineData("""{"command": {"argv": ["true"]}, "?": 1}""", null)]
    public void The_schema_of_probes_knows_the_fields_that_the_reader_knows(string declaration, string? section)
    {
        Assert.False(AdapterCatalog.Probe("a", AdapterBench.Json(declaration), bench.Environment).TryGet(out _, out var refusal));
        Assert.Equal(Properties(AdapterCatalog.ProbeSchema, section), Known(refusal));
    }

    private static IEnumerable<string> Known(Refusal refusal)
    {
        Assert.EndsWith("?", refusal.Path, StringComparison.Ordinal);
        return Regex.Matches(refusal.Message, "`([a-z_]+)`").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Properties(JsonObject schema, string? section)
    {
        var of = section is null ? schema : (JsonObject?)((JsonObject?)schema["properties"])?[section];
        return Assert.IsType<JsonObject>(of?["properties"]).Members.Select(member => member.Name);
    }
}
