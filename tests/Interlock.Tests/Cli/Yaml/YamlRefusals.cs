using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Yaml;

namespace Interlock.Tests.Cli.Yaml;

public sealed class YamlRefusals
{
    [Theory]
    [InlineData("a: 1\nb:\n  - 2\n  - 9007199254740992", 4, 5, "b/1", "2^53-1")]
    [InlineData("a: .inf", 1, 4, "a", "no infinity")]
    [InlineData("a:\n  b: .NaN", 2, 6, "a/b", "NaN")]
    [InlineData("a: 1e400", 1, 4, "a", "too large")]
    [InlineData("a: !!float 12345678901234567890", 1, 4, "a", "2^53-1")]
    [InlineData("a: !!int x", 1, 4, "a", "tag")]
    [InlineData("a: !thing {b: 1}", 1, 4, "a", "unknown tag")]
    [InlineData("a: !!timestamp 2001-01-01", 1, 4, "a", "unknown tag")]
    [InlineData("a: ! true", 1, 4, "a", "unknown tag")]
    [InlineData("a: !!map [1]", 1, 4, "a", "tag")]
    public void A_value_that_json_does_not_have_is_refused_where_it_stands(
        string yaml, int line, int column, string path, string fragment) =>
        Reading.RefusesAt(yaml, line, column, path, fragment);

    [Theory]
    [InlineData("a: 1\nb: 2\n'a': 3", 3, 1, "a", "stands twice")]
    [InlineData("x: {b: 1, \"\\x62\": 2}", 1, 11, "x/b", "stands twice")]
    [InlineData("true: 1", 1, 1, "(root)", "put it in quotes")]
    [InlineData("a:\n  1: b", 2, 3, "a", "put it in quotes")]
    [InlineData("~: 1", 1, 1, "(root)", "put it in quotes")]
    [InlineData("? [1]\n: b", 1, 3, "(root)", "put it in quotes")]
    [InlineData("k: &k 1\n*k : b", 2, 1, "(root)", "put it in quotes")]
    public void A_key_that_is_no_name_or_stands_twice_is_refused_where_it_stands(
        string yaml, int line, int column, string path, string fragment) => Reading.RefusesAt(yaml, line, column, path, fragment);

    [Theory]
    [InlineData("{\"\u00e9\": 1, \"e\u0301\": 2}")]
    [InlineData("{\"a\": {\"\u212b\": 1, \"b\": 0, \"\u00c5\": 2}}")]
    [InlineData("{\"\u00e9\": 1, \"e\": 2}")]
    [InlineData("{\"K\": 1, \"\u212a\": 2}")]
    [InlineData("{\"\u00e9\": 1, \"e\\u0301\": 2}")]
    [InlineData("{\"\\u00e9\": 1, \"e\\u0301\": 2}")]
    public void Names_that_json_does_not_allow_together_are_refused_together_with_it(string text)
    {
        var isJson = JsonReader.TryRead(Encoding.UTF8.GetBytes(text), JsonReadOptions.PlanBody, out _, out var json);
        var isYaml = YamlReader.TryRead(Encoding.UTF8.GetBytes(text), YamlReadOptions.Default, out _, out var yaml);
        Assert.Equal(isJson, isYaml);
        Assert.Equal(json?.Message, yaml?.Message);
    }

    [Theory]
    [InlineData("\ta: 1", 1, 1, "(root)")]
    [InlineData("a:\n\t- 1", 2, 1, "a")]
    [InlineData("a:\n  b: 1\n\tc: 2", 3, 1, "a/b")]
    [InlineData("a:\n  b:\n  \tc: 1", 3, 3, "a/b")]
    [InlineData("a: |\n\tx", 2, 1, "(root)")]
    [InlineData("- \t- x", 1, 3, "0")]
    [InlineData("-\ta: x", 1, 2, "0")]
    [InlineData("a: 1\r\n\tb: 1\r\n", 2, 1, "a")]
    public void A_tab_that_indents_is_refused_where_it_stands(string yaml, int line, int column, string path) =>
        Reading.RefusesAt(yaml, line, column, path, "a tab cannot indent");

    [Theory]
    [InlineData("a: *nope", 1, 4, "a", "does not stand before")]
    [InlineData("a: *b\nb: &b 1", 1, 4, "a", "does not stand before")]
    [InlineData("&x [*x]", 1, 5, "0", "stands in")]
    [InlineData("a: &x {b: {c: *x}}", 1, 15, "a/b/c", "stands in")]
    [InlineData("a: &a:b 1", 1, 4, "a", "colon")]
    public void An_alias_without_a_finished_anchor_is_refused_where_it_stands(
        string yaml, int line, int column, string path, string fragment) => Reading.RefusesAt(yaml, line, column, path, fragment);

    [Theory]
    [InlineData("a: 1\n---\nb: 2", 2, 1, "second document")]
    [InlineData("a: 1\n...\n---\n", 3, 1, "second document")]
    [InlineData("", 1, 1, "empty")]
    [InlineData("# only a remark\n", 2, 1, "empty")]
    [InlineData("%YAML 1.1\n---\na: 1", 1, 1, "1.2")]
    [InlineData("%TAG !e! tag:yaml.org,2002:\n---\n!e!str a", 1, 1, "%TAG")]
    public void Anything_but_one_document_of_this_version_is_refused(string yaml, int line, int column, string fragment) =>
        Reading.RefusesAt(yaml, line, column, "(root)", fragment);

    [Theory]
    [InlineData("a: \u0000", 1, 4, "control")]
    [InlineData("a: 'x\u0007'", 1, 6, "control")]
    [InlineData("a: 1\nb: \"\u007f\"", 2, 5, "control")]
    [InlineData("a: x\u0085b: y", 1, 5, "YAML 1.1")]
    [InlineData("a: \"x\u2028y\"", 1, 6, "YAML 1.1")]
    [InlineData("a: \ufeffb", 1, 4, "byte order mark")]
    [InlineData("a: \uffff", 1, 4, "no character")]
    [InlineData("é𝄞: \u0001", 1, 5, "control")]
    public void A_character_that_two_readers_would_take_differently_is_refused_where_it_stands(
        string yaml, int line, int column, string fragment) => Reading.RefusesAt(yaml, line, column, "(root)", fragment);

    [Theory]
    [InlineData("a: \"\\ud83d\"", 5, "surrogate")]
    [InlineData("a: \"x\\ude00\\ud83d\"", 6, "surrogate")]
    [InlineData("a: \"\\ud83d\\u0041\"", 5, "surrogate")]
    [InlineData("a: \"\\ud83d\\n\"", 5, "surrogate")]
    [InlineData("a: \"\\ud83d\\ude00\\ud83d\"", 17, "surrogate")]
    [InlineData("a: \"\\ud83d\\ude0g\"", 11, "hexadecimal")]
    [InlineData("a: \"\\ud83d\\U0001de00\"", 5, "surrogate")]
    [InlineData("a: \"\\U0000d83d\\U0000de00\"", 5, "surrogate")]
    [InlineData("a: \"x\\ud83d\\ude00\\q\"", 18, "unknown escape")]
    [InlineData("a: \"\\u00\"", 7, "hexadecimal")]
    public void An_escape_that_is_no_unicode_text_is_refused_where_it_stands(string yaml, int column, string fragment)
    {
        var error = Reading.Refuse(yaml);
        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
        Assert.Equal((1, column), (error.Line, error.Column));
    }

    [Fact]
    public void A_pair_of_surrogate_escapes_is_the_character_that_json_means() =>
        Assert.Equal("[\"😀\",\"😀\"]", Reading.Accept("[\"\\ud83d\\ude00\", \"\\U0001F600\"]").Root.ToString());

    [Fact]
    public void Invalid_utf8_is_refused_where_it_starts()
    {
        var error = Reading.Refuse([.. "a: é\nb: x"u8, 0xc3, 0x28, .. "\nc: \u0001"u8]);
        Assert.Equal((2, 5), (error.Line, error.Column));
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Contains("UTF-8", Reading.Refuse([0xed, 0xa0, 0x80]).Message, StringComparison.Ordinal);
        Assert.Contains(
            "UTF-8", Reading.Refuse([0xff, 0xfe, .. Encoding.Unicode.GetBytes("a: 1")]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1, {c]", 1, 7)]
    [InlineData("a: [1,\n  2", 2, 4)]
    [InlineData("a: 'open\n  for ever\n", 1, 4)]
    [InlineData("a: b: c", 1, 5)]
    [InlineData("a: 1\n  b: 2", 2, 4)]
    [InlineData("a: @x", 1, 4)]
    [InlineData("a: 1\nb: [1, 2}\n", 2, 9)]
    [InlineData("{\"a\" \"b\"}", 1, 6)]
    [InlineData("{\"a\": 1 \"b\": 2}", 1, 12)]
    [InlineData("[\"a\", \"b\" c]", 1, 11)]
    [InlineData("{>\"a\": 1}", 1, 2)]
    [InlineData("{a:}", 1, 3)]
    [InlineData("{?a: 1}", 1, 2)]
    [InlineData("[\"x\", :b]", 1, 7)]
    [InlineData("|-\nx\n---\ny", 2, 1)]
    [InlineData("a: {b *c: 1}", 1, 9)]
    public void Broken_syntax_is_refused_near_where_it_breaks(string yaml, int line, int column)
    {
        var error = Reading.Refuse(yaml);
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Matches("^[a-z].*[^.]$", error.Message);
    }

    [Theory]
    [InlineData("a: 1\nfoo\nb: 2", 2, 1, "colon")]
    [InlineData("key: one: two", 1, 9, "quotes")]
    [InlineData("a: 'x", 1, 4, "quotes are never closed")]
    [InlineData("a: {b: [1", 1, 10, "ends inside brackets")]
    [InlineData("a: - b", 1, 4, "line of its own")]
    [InlineData("a: [1, 2]]", 1, 10, "closes")]
    [InlineData("a: %x", 1, 4, "cannot start")]
    [InlineData("a: * b", 1, 4, "anchor")]
    public void A_common_mistake_is_met_with_its_mend(string yaml, int line, int column, string fragment)
    {
        var error = Reading.Refuse(yaml);
        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Fact]
    public void A_refusal_never_repeats_the_documents_text()
    {
        string[] documents =
        [
            "a: !secret x", "a: *secret", "a: {secret secret: ]", "a: @secret", "%TAG !secret! secret\n---\na", "? [secret]\n: 1",
        ];
        foreach (var yaml in documents)
        {
            Assert.DoesNotContain("secret", Reading.Refuse(yaml).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_long_name_is_shortened_in_the_path()
    {
        var error = Reading.Refuse($"{new string('n', 500)}: .inf");
        Assert.Equal(new string('n', 64) + "…", error.Path);
    }

    [Fact]
    public void The_options_are_checked() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Reading.Accept("a", new YamlReadOptions { MaxDepth = 0 }));
}
