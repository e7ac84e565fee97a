using System.Text.Json;
using Interlock.Canonical;

namespace Interlock.Mcp.Wire;

/// <summary>From our JSON values to the SDK's. There is no way back: what comes in is read by the strict reader.</summary>
internal static class JsonBridge
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1_024 };
    private static readonly JsonReadOptions Literals = new() { MaxBytes = 16 << 20, MaxDepth = 512 };

    public static JsonElement ToElement(this JsonValue value)
    {
        using var document = JsonDocument.Parse(CanonicalJson.Write(value), Deep);
        return document.RootElement.Clone();
    }

    /// <summary>Reads JSON that stands in this assembly's own source, with values of the configuration filled in.</summary>
    /// <exception cref="InvalidOperationException">The source is at fault.</exception>
    public static JsonObject Parse(string json) =>
        JsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(json), Literals, out var value, out var error)
            && value is JsonObject parsed
                ? parsed
                : throw new InvalidOperationException($"a literal of the agent's surface is no JSON object: {error}");
}
