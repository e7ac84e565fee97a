using System.Text.Json;
using Interlock.Canonical;

namespace Interlock.Tests.Schema;

/// <summary>
/// JSON values of the official suite. Read with System.Text.Json: the suite has integers that our reader refuses on purpose,
/// and a fault of ours cannot hide itself.
/// </summary>
internal static class SuiteJson
{
    public static JsonValue Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return Convert(document.RootElement);
    }

    public static JsonValue Parse(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2_000 });
        return Convert(document.RootElement);
    }

    public static JsonValue Convert(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => JsonNull.Instance,
        JsonValueKind.True => JsonBoolean.True,
        JsonValueKind.False => JsonBoolean.False,
        JsonValueKind.Number => new JsonNumber(element.GetDouble()),
        JsonValueKind.String => element.GetString() ?? string.Empty,
        JsonValueKind.Array => new JsonArray(element.EnumerateArray().Select(Convert)),
        JsonValueKind.Object => JsonObject.Of(element.EnumerateObject().Select(member => new JsonMember(member.Name, Convert(member.Value)))),
        _ => throw new InvalidOperationException($"no value for {element.ValueKind}"),
    };
}
