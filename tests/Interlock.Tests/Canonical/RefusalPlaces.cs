using System.Text;
using Interlock.Canonical;

namespace Interlock.Tests.Canonical;

public sealed class RefusalPlaces
{
    [Theory]
    [InlineData("", "(root)", 1, 1, "is empty")]
    [InlineData(" \n\t", "(root)", 2, 2, "was it cut off")]
    [InlineData("\ufeff1", "(root)", 1, 1, "byte order mark")]
    [InlineData("[1,\n 2,\n  x]", "2", 3, 3, "not a JSON value")]
    [InlineData("{\"é😀\": nul}", "é😀", 1, 8, "only true, false and null")]
    [InlineData("[tru]", "0", 1, 2, "only true, false and null")]
    [InlineData("[1 2]", "(root)", 1, 4, "expected `,` or `]`")]
    [InlineData("{\"a\":{\"b\":[1 2]}}", "a/b", 1, 14, "expected `,` or `]`")]
    [InlineData("[1,]", "1", 1, 4, "not a JSON value")]
    [InlineData("{\"a\":1 \"b\"}", "(root)", 1, 8, "expected `,` or `}`")]
    [InlineData("{\"a\":1,}", "(root)", 1, 8, "name in double quotes")]
    [InlineData("{a:1}", "(root)", 1, 2, "name in double quotes")]
    [InlineData("{\"a\" 1}", "(root)", 1, 6, "expected `:`")]
    [InlineData("[1", "(root)", 1, 3, "was it cut off")]
    [InlineData("[{\"a\":", "0/a", 1, 7, "was it cut off")]
    [InlineData("[{\"a\"", "0", 1, 6, "was it cut off")]
    [InlineData("{", "(root)", 1, 2, "was it cut off")]
    [InlineData("[\"abc", "0", 1, 6, "was it cut off")]
    [InlineData("[\"abc\\", "0", 1, 7, "was it cut off")]
    [InlineData("[] []", "(root)", 1, 4, "after the end")]
    [InlineData("1\n,", "(root)", 2, 1, "after the end")]
    [InlineData("[\"a\nb\"]", "0", 1, 4, "control character")]
    [InlineData("[\"a\\nb\u0001\"]", "0", 1, 7, "control character")]
    [InlineData("[\"é\\x\"]", "0", 1, 4, "no such escape")]
    [InlineData("[\"\\u12G4\"]", "0", 1, 3, "four hexadecimal digits")]
    [InlineData("[\"\\u+123\"]", "0", 1, 3, "four hexadecimal digits")]
    [InlineData("[\"\\u12", "0", 1, 3, "four hexadecimal digits")]
    [InlineData("[\"ab\\ud800\"]", "0", 1, 5, "without its other half")]
    [InlineData("[\"ab\\ud800\\u0041\"]", "0", 1, 5, "without its other half")]
    [InlineData("[\"ab\\udc00\\ud800\"]", "0", 1, 5, "without its other half")]
    [InlineData("{\"a\":1,\"\\udfff\":2}", "(root)", 1, 9, "without its other half")]
    [InlineData("[-]", "0", 1, 3, "needs a digit here")]
    [InlineData("[-a]", "0", 1, 3, "needs a digit here")]
    [InlineData("[01]", "0", 1, 2, "leading zero")]
    [InlineData("[-012]", "0", 1, 3, "leading zero")]
    [InlineData("[1.]", "0", 1, 4, "after its point")]
    [InlineData("[1.e5]", "0", 1, 4, "after its point")]
    [InlineData("[1e]", "0", 1, 4, "in its exponent")]
    [InlineData("[1E+]", "0", 1, 5, "in its exponent")]
    [InlineData("[0, 1e400]", "1", 1, 5, "too large")]
    [InlineData("{\"n\": 9007199254740992}", "n", 1, 7, "2^53-1")]
    [InlineData("{\"n\": -9007199254740992}", "n", 1, 7, "2^53-1")]
    [InlineData("{\"n\": 100000000000000000000}", "n", 1, 7, "2^53-1")]
    [InlineData("{\"a\":1,\n \"b\":{\"c\":1, \"\\u0063\":2}}", "b/c", 2, 14, "stands twice")]
    [InlineData("{\"a\":1,\"b\":2,\"a\":{\"a\":1},\"a\":4}", "a", 1, 14, "stands twice")]
    [InlineData("{\"\":0,\"\":1}", "\"\"", 1, 7, "stands twice")]
    public void A_refusal_names_the_path_the_line_the_column_and_the_reason(
        string text, string path, int line, int column, string reason)
    {
        var error = Refusals.Of(text);
        Assert.Equal((path, line, column), (error.Path, error.Line, error.Column));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal($"line {line}, column {column}, at {path}: {error.Message}", error.ToString());
    }

    [Theory]
    [InlineData("[\"é", "ff", "\"]", 1, 4)]
    [InlineData("[\"\n", "", "", 1, 3)]
    [InlineData("[\"ab\\n", "c0af", "\"]", 1, 7)]
    [InlineData("[\"", "eda080", "\"]", 1, 3)]
    [InlineData("[\"", "f4908080", "\"]", 1, 3)]
    [InlineData("[\n\"abc", "e282", "\"]", 2, 5)]
    [InlineData("[\n\"abc", "80", "", 2, 5)]
    public void Invalid_UTF_8_is_refused_where_it_starts(string before, string hex, string after, int line, int column)
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(before), .. Convert.FromHexString(hex), .. Encoding.UTF8.GetBytes(after)];
        var error = Refusals.Of(text, JsonReadOptions.PlanBody);
        Assert.Equal(("0", line, column), (error.Path, error.Line, error.Column));
        Assert.Contains(hex.Length == 0 ? "control" : "UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" 1", 1, 1)]
    [InlineData("[1,\n2]", 1, 4)]
    [InlineData("1.0", 1, 2)]
    [InlineData("[1e2]", 1, 3)]
    [InlineData("-0", 1, 1)]
    [InlineData("9007199254740993", 1, 16)]
    [InlineData("1e20", 1, 2)]
    [InlineData("{\"b\":1,\"a\":2}", 1, 3)]
    [InlineData("\"\\u0061\"", 1, 2)]
    [InlineData("\"\\/\"", 1, 2)]
    [InlineData("\"\\u000A\"", 1, 3)]
    [InlineData("\"\\u001F\"", 1, 7)]
    [InlineData("\"\u007f\\u00e9\"", 1, 3)]
    [InlineData("1\n", 1, 2)]
    public void What_the_writer_would_not_emit_is_refused_in_canonical_mode(string text, int line, int column)
    {
        Assert.False(JsonReader.TryReadCanonical(Encoding.UTF8.GetBytes(text), Refusals.Large, out var value, out var error));
        Assert.Null(value);
        Assert.Equal((JsonError.Root, line, column), (error!.Path, error.Line, error.Column));
        Assert.Contains("canonical", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_JSON_is_refused_in_canonical_mode_as_in_the_other()
    {
        Assert.False(JsonReader.TryReadCanonical("{\"a\":1,\"a\":2}"u8, Refusals.Large, out _, out var error));
        Assert.Equal(Refusals.Of("{\"a\":1,\"a\":2}"), error);
    }

    [Fact]
    public void A_hostile_name_is_shown_escaped_and_short()
    {
        var error = Refusals.Of("{\"\\u001b[2J\\u202e\\u0000\u2028\u200b\u3164 ok\": x}");
        Assert.Equal("\\u{1b}[2J\\u{202e}\\u{0}\\u{2028}\\u{200b}\\u{3164} ok", error.Path);
        Assert.DoesNotContain(error.ToString(), unit => char.IsControl(unit));

        Assert.Equal(new string('k', 64), Refusals.Of($"{{\"{new string('k', 64)}\": x}}").Path);
        Assert.Equal(new string('k', 64) + "…", Refusals.Of($"{{\"{new string('k', 65)}\": x}}").Path);

        // a pair is never cut in two
        Assert.Equal(new string('k', 63) + "…", Refusals.Of($"{{\"{new string('k', 63)}😀\": x}}").Path);
    }

    [Fact]
    public void A_deep_path_of_long_names_stays_short()
    {
        var open = string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"{i} {new string('k', 900)}\":"));
        var error = Refusals.Of(Encoding.UTF8.GetBytes(open), new JsonReadOptions { MaxDepth = 512 });
        Assert.StartsWith("0 kk", error.Path, StringComparison.Ordinal);
        Assert.Contains("/…/492 kk", error.Path, StringComparison.Ordinal);
        Assert.True(error.Path.Length < 1200, error.Path);
    }

    [Fact]
    public void No_refusal_quotes_the_document_in_its_message()
    {
        string[] texts = ["{\"s3cret\":1,\"s3cret\":2}", "[s3cret]", "\"s3cret", "{s3cret}", "[1 s3cret]", "1 s3cret"];
        foreach (var text in texts)
        {
            Assert.DoesNotContain("s3cret", Refusals.Of(text).Message, StringComparison.Ordinal);
        }
    }
}
