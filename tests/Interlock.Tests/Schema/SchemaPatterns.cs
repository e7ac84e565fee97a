using Interlock.Canonical;
using Interlock.Schema;

namespace Interlock.Tests.Schema;

public sealed class SchemaPatterns
{
    [Theory]
    [InlineData("^a$", "a", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("^a$", "b\na", false)]
    [InlineData("b", "abc", true)]
    [InlineData(@"^\d$", "٥", false)]
    [InlineData(@"^\D$", "٥", true)]
    [InlineData(@"^\w$", "é", false)]
    [InlineData(@"^\W$", "é", true)]
    [InlineData(@"^\s$", "\ufeff", true)]
    [InlineData(@"^\s$", "\u0085", false)]
    [InlineData("^.$", "\u0085", true)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData("^.$", "😀", true)]
    [InlineData("^..$", "😀", false)]
    [InlineData("^[^a]$", "😀", true)]
    [InlineData("^[^a][^a]$", "😀", false)]
    [InlineData("^[^😀]$", "😀", false)]
    [InlineData("^[^😀]$", "😁", true)]
    [InlineData("^[😀-😎]+$", "😃😁", true)]
    [InlineData("^[😀-😎]$", "😏", false)]
    [InlineData("^😀{2}$", "😀😀", true)]
    [InlineData("^😀|b$", "😀", true)]
    [InlineData(@"^\u{1F600}\ud83d\ude00$", "😀😀", true)]
    [InlineData(@"^\p{Letter}+$", "aé𝒜𠀀", true)]
    [InlineData(@"^\p{L}$", "1", false)]
    [InlineData(@"^\P{Lu}$", "𝒜", false)]
    [InlineData(@"^\P{Lu}$", "𠀀", true)]
    [InlineData(@"^[\p{gc=Lu}\d_]+$", "A1_𝒜", true)]
    [InlineData(@"^[^\p{L}\s]$", "😀", true)]
    [InlineData(@"^[\W\d]+$", "1-😀", true)]
    [InlineData("^[]$", "a", false)]
    [InlineData("[]", "", false)]
    [InlineData("^[^]$", "\n", true)]
    [InlineData("^(?:ab|c){2,3}?$", "abcab", true)]
    [InlineData("^(?<name>a)+$", "aa", true)]
    [InlineData(@"^\cJ\x41\0[\b]$", "\nA\0\b", true)]
    [InlineData(@"^[\w\-.]+\-\/$", "a-b.c-/", true)]
    [InlineData("^[a[]$", "[", true)]
    [InlineData("#comment", "#comment", true)]
    [InlineData("^a b$", "a b", true)]
    public void A_pattern_means_what_ECMA_262_says(string pattern, string text, bool expected)
    {
        var schema = JsonSchema.Compile(JsonObject.Of(("pattern", pattern)));
        Assert.Equal(expected, schema.Validate(text).IsValid);
    }

    [Theory]
    [InlineData("a(?!b)", "lookaround")]
    [InlineData("(?<=a)b", "lookaround")]
    [InlineData(@"(a)\1", "back-reference")]
    [InlineData(@"(?<x>a)\k<x>", "back-reference")]
    [InlineData(@"\bword\b", "word boundaries")]
    [InlineData("(?i:a)", "this kind of group")]
    [InlineData("(a", "a group does not end")]
    [InlineData("a)", "without its `(`")]
    [InlineData("[a", "a class does not end")]
    [InlineData("[z-a]", "a range in a class")]
    [InlineData(@"[\d-z]", "a range in a class")]
    [InlineData("*a", "nothing stands before")]
    [InlineData("a**", "nothing stands before")]
    [InlineData("^*", "nothing stands before")]
    [InlineData("a{2", "expected a repetition")]
    [InlineData("a{3,2}", "expected a repetition")]
    [InlineData("a}", "closing bracket")]
    [InlineData(@"\Z", "escape that ECMA-262 does not know")]
    [InlineData(@"\u12", "escape that ECMA-262 does not know")]
    [InlineData(@"\ud83d", "escape that ECMA-262 does not know")]
    [InlineData("a\\", "escape that ECMA-262 does not know")]
    [InlineData(@"\p{Script=Greek}", "general category")]
    [InlineData(@"\pL", "general category")]
    [InlineData("(a{100}){300}", "too large")]
    [InlineData("((((a{9}){9}){9}){9}){9}", "too large")]
    public void A_pattern_without_an_exact_form_is_refused(string pattern, string message)
    {
        Assert.False(JsonSchema.TryCompile(JsonObject.Of(("pattern", pattern)), out _, out var error));
        Assert.Equal("pattern", error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_pattern_makes_the_compiler_throw()
    {
        // a seeded walk over the characters that mean something
        const string Alphabet = "ab01()[]{}^$.*+?|\\-,:<>=!dDsSwWpPuxkcLZ\u00e9😀";
        var state = 2_012u;
        uint Next(int bound) => (uint)(((state = unchecked((state * 1_664_525) + 1_013_904_223)) >> 8) % bound);
        var accepted = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var units = string.Concat(Enumerable.Range(0, 1 + (int)Next(11)).Select(_ => Alphabet[(int)Next(Alphabet.Length - 2)]));
            if (JsonSchema.TryCompile(JsonObject.Of(("pattern", units)), out var schema, out _))
            {
                accepted++;
                _ = schema.Validate("ab01😀-^");
            }
        }

        Assert.InRange(accepted, 100, 2_900);
    }
}
