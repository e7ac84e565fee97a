using System.Text;
using Interlock.Canonical;
using Interlock.Tests.Fuzzing.Reference;
using Interlock.Tests.Vectors;

namespace Interlock.Tests.Fuzzing;

/// <summary>The reader of JSON, its canonical mode and the hash without a value, against the second implementation.</summary>
public sealed class JsonReaderFuzz
{
    private static readonly JsonReadOptions Options = JsonReadOptions.PlanBody;

    /// <summary>The three ways in; a seeded mistake replaces one of them or what goes into it.</summary>
    private sealed record Reader
    {
        public Func<byte[], byte[]> ForRead { get; init; } = text => text;

        public Func<byte[], byte[]> ForCanonical { get; init; } = text => text;

        public Func<byte[], byte[]> ForHash { get; init; } = text => text;
    }

    [Fact]
    [Trait("speed", "slow")]
    public void Reader_canonical_mode_and_hash_say_of_every_text_what_the_second_implementation_says() =>
        Fuzz.FindNothing(Of(new Reader()), 120_000);

    [Theory]
    [InlineData("the last of two names counts")]
    [InlineData("a comma before a bracket is forgiven")]
    [InlineData("half a surrogate pair is replaced")]
    [InlineData("a byte order mark is skipped")]
    [InlineData("large integers lose digits")]
    [InlineData("deep nesting is cut off")]
    [InlineData("canonical mode trims white space")]
    [InlineData("canonical mode forgives capitals in escapes")]
    [InlineData("hashing forgives a text that goes on")]
    [InlineData("hashing ends a string at its first NUL")]
    public void A_seeded_mistake_of_the_reader_is_found(string mistake) => Fuzz.FindSomething(Of(Mistaken(mistake)), 30_000);

    private static Reader Mistaken(string mistake) => mistake switch
    {
        "the last of two names counts" => new Reader { ForRead = LastWins },
        "a comma before a bracket is forgiven" => new Reader { ForRead = Edit((",]", "]"), (",}", "}")) },
        "half a surrogate pair is replaced" => new Reader { ForRead = Edit(("\\ude00\\ud83d", "\\ufffd\\ufffd"), ("\\ud83d\"", "\\ufffd\"")) },
        "a byte order mark is skipped" => new Reader { ForRead = text => text is [0xef, 0xbb, 0xbf, .. var rest] ? rest : text },
        "large integers lose digits" => new Reader { ForRead = Edit(("9007199254740992", "9007199254740990")) },
        "deep nesting is cut off" => new Reader { ForRead = Edit((new string('[', 33), new string('[', 32)), (new string(']', 33), new string(']', 32))) },
        "canonical mode trims white space" => new Reader { ForCanonical = text => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Trim(' ')) },
        "canonical mode forgives capitals in escapes" => new Reader { ForCanonical = Edit(("\\u001F", "\\u001f"), ("\\/", "/")) },
        "hashing forgives a text that goes on" => new Reader { ForHash = text => text is [.. var all, (byte)']'] ? all : text },
        "hashing ends a string at its first NUL" => new Reader { ForHash = Edit(("\\u0000", "")) },
        _ => throw new ArgumentOutOfRangeException(nameof(mistake)),
    };

    private static Func<byte[], byte[]> Edit(params (string From, string To)[] edits) => text =>
    {
        var edited = Encoding.Latin1.GetString(text);
        foreach (var (from, to) in edits)
        {
            edited = edited.Replace(from, to, StringComparison.Ordinal);
        }

        return Encoding.Latin1.GetBytes(edited);
    };

    /// <summary>What many readers do: of two members of one name the last one counts.</summary>
    private static byte[] LastWins(byte[] text)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(text);
            var last = document.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object
                ? JsonObject.Of(document.RootElement.EnumerateObject()
                    .Reverse().DistinctBy(member => member.Name)
                    .Select(member => new JsonMember(member.Name, SystemTextJson.ToValue(member.Value))))
                : null;
            return last is null ? text : CanonicalJson.Write(last);
        }
        catch (Exception)
        {
            return text;
        }
    }

    private static Fuzzed Of(Reader reader) => new(JsonTexts.Any, text =>
    {
        var accepted = ReferenceJson.TryRead(text, out var expected);
        var read = JsonReader.TryRead(reader.ForRead(text), Options, out var value, out var error);
        if (read != accepted)
        {
            return $"reader {(read ? "accepts" : "refuses")}: the second implementation does not; {error}";
        }

        var canonical = accepted ? ReferenceJson.Write(expected) : [];
        return (read ? Value(value, canonical) : Place(text, error))
            ?? Hashed(reader, text, read, canonical, error)
            ?? Canonically(reader, text);
    });

    private static string? Value(JsonValue? value, byte[] canonical)
    {
        if (value is null || !CanonicalJson.Write(value).AsSpan().SequenceEqual(canonical))
        {
            return $"value differs: {value} and not {Encoding.UTF8.GetString(canonical)}";
        }

        return JsonReader.TryReadCanonical(canonical, Options, out var again, out var error)
            ? CanonicalJson.Hash(again) == Sha256Digest.Of(canonical) ? null : "hash differs: of the value and of its canonical text"
            : $"canonical text refused: {error}";
    }

    private static string? Hashed(Reader reader, byte[] text, bool read, byte[] canonical, JsonError? error)
    {
        var hashed = CanonicalJson.TryHash(reader.ForHash(text), Options, out var digest, out var hashError);
        return hashed != read ? $"hashing {(hashed ? "accepts" : "refuses")}: reading does not; {hashError ?? error}"
            : hashed && digest != Sha256Digest.Of(canonical) ? $"hashing differs: {digest}"
            : hashError != error ? $"hashing says otherwise: {hashError} and not {error}"
            : null;
    }

    private static string? Canonically(Reader reader, byte[] text)
    {
        var expected = ReferenceJson.TryReadCanonical(text, out _);
        var accepted = JsonReader.TryReadCanonical(reader.ForCanonical(text), Options, out var value, out var error);
        return accepted != expected ? $"canonical mode {(accepted ? "accepts" : "refuses")}: the second implementation does not; {error}"
            : accepted && !CanonicalJson.Write(value!).AsSpan().SequenceEqual(text) ? "canonical mode reads another value: it is written differently"
            : accepted ? null : Place(text, error);
    }

    /// <summary>A refusal has a place within the text, and a message without the text.</summary>
    private static string? Place(byte[] text, JsonError? error)
    {
        var lines = text.AsSpan().Count((byte)'\n') + 1;
        return error is null ? "refusal without a reason: none is given"
            : error.Line < 1 || error.Line > lines || error.Column < 1 || error.Column > text.Length + 1 ? $"refusal out of the text: {error}"
            : error.Message.Length == 0 || !Ascii.IsValid(error.Message.Replace('±', '+')) ? $"refusal without a plain message: {error}"
            : null;
    }
}
