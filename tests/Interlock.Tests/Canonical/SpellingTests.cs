namespace Interlock.Tests.Canonical;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("precondition", "preconditions")]
    [InlineData("pre-conditions", "preconditions")]
    [InlineData("verfiy", "verify")]
    [InlineData("roll_back", "rollback")]
    [InlineData("Action", "action")]
    [InlineData("idd", "id")]
    public void A_slip_is_recognised(string written, string meant) =>
        Assert.Equal(meant, Spelling.Nearest(written, ["id", "action", "target", "params", "preconditions", "verify", "rollback", "note"]));

    [Theory]
    [InlineData("")]
    [InlineData("c")]
    [InlineData("steps")]
    [InlineData("somethingelse")]
    public void What_is_far_from_everything_is_nobodys_slip(string written) =>
        Assert.Null(Spelling.Nearest(written, ["id", "action", "target", "params", "preconditions", "verify", "rollback", "note"]));

    [Fact]
    public void Of_two_equally_near_the_first_in_order_is_meant_whatever_order_they_come_in()
    {
        Assert.Equal("web1", Spelling.Nearest("web", ["web2", "web1"]));
        Assert.Equal("web1", Spelling.Nearest("web", ["web1", "web2"]));
    }

    [Fact]
    public void A_name_of_any_length_costs_no_more_than_a_name()
    {
        var known = Enumerable.Range(0, 1_000).Select(i => $"name-{i}").Append(new string('x', 100_000)).ToList();
        Assert.Null(Spelling.Nearest(new string('x', 1_000_000), known));
        Assert.Null(Spelling.Nearest(new string('x', 64), known));
        Assert.Equal("name-999", Spelling.Nearest("nmae-999", known));
    }
}
