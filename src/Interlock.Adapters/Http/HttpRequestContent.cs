using System.Collections.Immutable;
using Interlock.Adapters.Declarations;
using Interlock.Canonical;

namespace Interlock.Adapters.Http;

/// <summary>Exactly what would be requested: the content of an effect, and all that a request is made from.</summary>
internal sealed record HttpRequestContent
{
    public required string Method { get; init; }

    public required string Url { get; init; }

    /// <summary>The headers: each value is text, or a secret's reference with an optional prefix.</summary>
    public required JsonObject Headers { get; init; }

    public string? Body { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required int ResponseLimit { get; init; }

    /// <summary>The statuses that are a success: ranges, both ends included.</summary>
    public required ImmutableArray<(int Least, int Most)> Success { get; init; }

    public required bool AllowPrivate { get; init; }

    public bool IsSuccess(int status) => Success.Any(range => status >= range.Least && status <= range.Most);

    public JsonObject ToJson() => JsonObject.Of(
        ("allow_private", AllowPrivate),
        ("body", Optional.Text(Body)),
        ("headers", Headers),
        ("method", Method),
        ("response_limit", ResponseLimit),
        ("success", new JsonArray(Success.Select(range => (JsonValue)$"{range.Least}-{range.Most}"))),
        ("timeout_ms", (long)Timeout.TotalMilliseconds),
        ("url", Url));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidOperationException">It is the content of another adapter's effect: a bug of the caller.</exception>
    public static HttpRequestContent From(JsonObject json) =>
        json.Text("method") is { } method
        && json.Text("url") is { } url
        && json["headers"] is JsonObject headers
        && json["timeout_ms"] is JsonNumber timeout
        && json["response_limit"] is JsonNumber limit
        && json["success"] is JsonArray success
        && json["allow_private"] is JsonBoolean allowPrivate
            ? new HttpRequestContent
            {
                Method = method,
                Url = url,
                Headers = headers,
                Body = json.Text("body"),
                Timeout = TimeSpan.FromMilliseconds(timeout.Value),
                ResponseLimit = (int)limit.Value,
                Success = [.. success.Items.Select(ParseStatus).OfType<(int, int)>()],
                AllowPrivate = allowPrivate.Value,
            }
            : throw new InvalidOperationException("the effect was described by another adapter");

    /// <summary>Reads <c>204</c> or <c>"200-299"</c>; null for anything else.</summary>
    public static (int Least, int Most)? ParseStatus(JsonValue value)
    {
        if (value is JsonNumber { Value: >= 100 and <= 599 } number && number.Value == Math.Truncate(number.Value))
        {
            return ((int)number.Value, (int)number.Value);
        }

        return value is JsonString { Value: [>= '1' and <= '5', _, _, '-', >= '1' and <= '5', _, _] text }
            && text.Where((_, i) => i != 3).All(char.IsAsciiDigit)
            && Number(text[..3]) is var least
            && Number(text[4..]) is var most
            && least <= most
                ? (least, most)
                : null;

        static int Number(string digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }
}
