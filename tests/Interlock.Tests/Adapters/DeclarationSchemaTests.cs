using System.Text.RegularExpressions;
using Interlock.Adapters;
using Interlock.Canonical;
using Interlock.Schema;

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

    [Theory]
    [InlineData("""{"resources": ["x:1", {"kind": "y", "id": "{p}"}], "params": {"p": {"pattern": "a+"}}, "command": {"argv": ["echo", "{p}"], "env": {"T": {"secret": "env:T"}}, "timeout": "5m", "output_limit": "1MiB", "success": [0, 2]}}""", true)]
    [InlineData("""{"params": {"c": {"content": true}}, "file": {"op": "write", "roots": ["."], "path": "x", "content": "{c}", "mode": "0640"}}""", true)]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/x", "json": {"a": [1]}, "success": [200, "202-204"], "headers": {"A": {"secret": "file:/s", "prefix": "Bearer "}}}}""", true)]
    [InlineData("""{"http": {"method": "POST", "url": "https://a.example.com/x"}, "file": {"op": "delete", "roots": ["."], "path": "x"}}""", false)]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo"], "shell": true}}""", false)]
    [InlineData("""{"resources": ["x:1"], "command": {"argv": ["echo"], "timeout": 5}}""", false)]
    public void Schema_and_reader_agree_on_declarations(string declaration, bool accepted)
    {
        var json = AdapterBench.Json(declaration);
        Assert.Equal(accepted, AdapterCatalog.Action("a", json, bench.Environment).TryGet(out _, out _));
        Assert.Equal(accepted, JsonSchema.Compile(AdapterCatalog.ActionSchema).Validate(json).IsValid);
    }

    [Theory]
    [InlineData("""{"command": {"argv": ["true"], "read": "exit_code"}, "visible": true}""", true)]
    [InlineData("""{"file": {"roots": ["."], "path": "x", "read": "content", "json_pointer": "/a"}}""", true)]
    [InlineData("""{"http": {"url": "https://a.example.com/x", "read": "header:ETag"}}""", true)]
    [InlineData("""{"http": {"url": "https://a.example.com/x", "method": "POST"}}""", false)]
    [InlineData("""{"http": {"url": "https://a.example.com/x", "read": "header:"}}""", false)]
    public void Schema_and_reader_agree_on_probes(string declaration, bool accepted)
    {
        var json = AdapterBench.Json(declaration);
        Assert.Equal(accepted, AdapterCatalog.Probe("a", json, bench.Environment).TryGet(out _, out _));
        Assert.Equal(accepted, JsonSchema.Compile(AdapterCatalog.ProbeSchema).Validate(json).IsValid);
    }

    [Theory]
    [InlineData("{\"s\": \"ab\"}", true)]
    [InlineData("{\"s\": \"ab\\n\"}", false)]
    [InlineData("{\"s\": \"--help\"}", false)]
    [InlineData("{\"s\": \"a1\"}", true)]
    [InlineData("{\"s\": \"a\\u0663\"}", false)]
    [InlineData("{\"s\": 1}", false)]
    [InlineData("{}", false)]
    [InlineData("{\"s\": \"ab\", \"e\": \"x\"}", true)]
    [InlineData("{\"s\": \"ab\", \"e\": \"z\"}", false)]
    [InlineData("{\"s\": \"ab\", \"n\": 10}", false)]
    [InlineData("{\"s\": \"ab\", \"n\": 1.5}", false)]
    [InlineData("{\"s\": \"ab\", \"l\": [\"a\", \"b\"]}", true)]
    [InlineData("{\"s\": \"ab\", \"l\": [\"a\", \"a\"]}", false)]
    [InlineData("{\"s\": \"ab\", \"l\": []}", false)]
    [InlineData("{\"s\": \"ab\", \"b\": \"true\"}", false)]
    [InlineData("{\"s\": \"ab\", \"other\": 1}", false)]
    public void The_parameters_schema_and_describe_agree_on_every_stage(string parameters, bool accepted)
    {
        var action = bench.Action("""
            {"params": {"s": {"pattern": "[a-z\\d]+"}, "e": {"enum": ["x", "y"], "default": "y"}, "n": {"type": "integer", "maximum": 9, "default": 1},
             "l": {"type": "array", "pattern": "[a-z]", "required": false}, "b": {"type": "boolean", "default": false}},
             "resources": ["x:{s}"], "command": {"argv": ["echo", "{s}", "{e}", "{n}", "{b}"]}}
            """);
        Assert.Equal(accepted, AdapterBench.Describe(action, parameters).TryGet(out _, out _));
        Assert.Equal(accepted, JsonSchema.Compile(action.ParametersSchema).Validate(AdapterBench.Json(parameters)).IsValid);
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
