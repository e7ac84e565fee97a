using Interlock.Canonical;

namespace Interlock.Mcp.Guide;

/// <summary>
/// A value that probably satisfies a JSON Schema, for worked examples. It is a guess: whoever shows one validates it first.
/// </summary>
internal static class SchemaSample
{
    private const int Deepest = 8;

    public static JsonValue? Of(JsonValue? schema) => Of(schema, 0);

    private static JsonValue? Of(JsonValue? schema, int depth)
    {
        if (depth > Deepest || schema is not JsonObject given)
        {
            return schema is JsonBoolean { Value: true } ? new JsonString("value") : null;
        }

        if (given["const"] is { } constant)
        {
            return constant;
        }

        foreach (var list in (JsonValue?[])[given["examples"], given["enum"]])
        {
            if (list is JsonArray { Items: [var first, ..] })
            {
                return first;
            }
        }

        return given["default"] is { } value ? value : OfType(given, depth);
    }

    private static JsonValue? OfType(JsonObject schema, int depth)
    {
        var type = schema["type"] switch
        {
            JsonString word => word.Value,
            JsonArray { Items: [JsonString word, ..] } => word.Value,
            _ => schema["properties"] is not null ? "object" : "string",
        };
        return type switch
        {
            "object" => OfProperties(schema, depth),
            "array" => OfItems(schema, depth),
            "boolean" => true,
            "integer" or "number" => schema["minimum"] ?? (schema["maximum"] is JsonNumber { Value: < 1 } most ? most : 1L),
            "null" => JsonNull.Instance,
            _ => PatternSample.Of(schema),
        };
    }

    private static JsonObject? OfProperties(JsonObject schema, int depth)
    {
        var properties = schema["properties"] as JsonObject ?? JsonObject.Empty;
        var members = new List<JsonMember>();
        foreach (var name in (schema["required"] as JsonArray ?? JsonArray.Empty).Items.OfType<JsonString>())
        {
            if (Of(properties[name.Value] ?? JsonBoolean.True, depth + 1) is not { } value)
            {
                return null;
            }

            members.Add(new JsonMember(name.Value, value));
        }

        return JsonObject.Of(members);
    }

    private static JsonArray? OfItems(JsonObject schema, int depth)
    {
        // one is the least that shows what an item is
        var least = schema["minItems"] is JsonNumber { Value: > 1 and <= 16 } number ? (int)number.Value : 1;
        if (schema["maxItems"] is JsonNumber { Value: < 1 })
        {
            return JsonArray.Empty;
        }

        return Of(schema["items"] ?? JsonBoolean.True, depth + 1) is { } item ? new JsonArray(Enumerable.Repeat(item, least)) : null;
    }
}
