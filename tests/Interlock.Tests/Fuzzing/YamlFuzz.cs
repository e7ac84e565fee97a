using System.Globalization;
using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Yaml;
using Interlock.Tests.Fuzzing.Reference;
using YamlDotNet.Core;

namespace Interlock.Tests.Fuzzing;

/// <summary>The reader of YAML: what is written in any style reads as what it is, and nothing that is read makes it stumble.</summary>
public sealed class YamlFuzz
{
    /// <summary>A reader: the value, or why there is none.</summary>
    private delegate (JsonValue? Value, JsonError? Error) Reader(byte[] text);

    [Fact]
    [Trait("speed", "slow")]
    public void No_text_makes_the_reader_stumble_and_what_does_not_matter_changes_nothing() =>
        Fuzz.FindNothing(new Fuzzed(YamlTexts.Any, text => Check(text, Read)), 40_000);

    [Fact]
    [Trait("speed", "slow")]
    public void A_value_reads_the_same_in_every_style() => Fuzz.FindNothing(new Fuzzed(YamlTexts.Styled, input => Styled(input, Read)), 30_000);

    [Theory]
    [InlineData("only the library's own exception is caught")]
    [InlineData("a carriage return is text")]
    [InlineData("a comment at the start is refused")]
    [InlineData("commas may be missing in brackets")]
    public void A_seeded_mistake_of_the_reader_is_found(string mistake) =>
        Fuzz.FindSomething(new Fuzzed(YamlTexts.Any, text => Check(text, Mistaken(mistake))), 20_000);

    [Theory]
    [InlineData("yes is a truth value")]
    [InlineData("text is trimmed")]
    [InlineData("lines are folded")]
    [InlineData("numbers in quotes are numbers")]
    public void A_seeded_mistake_about_values_is_found(string mistake) =>
        Fuzz.FindSomething(new Fuzzed(YamlTexts.Styled, input => Styled(input, Mistaken(mistake))), 20_000);

    private static (JsonValue? Value, JsonError? Error) Read(byte[] text) =>
        YamlReader.TryRead(text, YamlReadOptions.Default, out var document, out var error) ? (document.Root, null) : (null, error);

    private static Reader Mistaken(string mistake) => mistake switch
    {
        "only the library's own exception is caught" => Careless,
        "a carriage return is text" => text => Read([.. text.Select(unit => unit == '\r' ? (byte)'x' : unit)]),
        "a comment at the start is refused" => text =>
            text.AsSpan().StartsWith("#"u8) ? (null, new JsonError(JsonError.Root, 1, 1, "no")) : Read(text),
        "commas may be missing in brackets" => text => Read([.. text.Select(unit => unit == ',' ? (byte)' ' : unit)]),
        "yes is a truth value" => text => Texts(text, value => value is "yes" or "on" ? true : new JsonString(value)),
        "text is trimmed" => text => Texts(text, value => value.Trim(' ')),
        "lines are folded" => text => Texts(text, value => value.Replace('\n', ' ')),
        "numbers in quotes are numbers" => text => Texts(text, value => value is "1" or "-1" or "0" or "1:30" ? 1 : new JsonString(value)),
        _ => throw new ArgumentOutOfRangeException(nameof(mistake)),
    };

    private static (JsonValue? Value, JsonError? Error) Texts(byte[] text, Func<string, JsonValue?> change)
    {
        var (value, error) = Read(text);
        return (value is null ? null : Change(value), error);

        JsonValue Change(JsonValue one) => one switch
        {
            JsonString characters => change(characters.Value) ?? JsonNull.Instance,
            JsonArray list => new JsonArray(list.Items.Select(Change)),
            JsonObject members => JsonObject.Of(members.Members.Select(member => new JsonMember(member.Name, Change(member.Value)))),
            _ => one,
        };
    }

    /// <summary>What one would write by the library's documentation; the value does not matter.</summary>
    private static (JsonValue? Value, JsonError? Error) Careless(byte[] text)
    {
        try
        {
            var parser = new Parser(new Scanner(new StringReader(Encoding.UTF8.GetString(text)), skipComments: true));
            while (parser.MoveNext())
            {
            }
        }
        catch (YamlException)
        {
        }

        return Read(text);
    }

    private static string? Check(byte[] text, Reader read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (value, error) = read(text);
        if (GC.GetAllocatedBytesForCurrentThread() - before is var spent && spent > 8_000_000 + (20_000L * text.Length))
        {
            return $"work without bound: {spent} bytes were allocated for {text.Length}";
        }

        return (value is null ? Place(text, error) : Unmoved(text, value, read)) ?? AsJson(text, read);
    }

    private static string? Place(byte[] text, JsonError? error) =>
        error is null ? "refusal without a reason: none is given"
        : error.Line < 1 || error.Column < 1 || error.Column > text.Length + 1 || error.Line > text.Length + 1 ? $"refusal out of the text: {error}"
        : error.Message.Length == 0 || error.Message.Contains('\n') ? $"refusal without a plain message: {error}"
        : null;

    private static string? Unmoved(byte[] text, JsonValue value, Reader read)
    {
        var canonical = CanonicalJson.Write(value);
        if (!JsonReader.TryReadCanonical(canonical, JsonReadOptions.PlanBody, out _, out var error))
        {
            return $"value without a canonical form: {error}";
        }

        if (JsonReader.TryRead(canonical, JsonReadOptions.PlanBody, out _, out _) && Forbidden(canonical) is null && Differs(read(canonical), value) is { } other)
        {
            return $"canonical form reads otherwise: {other}";
        }

        if (text is not [0xef, ..] && Differs(read([.. "# so\n"u8, .. text]), value) is { } commented)
        {
            return $"comment changes it: {commented}";
        }

        return !text.Contains((byte)'\r') && Differs(read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("\n", "\r\n"))), value) is { } ends
            ? $"line ends change it: {ends}"
            : null;
    }

    /// <summary>JSON is YAML and has the same value, but for tabs outside its brackets: to YAML they are an indentation.</summary>
    private static string? AsJson(byte[] text, Reader read)
    {
        text = text.AsSpan().Trim(" \t\r\n"u8).ToArray();
        if (!JsonReader.TryRead(text, JsonReadOptions.PlanBody, out var json, out _) || Forbidden(text) is not null)
        {
            return null;
        }

        // two spellings of which one is an escape are two names in JSON; YAML's rule is the stricter one
        var (value, error) = read(text);
        var isTwice = error?.Message.Contains("twice", StringComparison.Ordinal) == true
            && !ReferenceJson.TryRead(CanonicalJson.Write(json), out _);
        return isTwice ? null : Differs((value, error), json) is { } other ? $"JSON reads otherwise: {other}" : null;
    }

    private static string? Styled(byte[] input, Reader read)
    {
        var end = Array.IndexOf(input, (byte)'\n');
        if (end < 1
            || !int.TryParse(Encoding.ASCII.GetString(input[..end]), NumberStyles.None, CultureInfo.InvariantCulture, out var style)
            || !ReferenceJson.TryRead(input.AsSpan(end + 1), out var value)
            || !ReferenceJson.TryRead(ReferenceJson.Write(value), out _))
        {
            return null;
        }

        var yaml = YamlTexts.Written(value, new Random(style));
        var (found, error) = read(Encoding.UTF8.GetBytes(yaml));
        return found is not null && CanonicalJson.Write(found).AsSpan().SequenceEqual(ReferenceJson.Write(value))
            ? null
            : $"style changes it: {found?.ToString() ?? error?.ToString()} for\n{yaml}";
    }

    private static string? Differs((JsonValue? Value, JsonError? Error) read, JsonValue expected) =>
        read.Value is null ? $"{read.Error}"
        : CanonicalJson.Write(read.Value).AsSpan().SequenceEqual(CanonicalJson.Write(expected)) ? null
        : $"{read.Value} and not {expected}";

    /// <summary>A character that may stand in JSON and not, as it is, in YAML.</summary>
    private static Rune? Forbidden(byte[] text)
    {
        foreach (var rune in Encoding.UTF8.GetString(text).EnumerateRunes())
        {
            if (rune.Value is (>= 0x7f and <= 0x9f) or 0x2028 or 0x2029 or 0xfeff or 0xfffe or 0xffff)
            {
                return rune;
            }
        }

        return null;
    }
}
