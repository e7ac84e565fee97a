using System.Diagnostics;
using System.Text;
using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Tests.Schema;

public sealed class HostileSchemas
{
    [Fact]
    public void The_deepest_document_of_the_reader_passes_a_recursive_schema()
    {
        var schema = JsonSchema.Compile(SuiteJson.Parse("""{"$defs":{"list":{"type":"array","items":{"$ref":"#/$defs/list"}}},"$ref":"#/$defs/list"}"""));
        var text = Encoding.UTF8.GetBytes(new string('[', 512) + new string(']', 512));
        Assert.True(JsonReader.TryRead(text, new JsonReadOptions { MaxDepth = 512 }, out var value, out _));
        Assert.Empty(schema.Validate(value).Errors);
    }

    [Fact]
    public void A_document_nested_a_hundred_thousand_deep_is_refused_and_nothing_overflows()
    {
        var schema = JsonSchema.Compile(SuiteJson.Parse("""{"items":{"$ref":"#"},"uniqueItems":true}"""));
        var refused = OnSmallStack(() => schema.Validate(Nested(100_000)));
        Assert.Equal(("(root)", SchemaError.Limit), (refused.Errors.Single().Path, refused.Errors.Single().Keyword));
    }

    [Fact]
    public void Equality_of_deep_values_is_refused_and_nothing_overflows()
    {
        var schema = JsonSchema.Compile(SuiteJson.Parse("""{"uniqueItems":true}"""));
        foreach (var copies in (int[])[2, 20])
        {
            var instance = new JsonArray(Enumerable.Range(0, copies).Select(_ => (JsonValue)Nested(100_000)));
            var refused = OnSmallStack(() => schema.Validate(instance));
            Assert.Equal(SchemaError.Limit, refused.Errors.Single().Keyword);
        }
    }

    [Fact]
    public void A_schema_nested_and_chained_without_end_in_sight_compiles_or_is_refused()
    {
        JsonValue nested = JsonObject.Empty;
        for (var i = 0; i < 50_000; i++)
        {
            nested = JsonObject.Of(("not", nested));
        }

        Assert.True(JsonSchema.TryCompile(nested, out var schema, out _));
        Assert.Equal(SchemaError.Limit, OnSmallStack(() => schema.Validate(1)).Errors.Single().Keyword);

        var chain = Enumerable.Range(0, 20_000).Select(i => new JsonMember($"d{i}", JsonObject.Of(("$ref", $"#/$defs/d{i + 1}"))));
        var root = JsonObject.Of(("$ref", "#/$defs/d0"), ("$defs", JsonObject.Of(chain).With("d20000", true)));
        Assert.True(JsonSchema.TryCompile(root, out schema, out _));
        Assert.Equal(SchemaError.Limit, OnSmallStack(() => schema.Validate(1)).Errors.Single().Keyword);
    }

    [Fact]
    public void A_schema_of_too_many_parts_is_refused()
    {
        var parts = new JsonArray(Enumerable.Range(0, 100_001).Select(_ => (JsonValue)JsonObject.Of(("minLength", 1))));
        Assert.False(JsonSchema.TryCompile(JsonObject.Of(("allOf", parts)), out _, out var error));
        Assert.Contains("more than 100000 parts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dynamic_loop_ends_in_a_refusal()
    {
        var schema = JsonSchema.Compile(SuiteJson.Parse(
            """{"$dynamicAnchor":"a","$ref":"inner","$defs":{"i":{"$id":"inner","$dynamicRef":"#a","$defs":{"x":{"$dynamicAnchor":"a"}}}}}"""));
        var refused = Assert.Single(schema.Validate(1).Errors);
        Assert.Equal(SchemaError.Limit, refused.Keyword);
    }

    [Theory]
    [InlineData("""{"$ref":"#/$defs/a"}""")]
    [InlineData("""{"not":{"$ref":"#/$defs/a"}}""")]
    [InlineData("""{"if":{"$ref":"#/$defs/a"},"else":true}""")]
    [InlineData("""{"anyOf":[{"$ref":"#/$defs/a"},true]}""")]
    public void A_power_of_alternatives_ends_in_a_refusal_whichever_way_it_is_wrapped(string root)
    {
        // every level of the value doubles the work
        var definitions = SuiteJson.Parse(
            """{"a":{"type":"object","properties":{"x":{"oneOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}}}}""");
        var schema = JsonSchema.Compile(((JsonObject)SuiteJson.Parse(root)).With("$defs", definitions));
        JsonValue instance = 1;
        for (var i = 0; i < 40; i++)
        {
            instance = JsonObject.Of(("x", instance));
        }

        var watch = Stopwatch.StartNew();
        var refused = Assert.Single(schema.Validate(instance).Errors);
        Assert.Equal(SchemaError.Limit, refused.Keyword);
        Assert.Contains("more than 5000000 steps", refused.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void The_budget_is_counted_so_the_same_value_gets_the_same_answer()
    {
        var source = SuiteJson.Parse("""{"items":{"type":"integer"}}""");
        var instance = new JsonArray(Enumerable.Range(0, 100).Select(i => (JsonValue)i));
        Assert.True(JsonSchema.TryCompile(source, new SchemaLimits { MaxSteps = 101 }, null, out var enough, out _));
        Assert.True(JsonSchema.TryCompile(source, new SchemaLimits { MaxSteps = 100 }, null, out var short1, out _));
        Assert.Empty(enough.Validate(instance).Errors);
        Assert.Equal(SchemaError.Limit, short1.Validate(instance).Errors.Single().Keyword);
    }

    [Fact]
    public void Many_unique_items_do_not_cost_the_square_of_their_number()
    {
        var schema = JsonSchema.Compile(SuiteJson.Parse("""{"uniqueItems":true}"""));
        Assert.True(schema.Validate(new JsonArray(Enumerable.Range(0, 200_000).Select(i => (JsonValue)i))).IsValid);

        // doubles whose halves cancel out when they are folded into 32 bits
        var folding = Enumerable.Range(1, 50_000).Select(i => BitConverter.UInt64BitsToDouble(((ulong)i << 32) | (uint)i));
        Assert.True(schema.Validate(new JsonArray(folding.Select(value => (JsonValue)new JsonNumber(value)))).IsValid);

        var objects = Enumerable.Range(0, 20_000).Select(i => (JsonValue)JsonObject.Of(("a", new JsonArray([1, 2, i]))));
        Assert.True(schema.Validate(new JsonArray(objects)).IsValid);
        Assert.False(schema.Validate(new JsonArray(objects.Append(JsonObject.Of(("a", new JsonArray([1, 2, 77])))))).IsValid);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|a)*b$")]
    [InlineData("(a*)*c")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    public void A_catastrophic_pattern_is_linear(string pattern)
    {
        var schema = JsonSchema.Compile(JsonObject.Of(("pattern", pattern)));
        var watch = Stopwatch.StartNew();
        Assert.False(schema.Validate(new string('a', 200_000) + "!").IsValid);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_large_pattern_over_a_large_text_is_refused_not_run()
    {
        var schema = JsonSchema.Compile(JsonObject.Of(("pattern", "(a|b).{2000}c")));
        Assert.Equal(SchemaError.Limit, schema.Validate(new string('a', 2_000_000)).Errors.Single().Keyword);
    }

    [Fact]
    public void Half_a_million_errors_cost_no_more_than_are_shown()
    {
        var schema = JsonSchema.Compile(SuiteJson.Parse("""{"items":{"type":"string"}}"""));
        var instance = new JsonArray(Enumerable.Repeat((JsonValue)1, 500_000));
        Assert.Equal(25, schema.Validate(instance).Errors.Length);
    }

    [Fact]
    public void One_schema_serves_many_threads()
    {
        var schema = JsonSchema.Compile(SuiteJson.Parse(
            """{"properties":{"a":{"pattern":"^[a-z]+$"}},"allOf":[{"required":["a"]}],"unevaluatedProperties":false}"""));
        var good = JsonObject.Of(("a", "abc"));
        var bad = JsonObject.Of(("a", "abc"), ("b", 1));
        Parallel.For(0, 2_000, i => Assert.Equal(i % 2 == 0, schema.Validate(i % 2 == 0 ? good : bad).IsValid));
    }

    private static JsonArray Nested(int depth)
    {
        var value = JsonArray.Empty;
        for (var i = 0; i < depth; i++)
        {
            value = new JsonArray([value]);
        }

        return value;
    }

    private static SchemaResult OnSmallStack(Func<SchemaResult> validate)
    {
        SchemaResult? result = null;
        var thread = new Thread(() => result = validate(), 256 * 1024);
        thread.Start();
        thread.Join();
        return result ?? throw new InvalidOperationException("no result");
    }
}
