using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Tests.Schema;

public sealed class SchemaErrors
{
    [Theory]
    [InlineData("""{"type":"string"}""", "1", "(root)", "type", "expected a string but found a number; put quotation marks around it")]
    [InlineData("""{"type":["integer","null"]}""", "1.5", "(root)", "type", "expected an integer or null but found a number with a fraction; write a whole number")]
    [InlineData("""{"required":["id"]}""", "{}", "(root)", "required", "`id` is required but missing; add it")]
    [InlineData("""{"properties":{"a":{"items":{"minLength":1}}}}""", """{"a":["x",""]}""", "a/1", "minLength", "must not be empty; write at least one character")]
    [InlineData("""{"maxLength":2}""", "\"abc\"", "(root)", "maxLength", "must have at most 2 characters but has 3; shorten it")]
    [InlineData("""{"properties":{"a":{"additionalProperties":false,"properties":{"b":true}}}}""", """{"a":{"c":1}}""", "a", "additionalProperties", "`c` is not a known name here; known are `b`")]
    [InlineData("""{"properties":{"a":false}}""", """{"a":1}""", "a", "false", "nothing is allowed here; remove it")]
    [InlineData("""{"enum":["on","off",1]}""", "\"secret\"", "(root)", "enum", "must be one of `\"on\"`, `\"off\"`, `1`")]
    [InlineData("""{"enum":["on","off",1]}""", "\"onn\"", "(root)", "enum", "must be one of `\"on\"`, `\"off\"`, `1`; did you mean `\"on\"`?")]
    [InlineData("""{"enum":["on","off"]}""", "true", "(root)", "enum", "must be one of `\"on\"`, `\"off\"`; a word stands in quotation marks")]
    [InlineData("""{"type":"number"}""", "\"1\"", "(root)", "type", "expected a number but found a string; write digits without quotation marks")]
    [InlineData("""{"type":"boolean"}""", "\"yes\"", "(root)", "type", "expected a boolean but found a string; write `true` or `false` without quotation marks")]
    [InlineData("""{"type":"array"}""", "{}", "(root)", "type", "expected an array but found an object; put `[` and `]` around it")]
    [InlineData("""{"type":"object","examples":[{"kind":"vm"}]}""", "[]", "(root)", "type", "expected an object but found an array; write it in the form `{\"kind\":\"vm\"}`")]
    [InlineData("""{"additionalProperties":false,"properties":{"host":true,"port":true}}""", """{"hots":1,"port":2}""", "(root)", "additionalProperties", "`hots` is not a known name here; did you mean `host`? known are `host`, `port`")]
    [InlineData("""{"const":true}""", "1", "(root)", "const", "must be `true`")]
    [InlineData("""{"minimum":3}""", "2", "(root)", "minimum", "must be at least 3")]
    [InlineData("""{"exclusiveMaximum":3}""", "3", "(root)", "exclusiveMaximum", "must be less than 3")]
    [InlineData("""{"multipleOf":0.01}""", "0.015", "(root)", "multipleOf", "must be a multiple of 0.01")]
    [InlineData("""{"pattern":"^a$"}""", "\"a\\n\"", "(root)", "pattern", "does not match the pattern `^a$`; write a text that does")]
    [InlineData("""{"minItems":1}""", "[]", "(root)", "minItems", "must have at least 1 item but has 0; add to it")]
    [InlineData("""{"uniqueItems":true}""", "[1,2,1.0]", "(root)", "uniqueItems", "items 0 and 2 are equal but must all differ; remove one of them")]
    [InlineData("""{"prefixItems":[true],"items":false}""", "[1,2]", "(root)", "items", "must have at most 1 item but has 2; remove some")]
    [InlineData("""{"contains":{"const":1},"maxContains":1}""", "[1,1]", "(root)", "maxContains", "at most 1 of the items may match the schema under `contains` but 2 match")]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", """{"a":1}""", "(root)", "dependentRequired", "`b` is required where `a` is present; add it")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", """{"ab":1}""", "(root)", "propertyNames", "the name `ab` is not allowed here: must have at most 1 characters but has 2; shorten it")]
    [InlineData("""{"not":{"type":"null"}}""", "null", "(root)", "not", "has the form that the schema under `not` forbids")]
    [InlineData("""{"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}""", """{"a":1,"b":2}""", "(root)", "unevaluatedProperties", "`b` is not a known name here; remove it")]
    [InlineData("""{"oneOf":[{"type":"number"},{"minimum":2}]}""", "3", "(root)", "oneOf", "matches two of the allowed forms, number 1 and number 2, where exactly one is allowed; keep to one")]
    public void An_error_names_path_keyword_and_what_was_expected(string schema, string instance, string path, string keyword, string message)
    {
        var error = Assert.Single(Compiled(schema).Validate(SuiteJson.Parse(instance)).Errors);
        Assert.Equal(new SchemaError(path, keyword, message), error);
    }

    [Fact]
    public void A_failed_alternative_explains_the_nearest_form()
    {
        var schema = Compiled("""
            {"oneOf":[
              {"required":["action"],"properties":{"action":{"type":"string"}},"additionalProperties":false},
              {"required":["irreversible","justification"],"properties":{"irreversible":{"const":true},"justification":{"minLength":1}},"additionalProperties":false}]}
            """);
        var error = Assert.Single(schema.Validate(SuiteJson.Parse("""{"irreversible":true,"justification":""}""")).Errors);
        Assert.Equal("oneOf", error.Keyword);
        Assert.Equal("matches none of the 2 allowed forms; the nearest fails at justification because: must not be empty; write at least one character", error.Message);
    }

    [Fact]
    public void Errors_stand_in_the_documents_order_and_stop_at_the_number_asked_for()
    {
        var schema = Compiled("""{"additionalProperties":false,"properties":{"a":{"items":{"type":"string"}},"b":{"type":"null"}},"required":["z"]}""");
        var instance = SuiteJson.Parse("""{"c":1,"b":2,"a":[0,"",2,3,4,5,6,7,8,9,10,11]}""");
        var paths = schema.Validate(instance).Errors.Select(error => error.Path).ToList();
        Assert.Equal(["(root)", "(root)", "a/0", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8", "a/9", "a/10", "a/11", "b"], paths);
        Assert.Equal(["(root)", "(root)", "a/0"], schema.Validate(instance, maxErrors: 3).Errors.Select(error => error.Path));
        Assert.Throws<ArgumentOutOfRangeException>(() => schema.Validate(instance, maxErrors: 0));
    }

    [Fact]
    public void The_same_error_from_two_branches_is_told_once()
    {
        var schema = Compiled("""{"allOf":[{"required":["a"]},{"required":["a"]}]}""");
        Assert.Single(schema.Validate(JsonObject.Empty).Errors);
    }

    [Fact]
    public void Never_more_than_twenty_five_errors_unless_asked()
    {
        var instance = new JsonArray(Enumerable.Range(0, 5_000).Select(i => (JsonValue)i));
        var schema = Compiled("""{"items":{"type":"string"}}""");
        Assert.Equal(25, schema.Validate(instance).Errors.Length);
        Assert.Equal("24", schema.Validate(instance).Errors[^1].Path);
    }

    [Fact]
    public void No_message_holds_a_value_of_the_document()
    {
        const string Secret = "hunter2-correct-horse";
        string[] schemas =
        [
            """{"type":"number"}""", """{"enum":["a"]}""", """{"const":1}""", """{"maxLength":3}""", """{"pattern":"^x"}""",
            """{"not":{}}""", """{"anyOf":[{"const":1},{"maxLength":2}]}""", """{"oneOf":[{"type":"string"},{"minLength":1}]}""", "false",
            """{"if":true,"then":{"const":"a"}}""",
        ];
        foreach (var schema in schemas)
        {
            var error = Assert.Single(Compiled(schema).Validate(Secret).Errors);
            Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        }

        var unique = Compiled("""{"uniqueItems":true}""").Validate(new JsonArray([Secret, Secret]));
        Assert.DoesNotContain("hunter2", Assert.Single(unique.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_paths_and_messages_are_short_and_hold_no_control_character()
    {
        var name = "a\u001b[31m\u202e`\n" + new string('x', 500);
        var instance = JsonObject.Of((name, JsonObject.Of((name, 1))));
        var unknown = Assert.Single(Compiled("""{"additionalProperties":false}""").Validate(instance).Errors);
        var nested = Assert.Single(Compiled("""{"additionalProperties":{"additionalProperties":{"type":"null"}}}""").Validate(instance).Errors);
        Assert.StartsWith("`a\\u{1b}[31m\\u{202e}\\u{60}\\u{a}xxx", unknown.Message, StringComparison.Ordinal);
        foreach (var text in (string[])[unknown.Message, nested.Path])
        {
            Assert.DoesNotContain(text, character => char.IsControl(character) || character == '\u202e');
            Assert.InRange(text.Length, 1, 250);
        }
    }

    [Fact]
    public void A_string_is_measured_in_code_points()
    {
        var schema = Compiled("""{"minLength":2,"maxLength":2}""");
        Assert.True(schema.Validate("😀😀").IsValid);
        Assert.False(schema.Validate("😀").IsValid);
        Assert.False(schema.Validate("😀😀😀").IsValid);
    }

    [Theory]
    [InlineData(0.0075, 0.0001, true)]
    [InlineData(0.00751, 0.0001, false)]
    [InlineData(0.3, 0.1, true)]
    [InlineData(1.1, 0.1, true)]
    [InlineData(4.35, 0.01, true)]
    [InlineData(1e308, 0.123456789, false)]
    [InlineData(1e308, 1e307, true)]
    [InlineData(1e308, 5e-324, true)]
    [InlineData(5e-324, 1e308, false)]
    [InlineData(5e-324, 5e-324, true)]
    [InlineData(0, 7, true)]
    [InlineData(-9, 3, true)]
    [InlineData(1e22, 7, false)]
    [InlineData(9007199254740991, 2, false)]
    public void A_multiple_is_a_multiple_in_decimal(double value, double divisor, bool expected)
    {
        var schema = JsonSchema.Compile(JsonObject.Of(("multipleOf", new JsonNumber(divisor))));
        Assert.Equal(expected, schema.Validate(new JsonNumber(value)).IsValid);
    }

    private static JsonSchema Compiled(string schema) => JsonSchema.Compile(SuiteJson.Parse(schema));
}
