using Interlock.Adapters.Supervision;

namespace Interlock.Tests.Adapters;

/// <summary>Which processes a record of a supervisor stands for.</summary>
public sealed class StageRecordFacts
{
    private static readonly StageRecord Record = new(100, 5_000, "this-boot");

    [Fact]
    public void The_supervisor_and_what_is_in_its_session_are_of_the_stage()
    {
        Assert.True(Record.IsAlive([new ProcessEntry(100, 1, 100, false, 5_000)], "this-boot"));
        Assert.True(Record.IsAlive([new ProcessEntry(217, 1, 100, false, 5_001)], "this-boot"));
        Assert.True(Record.IsAlive([new ProcessEntry(100, 1, 100, true, 5_000), new ProcessEntry(217, 1, 100, false, 5_001)], "this-boot"));
    }

    [Fact]
    public void What_has_ended_is_in_another_session_or_was_there_before_is_not()
    {
        Assert.False(Record.IsAlive([], "this-boot"));
        Assert.False(Record.IsAlive([new ProcessEntry(100, 1, 100, true, 5_000)], "this-boot"));
        Assert.False(Record.IsAlive([new ProcessEntry(217, 1, 218, false, 5_001)], "this-boot"));
        Assert.False(Record.IsAlive([new ProcessEntry(217, 1, 100, false, 4_999)], "this-boot"));
    }

    [Fact]
    public void A_number_that_was_given_again_and_another_boot_say_nothing()
    {
        Assert.False(Record.IsAlive([new ProcessEntry(217, 1, 100, false, 9_001), new ProcessEntry(100, 1, 100, false, 9_000)], "this-boot"));
        Assert.False(Record.IsAlive([new ProcessEntry(100, 1, 100, false, 5_000)], "another-boot"));
    }

    [Theory]
    [InlineData("100 5000 this-boot\n", true)]
    [InlineData("100 5000 this-boot", false)]
    [InlineData("100 5000 \n", false)]
    [InlineData("100 5000\n", false)]
    [InlineData("-1 5000 this-boot\n", false)]
    [InlineData("100 5000 this-boot more\n", false)]
    [InlineData("", false)]
    public void A_record_is_read_whole_or_not_at_all(string text, bool whole) =>
        Assert.Equal(whole ? Record : null, StageRecord.Parse(text));
}
