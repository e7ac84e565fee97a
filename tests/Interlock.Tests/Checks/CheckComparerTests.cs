using System.Diagnostics;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Tests.Checks;

public sealed class CheckComparerTests
{
    [Theory]
    [InlineData("1e999999999", CheckOperator.AtLeast, "1e999999998", CheckVerdict.True)]
    [InlineData("1e999999999", CheckOperator.AtMost, "10e999999998", CheckVerdict.True)]
    [InlineData("1e999999999999999999999999", CheckOperator.AtMost, "1e999999999999999999999998", CheckVerdict.False)]
    [InlineData("-1e999999999", CheckOperator.AtMost, "-1e999999998", CheckVerdict.True)]
    [InlineData("1e-999999999", CheckOperator.AtMost, "0", CheckVerdict.False)]
    [InlineData("0e999999999", CheckOperator.AtMost, "0", CheckVerdict.True)]
    [InlineData("0.1", CheckOperator.AtLeast, "0.10000000000000000555", CheckVerdict.False)]
    [InlineData("100", CheckOperator.AtLeast, "1e2", CheckVerdict.True)]
    [InlineData("0.00120", CheckOperator.AtMost, "1.2e-3", CheckVerdict.True)]
    [InlineData("9", CheckOperator.AtLeast, "10", CheckVerdict.False)]
    [InlineData("-9", CheckOperator.AtLeast, "-10", CheckVerdict.True)]
    [InlineData("-0", CheckOperator.AtLeast, "0", CheckVerdict.True)]
    [InlineData("٥", CheckOperator.AtLeast, "5", CheckVerdict.CannotDecide)]
    [InlineData("Prod", CheckOperator.EqualTo, "prod", CheckVerdict.True)]
    [InlineData("Prod", CheckOperator.EqualsExact, "prod", CheckVerdict.False)]
    [InlineData(" prod", CheckOperator.EqualsExact, "prod", CheckVerdict.False)]
    [InlineData("ΟΔΟΣ", CheckOperator.EqualTo, "οδος", CheckVerdict.True)]
    [InlineData("ΟΔΟΣ", CheckOperator.EqualTo, "οδοσ", CheckVerdict.False)]
    [InlineData("İ", CheckOperator.EqualTo, "i̇", CheckVerdict.True)]
    [InlineData("not up", CheckOperator.Matches, "up", CheckVerdict.False)]
    [InlineData("up", CheckOperator.Matches, "up|down", CheckVerdict.True)]
    [InlineData("up\n", CheckOperator.Matches, "up", CheckVerdict.False)]
    [InlineData("v1.25", CheckOperator.Matches, @"v1\.[0-9]+", CheckVerdict.True)]
    [InlineData("3f2504e0-4f89-41d3-9a0c-0305e82c3301", CheckOperator.Matches, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", CheckVerdict.True)]
    [InlineData("anything", CheckOperator.Matches, "x)|(.*", CheckVerdict.CannotDecide)]
    [InlineData("x", CheckOperator.Matches, "(?<=a)x", CheckVerdict.CannotDecide)]
    [InlineData("x", CheckOperator.Unknown, "x", CheckVerdict.CannotDecide)]
    public void Observed_and_expected_compare_as_the_operator_says(string observed, CheckOperator op, string expected, CheckVerdict verdict) =>
        Assert.Equal(verdict, CheckComparer.Compare(observed, op, expected));

    [Fact]
    public void What_is_not_a_scalar_cannot_be_decided_by_any_operator()
    {
        foreach (var op in Enum.GetValues<CheckOperator>())
        {
            Assert.Equal(CheckVerdict.CannotDecide, CheckComparer.Compare(JsonNull.Instance, op, "None"));
            Assert.Equal(CheckVerdict.CannotDecide, CheckComparer.Compare(JsonArray.Empty, op, "[]"));
            Assert.Equal(CheckVerdict.CannotDecide, CheckComparer.Compare(JsonObject.Empty, op, "{}"));
        }
    }

    [Fact]
    public void Hostile_numbers_and_patterns_cost_little()
    {
        var clock = Stopwatch.StartNew();
        var digits = new string('9', 1_000_000);

        Assert.Equal(CheckVerdict.CannotDecide, CheckComparer.Compare(digits, CheckOperator.AtLeast, "1"));
        Assert.Equal(CheckVerdict.CannotDecide, CheckComparer.Compare("1e" + digits, CheckOperator.AtLeast, "1"));
        Assert.Equal(CheckVerdict.True, CheckComparer.Compare(digits[..90_000], CheckOperator.AtLeast, "1"));
        Assert.Equal(CheckVerdict.False, CheckComparer.Compare(new string('a', 100_000) + "!", CheckOperator.Matches, "(a*)*(a|aa)+"));
        Assert.Equal(CheckVerdict.CannotDecide, CheckComparer.Compare("a", CheckOperator.Matches, "((a{100}){100}){100}"));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }

    [Fact]
    public void Every_word_names_its_operator_and_nothing_else_does()
    {
        Assert.All(CheckOperators.Words, word => Assert.Equal(word, CheckOperators.Word(CheckOperators.Parse(word))));
        Assert.Equal(Enum.GetValues<CheckOperator>().Length - 1, CheckOperators.Words.Length);
        Assert.Equal(CheckOperator.Unknown, CheckOperators.Parse("Equals"));
        Assert.Equal(CheckOperator.Unknown, CheckOperators.Parse("unknown"));
    }
}
