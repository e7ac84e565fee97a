using Interlock.Cli.Yaml;

namespace Interlock.Tests.Cli.Yaml;

public sealed class YamlPositions
{
    private const string Source = """
        # a remark
        instance: here
        actions:
          a/b: {timeout: 5, "é𝄞": [x, y]}
          a:
            - k: v
            - z: &anchor
                deep: 1
        again: *anchor
        empty:
        pairs: [p: q, r]

        """;

    private static readonly SourceMap Positions = Reading.Accept(Source).Positions;

    [Fact]
    public void A_value_and_its_key_have_a_line_and_a_column()
    {
        Assert.Equal(new SourcePosition(2, 1), Positions.Value());
        Assert.Equal((new(2, 11), new(2, 1)), (Positions.Value("instance"), Positions.Key("instance")));
        Assert.Equal((new(4, 18), new(4, 9)), (
            Positions.Value("actions", "a/b", "timeout"), Positions.Key("actions", "a/b", "timeout")));
        Assert.Equal((new(6, 10), new(6, 7)), (
            Positions.Value("actions", "a", "0", "k"), Positions.Key("actions", "a", "0", "k")));
    }

    [Fact]
    public void A_column_counts_code_points()
    {
        Assert.Equal(new SourcePosition(4, 27), Positions.Value("actions", "a/b", "é𝄞"));
        Assert.Equal(new SourcePosition(4, 31), Positions.Value("actions", "a/b", "é𝄞", "1"));
    }

    [Fact]
    public void A_path_that_does_not_exist_answers_with_its_nearest_ancestor()
    {
        Assert.Equal(Positions.Value("actions", "a"), Positions.Value("actions", "a", "7", "x"));
        Assert.Equal(Positions.Key("actions", "a"), Positions.Key("actions", "a", "-1"));
        Assert.Equal(Positions.Value(), Positions.Value("nothing"));
        Assert.Equal(Positions.Value("instance"), Positions.Value("instance", "x"));
    }

    [Fact]
    public void A_joined_path_finds_names_that_hold_a_slash()
    {
        Assert.Equal(
            Positions.Value("actions", "a/b", "timeout"), Positions.ValueAt("actions/a/b/timeout"));
        Assert.Equal(Positions.Value("actions", "a", "1", "z"), Positions.ValueAt("actions/a/1/z"));
        Assert.Equal(Positions.Key("actions", "a/b"), Positions.KeyAt("actions/a/b/nothing/here"));
        Assert.Equal(Positions.Value(), Positions.ValueAt("(root)"));
        Assert.Equal(Positions.Value(), Positions.ValueAt("nothing"));
    }

    [Fact]
    public void An_alias_stands_where_it_is_used_and_its_inside_where_it_is_written()
    {
        Assert.Equal((new(9, 8), new(9, 1)), (Positions.Value("again"), Positions.Key("again")));
        Assert.Equal(new SourcePosition(8, 15), Positions.Value("again", "deep"));
    }

    [Fact]
    public void A_pair_without_braces_and_a_value_that_is_left_out_have_places()
    {
        Assert.Equal(new SourcePosition(11, 9), Positions.Value("pairs", "0"));
        Assert.Equal(new SourcePosition(11, 12), Positions.Value("pairs", "0", "p"));
        Assert.Equal(new SourcePosition(10, 7), Positions.Value("empty"));
    }

    [Theory]
    [InlineData("a: 1\r\nb: 2", 2, 4)]
    [InlineData("a: 1\rb: 2", 2, 4)]
    [InlineData("\ufeffa: 1\nb: 2", 2, 4)]
    [InlineData("\ufeff{b: 2}", 1, 5)]
    public void Lines_are_counted_as_an_editor_counts_them(string yaml, int line, int column) =>
        Assert.Equal(new SourcePosition(line, column), Reading.Accept(yaml).Positions.Value("b"));
}
