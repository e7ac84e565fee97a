using System.Text;
using FsCheck.Fluent;
using FsCheck;
using Interlock.Canonical;
using Interlock.Cli.Terminal;

namespace Interlock.Tests.Surface.Cli;

public sealed class Escaping
{
    [Theory]
    [InlineData("plain [red]text[/] {x}", "plain [red]text[/] {x}")]
    [InlineData("\u001b[31mred", "\\u{1b}[31mred")]
    [InlineData("\u009b31m", "\\u{9b}31m")]
    [InlineData("a\rb\bc", "a\\u{d}b\\u{8}c")]
    [InlineData("a\nb\tc", "a\\nb\\tc")]
    [InlineData("\u202egpj.exe", "\\u{202e}gpj.exe")]
    [InlineData("a\u200bb\ufeffc\u2066d", "a\\u{200b}b\\u{feff}c\\u{2066}d")]
    [InlineData("a\u00a0b\u2028c", "a\\u{a0}b\\u{2028}c")]
    [InlineData("\u3164\u115f\u034f", "\\u{3164}\\u{115f}\\u{34f}")]
    [InlineData("\ue000\uffff", "\\u{e000}\\u{ffff}")]
    [InlineData("ünï 日本 🙂", "ünï 日本 🙂")]
    public void Nothing_that_a_terminal_acts_on_is_left(string text, string shown) => Assert.Equal(shown, Escape.Line(text));

    // not an attribute's text: metadata cannot hold half a pair
    [Fact]
    public void Half_a_surrogate_pair_is_shown_as_a_number() => Assert.Equal("\\u{d800}x", Escape.Line("\ud800x"));

    [Fact]
    public void Lines_stay_lines_where_they_are_asked_for() => Assert.Equal("a\nb    c\\u{d}", Escape.Lines("a\nb\tc\r"));

    [Fact]
    public void A_text_that_is_cut_says_how_much_is_missing() => Assert.Equal("ab… (3 more characters)", Escape.Line("abcde", 2));

    [Fact]
    public void Every_text_is_shown_in_safe_characters() =>
        Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
            text is null || Escape.Lines(text).EnumerateRunes().All(rune => rune.Value == '\n' || Visible.Shows(rune))));

    [Fact]
    public void Json_on_a_screen_is_safe_and_still_the_same_value()
    {
        var value = JsonObject.Of(
            ("a\u001b", "x\u202e\u009b\u00a0\"\\\n\t🙂\U000e0041"), ("b", new JsonArray([1, JsonNull.Instance, true, JsonObject.Empty, JsonArray.Empty])));

        foreach (var text in (string[])[JsonText.Compact(value), JsonText.Indented(value)])
        {
            Assert.All(text.EnumerateRunes(), rune => Assert.True(rune.Value == '\n' || Visible.Shows(rune), text));
            Assert.True(JsonReader.TryRead(Encoding.UTF8.GetBytes(text), new JsonReadOptions(), out var read, out var error), error?.ToString());
            Assert.Equal(CanonicalJson.Hash(value), CanonicalJson.Hash(read));
        }

        Assert.DoesNotContain('\n', JsonText.Compact(value));
    }
}
