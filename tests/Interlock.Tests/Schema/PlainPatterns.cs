using System.Text;
using System.Text.RegularExpressions;
using Interlock.Schema.Patterns;

namespace Interlock.Tests.Schema;

/// <summary>Which patterns are left to the matcher that tries one way after another, and that it judges as the automaton does.</summary>
public sealed class PlainPatterns
{
    [Theory]
    [InlineData("^[a-z][a-z0-9_]{0,63}$")]
    [InlineData("^(?:[a-z0-9-]{1,40})$")]
    [InlineData("^[0-9]{1,7}(ms|s|m|h|d)$")]
    [InlineData("^(env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$")]
    [InlineData("^https?://")]
    [InlineData("^[ -~]*$")]
    public void A_pattern_with_one_way_to_go_wrong_needs_no_automaton(string pattern) => Assert.True(Read(pattern).IsPlain);

    [Theory]
    [InlineData("a*b")]
    [InlineData("[a-z]+$")]
    [InlineData("^a*a*b")]
    [InlineData("^a?b?c")]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|a)*$")]
    [InlineData("^(a|a){2}$")]
    [InlineData("^(a|b)(a|b)$")]
    [InlineData("^((a|b)|c)$")]
    [InlineData("^(a*|b)c*$")]
    [InlineData("^(a?){30}a{30}$")]
    [InlineData("^a|b*c")]
    [InlineData("(^a)+")]
    public void A_pattern_that_may_take_many_ways_is_run_by_the_automaton(string pattern) => Assert.False(Read(pattern).IsPlain);

    [Fact]
    public void Both_ways_of_running_a_plain_pattern_judge_every_text_alike()
    {
        var random = new Random(3);
        var (plain, matched, texts) = (0, 0, 0);
        for (var i = 0; i < 4_000; i++)
        {
            var (translated, isPlain) = Read("^" + Pattern(random, depth: 0));
            if (!isPlain)
            {
                continue;
            }

            plain++;
            const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
            var trying = new Regex(translated, Options);
            var automaton = new Regex(translated, Options | RegexOptions.NonBacktracking);
            for (var j = 0; j < 12; j++, texts++)
            {
                var text = Text(random);
                var expected = automaton.IsMatch(text);
                Assert.True(expected == trying.IsMatch(text), $"{translated} on {text}");
                matched += expected ? 1 : 0;
            }
        }

        // both answers occur, or the comparison says nothing
        Assert.InRange(plain, 500, 4_000);
        Assert.InRange(matched, texts / 20, texts * 19 / 20);
    }

    private static (string Translated, bool IsPlain) Read(string pattern)
    {
        var partition = new AstralPartition();
        Assert.True(new EcmaTranslator(pattern, partition).TryTranslate(out _, out var refusal), refusal);
        Assert.True(partition.TryComplete());
        var translator = new EcmaTranslator(pattern, partition);
        Assert.True(translator.TryTranslate(out var translated, out refusal), refusal);
        return (translated, translator.IsPlain);
    }

    private static string Pattern(Random random, int depth)
    {
        var pattern = new StringBuilder();
        for (var terms = random.Next(1, 4); terms > 0; terms--)
        {
            pattern.Append(random.Next(depth < 2 ? 6 : 5) switch
            {
                0 => "a",
                1 => "[ab]",
                2 => "[^a]",
                3 => ".",
                4 => random.Next(3) == 0 ? "$" : "b",
                _ => $"({Pattern(random, depth + 1)}|{Pattern(random, depth + 1)})",
            });
            pattern.Append(pattern[^1] == '$' ? "" : random.Next(8) switch { 0 => "*", 1 => "+", 2 => "?", 3 => "{1,2}", _ => "" });
        }

        return pattern.ToString();
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "aabbc\n\u00e9\U0001f600".EnumerateRunes().ElementAt(random.Next(8)).ToString()));
}
