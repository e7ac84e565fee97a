using System.Text.Json;
using Interlock.Canonical;

namespace Interlock.Cli.Commands;

/// <summary>
/// Reads a vector whose plan the strict reader refuses for a number or a name alone: an integer beyond 2^53-1, or two spellings
/// of one name. Such a plan has no hash that every reader agrees on, which is invariant 2 and not 1; so that the answer can say
/// which other invariants fail, the rest of it must be read somehow. For <c>vectors</c> only: nothing is decided on this.
/// </summary>
internal static class LenientJson
{
    /// <summary>The value, or null where it is refused for any other reason as well.</summary>
    public static JsonValue? TryRead(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = JsonReadOptions.DepthCeiling });
            return Convert(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonValue? Convert(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return ConvertObject(element);
            case JsonValueKind.Array:
                var items = new List<JsonValue>();
                foreach (var item in element.EnumerateArray())
                {
                    if (Convert(item) is not { } value)
                    {
                        return null;
                    }

                    items.Add(value);
                }

                return new JsonArray(items);
            case JsonValueKind.String:
                return Text(element.GetString);
            case JsonValueKind.Number:
                return element.TryGetDouble(out var number) && double.IsFinite(number) ? new JsonNumber(number) : null;
            case JsonValueKind.True:
                return JsonBoolean.True;
            case JsonValueKind.False:
                return JsonBoolean.False;
            case JsonValueKind.Null:
                return JsonNull.Instance;
            case JsonValueKind.Undefined:
                return null;
            default:
                throw new InvalidOperationException($"no value for {element.ValueKind}");
        }
    }

    private static JsonObject? ConvertObject(JsonElement element)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var members = new List<JsonMember>();
        foreach (var property in element.EnumerateObject())
        {
            if (Text(() => property.Name) is not { Value: var name } || !names.Add(name) || Convert(property.Value) is not { } value)
            {
                return null;
            }

            members.Add(new JsonMember(name, value));
        }

        return JsonObject.Of(members);
    }

    private static JsonString? Text(Func<string?> read)
    {
        try
        {
            return read() is { } text ? new JsonString(text) : null;
        }
        catch (InvalidOperationException)
        {
            // half a surrogate pair: System.Text.Json says so only when the text is asked for
            return null;
        }
    }
}
