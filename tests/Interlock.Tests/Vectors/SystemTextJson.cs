using System.Text.Json;
using Interlock.Canonical;

namespace Interlock.Tests.Vectors;

/// <summary>Turns what System.Text.Json read into our values, so that a vector may hold what our own reader refuses.</summary>
internal static class SystemTextJson
{
    public static JsonValue ToValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Of(element.EnumerateObject().Select(member => new JsonMember(member.Name, ToValue(member.Value)))),
        JsonValueKind.Array => new JsonArray(element.EnumerateArray().Select(ToValue)),
        JsonValueKind.String => element.GetString() ?? throw new InvalidOperationException("a string without text"),
        JsonValueKind.Number => new JsonNumber(element.GetDouble()),
        JsonValueKind.True => JsonBoolean.True,
        JsonValueKind.False => JsonBoolean.False,
        JsonValueKind.Null => JsonNull.Instance,
        _ => throw new InvalidOperationException($"no value for {element.ValueKind}"),
    };
}
