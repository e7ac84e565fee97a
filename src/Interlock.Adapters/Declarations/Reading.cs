using System.Text;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Adapters.Declarations;

/// <summary>What a probe takes from what it got: <c>read:</c> and <c>json_pointer:</c>.</summary>
/// <param name="Word">The word of <c>read:</c>.</param>
/// <param name="Pointer">A JSON Pointer (RFC 6901), or null for the whole text.</param>
internal sealed record Reading(string Word, string? Pointer)
{
    private const int MaxBytes = 16 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The pointer of a declaration; a fault is noted.</summary>
    public static string? ReadPointer(Fields fields)
    {
        var pointer = fields.Text("json_pointer");
        if (pointer is { Length: > 0 } && !pointer.StartsWith('/'))
        {
            fields.Problems.Add(fields.At("json_pointer"), "a JSON Pointer starts with `/`, for example `/status/ready`");
        }

        return pointer;
    }

    /// <summary>The text, trimmed, or what the pointer finds in it.</summary>
    public Observation OfText(ReadOnlySpan<byte> bytes)
    {
        if (Pointer is not null)
        {
            return OfJson(bytes);
        }

        try
        {
            return new Observation.Seen(Strict.GetString(bytes).Trim());
        }
        catch (DecoderFallbackException)
        {
            return new Observation.Unanswered("the answer is not UTF-8 text");
        }
    }

    private Observation OfJson(ReadOnlySpan<byte> bytes)
    {
        if (!JsonReader.TryRead(bytes, new JsonReadOptions { MaxBytes = MaxBytes, MaxDepth = 128 }, out var value, out var error))
        {
            return new Observation.Unanswered($"the answer is no JSON: line {error.Line}, column {error.Column}: {error.Message}");
        }

        var found = Follow(value);
        return found switch
        {
            null => new Observation.Unanswered($"the answer has nothing at `{Pointer}`"),
            JsonString or JsonNumber or JsonBoolean => new Observation.Seen(found),
            _ => new Observation.Unanswered($"at `{Pointer}` the answer holds no text, number or truth value"),
        };
    }

    private JsonValue? Follow(JsonValue value)
    {
        JsonValue? at = value;
        foreach (var part in (Pointer ?? "").Split('/').Skip(1))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at switch
            {
                JsonObject json => json[name],
                JsonArray list when Index(name) is { } index && index < list.Items.Length => list.Items[index],
                _ => null,
            };
        }

        return at;
    }

    /// <summary>An array index of RFC 6901 section 4: no sign, no leading zero.</summary>
    private static int? Index(string name) =>
        name.Length is > 0 and <= 9 && name.All(char.IsAsciiDigit) && (name.Length == 1 || name[0] != '0')
            ? int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)
            : null;
}
