using System.Text.Encodings.Web;
using System.Text.Json;
using Interlock.Canonical;
using Interlock.Policies;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Plans;

public sealed class PlanSchemaTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_published_plan_schema_is_the_one_that_validates()
    {
        var path = Path.Combine(SharedData.Repository, "docs", "spec", "plan.schema.json");
        using var document = JsonDocument.Parse(PlanSchemaText.Json.ToString());
        var text = JsonSerializer.Serialize(document.RootElement, Indented) + "\n";
        if (Environment.GetEnvironmentVariable("INTERLOCK_WRITE_SPEC") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.True(text == File.ReadAllText(path), "docs/spec/plan.schema.json is out of date; run this test with INTERLOCK_WRITE_SPEC=1");
    }

    [Fact]
    public void An_extension_adds_names_and_opens_nothing()
    {
        var extension = new SchemaExtension(
            JsonObject.Of(("risk", true)), JsonObject.Of(("owner", true)), JsonObject.Of(("type", "object")));
        var definitions = Assert.IsType<JsonObject>(PlanSchemaText.With(extension)["$defs"]);

        foreach (var (name, added) in new[] { ("body", "risk"), ("stage", "owner") })
        {
            var definition = Assert.IsType<JsonObject>(definitions[name]);
            Assert.Equal("false", definition["additionalProperties"]?.ToString());
            Assert.NotNull(Assert.IsType<JsonObject>(definition["properties"])[added]);
        }

        Assert.Equal("{\"type\":\"object\"}", definitions["target"]?.ToString());
    }
}
