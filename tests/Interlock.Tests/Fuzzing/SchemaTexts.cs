using System.Text;

namespace Interlock.Tests.Fuzzing;

/// <summary>A line with a schema and a line with an instance; both drawn from a small vocabulary, so that they meet.</summary>
internal static class SchemaTexts
{
    private static readonly string[] Names = ["a", "b", "c", "aa"];

    private static readonly string[] Types = ["null", "boolean", "integer", "number", "string", "array", "object"];

    private static readonly string[] Leaves =
        ["null", "true", "false", "0", "1", "2", "1.5", "-1", "1e3", "\"\"", "\"a\"", "\"b\"", "\"aab\"", "\"\u00e9\"", "[]", "{}", "1.0", "0.1", "9007199254740991"];

    private static readonly string[] Patterns =
        ["^a", "b$", "^[a-c]+$", "(a|b)*c", "a{2,3}", ".", "\\\\d+", "^$", "(a*)*b", "[^a]", "\\\\p{L}", "(?=a)", "(", "\\\\1", "(a{1,50}){1,50}", "a**", "[z-a]"];

    private static readonly string[] References =
        ["#", "#/$defs/a", "#/$defs/b", "#/$defs/c", "#a", "#/properties/a", "#/allOf/0", "other", "#/$defs/%61", "#/nowhere", "https://example.com/x", "#/$defs/a/items", ""];

    private static readonly byte[][] Pieces = [.. Leaves.Select(Encoding.UTF8.GetBytes), .. JsonTexts.Bytes, "\"$ref\":\"#\","u8.ToArray(), "{}"u8.ToArray()];

    public static byte[] Any(Random random)
    {
        var text = Encoding.UTF8.GetBytes($"{Root(random)}\n{Instance(random, 3)}");
        return random.OneIn(8) ? random.Damage(text, Pieces) : text;
    }

    private static string Root(Random random)
    {
        var definitions = random.OneIn(2)
            ? $"\"$defs\":{{\"a\":{Schema(random, 2)},\"b\":{Schema(random, 2)},\"c\":{Schema(random, 1)}}}"
            : "";
        var schema = Schema(random, 3);
        return definitions.Length == 0 || schema is not ['{', .. var rest] ? schema
            : rest == "}" ? $"{{{definitions}}}" : $"{{{definitions},{rest}";
    }

    private static string Schema(Random random, int depth) => random.Next(8) == 0
        ? random.Pick("true", "false", "{}")
        : $"{{{string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Keyword(random, depth)).DistinctBy(member => member.Split(':')[0]))}}}";

    private static string Keyword(Random random, int depth) => random.Next(depth > 0 ? 24 : 12) switch
    {
        0 => $"\"type\":\"{random.Pick(Types)}\"",
        1 => $"\"type\":[\"{random.Pick(Types)}\",\"null2\"]".Replace("null2", random.Pick("null", "object", "integer")),
        2 => $"\"const\":{Instance(random, 1)}",
        3 => $"\"enum\":[{Instance(random, 1)},{Instance(random, 0)}]",
        4 => $"\"{random.Pick("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")}\":{random.Pick("0", "1", "1.5", "0.1", "-1", "1e300")}",
        5 => $"\"{random.Pick("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains")}\":{random.Pick("0", "1", "2", "1.0", "-1", "1.5")}",
        6 => $"\"pattern\":\"{random.Pick(Patterns)}\"",
        7 => $"\"required\":[\"{random.Pick(Names)}\"]",
        8 => $"\"$ref\":\"{random.Pick(References)}\"",
        9 => $"\"{random.Pick("$anchor", "$dynamicAnchor")}\":\"{random.Pick("a", "b")}\"",
        10 => random.Pick("\"uniqueItems\":true", "\"format\":\"date\"", "\"$comment\":\"c\"", "\"unknown\":1", "\"$dynamicRef\":\"#a\"", "\"$id\":\"other\""),
        11 => $"\"dependentRequired\":{{\"{random.Pick(Names)}\":[\"{random.Pick(Names)}\"]}}",
        12 or 13 => $"\"{random.Pick("allOf", "anyOf", "oneOf", "prefixItems")}\":[{Schema(random, depth - 1)},{Schema(random, depth - 1)}]",
        14 => $"\"not\":{Schema(random, depth - 1)}",
        15 => $"\"if\":{Schema(random, depth - 1)}",
        16 => $"\"{random.Pick("then", "else")}\":{Schema(random, depth - 1)}",
        17 or 18 => $"\"properties\":{{\"{random.Pick(Names)}\":{Schema(random, depth - 1)}}}",
        19 => $"\"patternProperties\":{{\"{random.Pick(Patterns)}\":{Schema(random, depth - 1)}}}",
        20 => $"\"{random.Pick("additionalProperties", "unevaluatedProperties", "propertyNames")}\":{Schema(random, depth - 1)}",
        21 => $"\"{random.Pick("items", "contains", "unevaluatedItems")}\":{Schema(random, depth - 1)}",
        22 => $"\"dependentSchemas\":{{\"{random.Pick(Names)}\":{Schema(random, depth - 1)}}}",
        _ => $"\"{random.Pick("allOf", "properties", "items", "not", "required", "type", "enum", "$ref", "pattern")}\":{Instance(random, 1)}",
    };

    private static string Instance(Random random, int depth) => random.Next(depth > 0 ? 6 : 3) switch
    {
        < 3 => random.Pick(Leaves),
        3 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Instance(random, depth - 1)))}]",
        _ => $"{{{string.Join(',', Names.Where(_ => random.OneIn(2)).Select(name => $"\"{name}\":{Instance(random, depth - 1)}"))}}}",
    };
}
