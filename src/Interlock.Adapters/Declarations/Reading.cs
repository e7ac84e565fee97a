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

    /// <summary>What the probe answers with, for whoever writes a check.</summary>
    public ProbeAnswer Answer => Pointer is { } pointer
        ? new ProbeAnswer(
            $"what stands at `{pointer}` in the JSON that is read: text without its quotation marks, a number, or `true` or `false`",
            "the value that must stand there")
        : Word switch
        {
            "exists" => new ProbeAnswer("`true` or `false`: whether the file is there", "true"),
            "size" => new ProbeAnswer("the size of the file in bytes, a decimal number", "1", CheckOperator.AtLeast),
            "sha256" => new ProbeAnswer(
                "the SHA-256 of the file, 64 lower-case hexadecimal digits; a plan may hold at most 31 of them in a row, so check with `contains`",
                "0123456789abcdef",
                CheckOperator.Contains),
            "content" => new ProbeAnswer("the text of the file, trimmed at both ends", "a text that must stand in it", CheckOperator.Contains),
            "exit_code" => new ProbeAnswer("the exit code of the command, a decimal number; 0 is success for most", "0"),
            "stdout" => new ProbeAnswer("what the command prints on standard output, trimmed at both ends", "the text that it must print"),
            "status" => new ProbeAnswer("the HTTP status of the answer, a decimal number", "200"),
            "body" => new ProbeAnswer("the body of the answer, trimmed at both ends", "a text that must stand in it", CheckOperator.Contains),
            _ when Word.StartsWith("header:", StringComparison.Ordinal) =>
                new ProbeAnswer($"the value of the header `{Word["header:".Length..]}`, trimmed at both ends", "the value that it must have"),
            _ => throw new InvalidOperationException($"nobody says what reading `{Word}` answers"),
        };

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
