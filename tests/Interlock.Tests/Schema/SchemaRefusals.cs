using Interlock.Canonical;
using Interlock.Schema;
using Interlock.Schema.Compiling;

namespace Interlock.Tests.Schema;

public sealed class SchemaRefusals
{
    [Theory]
    [InlineData("1", "(root)", "a schema is an object or a boolean, not a number")]
    [InlineData("""{"properties":{"a":{"type":"strin"}}}""", "properties/a/type", "expected one or more of")]
    [InlineData("""{"type":[]}""", "type", "expected one or more of")]
    [InlineData("""{"allOf":[{},{"minLength":-1}]}""", "allOf/1/minLength", "expected an integer that is not negative")]
    [InlineData("""{"maxItems":1.5}""", "maxItems", "expected an integer that is not negative")]
    [InlineData("""{"minimum":"1"}""", "minimum", "expected a number")]
    [InlineData("""{"multipleOf":0}""", "multipleOf", "expected a number above 0")]
    [InlineData("""{"required":"a"}""", "required", "expected an array of names")]
    [InlineData("""{"dependentRequired":{"a":[1]}}""", "dependentRequired/a", "expected an array of names")]
    [InlineData("""{"enum":1}""", "enum", "expected an array of the allowed values")]
    [InlineData("""{"anyOf":[]}""", "anyOf", "expected an array of at least one schema")]
    [InlineData("""{"items":[{}]}""", "items", "a schema is an object or a boolean, not an array")]
    [InlineData("""{"properties":[]}""", "properties", "expected an object that names things")]
    [InlineData("""{"uniqueItems":1}""", "uniqueItems", "expected `true` or `false`")]
    [InlineData("""{"$ref":1}""", "$ref", "expected a string")]
    [InlineData("""{"$ref":"#/$defs/a"}""", "$ref", "refers to `/$defs/a`, which does not exist")]
    [InlineData("""{"not":{"$ref":"#nowhere"}}""", "not/$ref", "refers to `nowhere`, which does not exist")]
    [InlineData("""{"$ref":"https://example.com/other"}""", "$ref", "a document that was not given")]
    [InlineData("""{"$dynamicRef":"#x"}""", "$dynamicRef", "which does not exist")]
    [InlineData("""{"$id":"#a"}""", "$id", "expected a URI without a fragment")]
    [InlineData("""{"$anchor":"1a"}""", "$anchor", "expected a name of ASCII letters")]
    [InlineData("""{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}""", "$defs/a/$anchor", "another schema has the anchor `x`")]
    [InlineData("""{"$defs":{"a":{"$id":"x"},"b":{"$id":"x"}}}""", "$defs/a/$id", "another schema has this `$id`")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-07/schema#"}""", "$schema", "is not known here; use `https://json-schema.org/draft/2020-12/schema`")]
    [InlineData("""{"pattern":"(?=a)"}""", "pattern", "the pattern fails at character 3: lookaround needs backtracking")]
    [InlineData("""{"patternProperties":{"(a)\\1":true}}""", "patternProperties/(a)\\1", "a back-reference needs backtracking")]
    public void A_schema_at_fault_is_refused_where_it_is_at_fault(string schema, string path, string message)
    {
        Assert.False(JsonSchema.TryCompile(SuiteJson.Parse(schema), out var compiled, out var error));
        Assert.Null(compiled);
        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"allOf":[{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"}""")]
    [InlineData("""{"anyOf":[{"type":"string"},{"not":{"if":{"$ref":"#"}}}]}""")]
    [InlineData("""{"dependentSchemas":{"a":{"$dynamicRef":"#"}}}""")]
    public void A_loop_of_references_on_one_value_is_refused(string schema)
    {
        Assert.False(JsonSchema.TryCompile(SuiteJson.Parse(schema), out _, out var error));
        Assert.Contains("applies itself to the same value again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_recurses_into_the_value_is_no_loop()
    {
        var tree = JsonSchema.Compile(SuiteJson.Parse("""{"type":"object","properties":{"next":{"$ref":"#"}},"additionalProperties":false}"""));
        Assert.True(tree.Validate(SuiteJson.Parse("""{"next":{"next":{}}}""")).IsValid);
        var error = Assert.Single(tree.Validate(SuiteJson.Parse("""{"next":{"next":{"other":1}}}""")).Errors);
        Assert.Equal("next/next", error.Path);
    }

    [Fact]
    public void A_failure_in_a_given_document_names_the_document()
    {
        var documents = new Dictionary<string, JsonValue> { ["https://example.com/a"] = SuiteJson.Parse("""{"$defs":{"x":{"type":"no"}}}""") };
        var schema = SuiteJson.Parse("""{"$ref":"https://example.com/a#/$defs/x"}""");
        Assert.False(JsonSchema.TryCompile(schema, out _, out var error, documents));
        Assert.Equal("$defs/x/type", error.Path);
        Assert.StartsWith("in the document `https://example.com/a`: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_required_vocabulary_that_is_not_supported_is_refused()
    {
        var documents = new Dictionary<string, JsonValue>
        {
            ["https://example.com/meta"] = SuiteJson.Parse(
                """{"$vocabulary":{"https://json-schema.org/draft/2020-12/vocab/format-assertion":true}}"""),
        };
        var schema = JsonObject.Of(("$schema", "https://example.com/meta"), ("format", "email"));
        Assert.False(JsonSchema.TryCompile(schema, out _, out var error, documents));
        Assert.Contains("which is not supported", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_is_an_annotation()
    {
        Assert.True(JsonSchema.Compile(JsonObject.Of(("format", "email"))).Validate("not an address").IsValid);
    }

    [Fact]
    public void A_schema_in_code_that_is_at_fault_is_a_bug()
    {
        var exception = Assert.Throws<ArgumentException>(() => JsonSchema.Compile(JsonObject.Of(("type", 1))));
        Assert.Contains("at type of the schema", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_that_code_uses_twice_is_one_schema()
    {
        var name = JsonObject.Of(("type", "string"), ("$id", "https://example.com/name"));
        var schema = JsonSchema.Compile(JsonObject.Of(("properties", JsonObject.Of(("a", name), ("b", name)))));
        Assert.Equal("b", Assert.Single(schema.Validate(JsonObject.Of(("a", "x"), ("b", 1))).Errors).Path);
    }

    [Theory]
    [InlineData("g", "http://a/b/c/g")]
    [InlineData("./g", "http://a/b/c/g")]
    [InlineData("g/", "http://a/b/c/g/")]
    [InlineData("/g", "http://a/g")]
    [InlineData("//g", "http://g")]
    [InlineData("?y", "http://a/b/c/d;p?y")]
    [InlineData("g?y", "http://a/b/c/g?y")]
    [InlineData("", "http://a/b/c/d;p?q")]
    [InlineData(".", "http://a/b/c/")]
    [InlineData("..", "http://a/b/")]
    [InlineData("../g", "http://a/b/g")]
    [InlineData("../..", "http://a/")]
    [InlineData("../../../g", "http://a/g")]
    [InlineData("/./g", "http://a/g")]
    [InlineData("g.", "http://a/b/c/g.")]
    [InlineData("./g/.", "http://a/b/c/g/")]
    [InlineData("g/../h", "http://a/b/c/h")]
    [InlineData("g:h", "g:h")]
    [InlineData("urn:example:a?b", "urn:example:a?b")]
    public void References_resolve_as_RFC_3986_section_5_4_says(string reference, string expected) =>
        Assert.Equal(expected, SchemaUri.Resolve("http://a/b/c/d;p?q", reference));
}
