using Interlock.Adapters.Declarations;

namespace Interlock.Tests.Cli.Configuration;

public sealed class Names
{
    [Theory]
    [InlineData("unsinged", "unsigned")]
    [InlineData("Unsigned", "unsigned")]
    [InlineData("check-timeout", "check_timeout")]
    [InlineData("aproval", "approval")]
    [InlineData("probe", "probes")]
    [InlineData("zebra", null)]
    [InlineData("", null)]
    public void The_name_that_was_meant_is_found(string written, string? meant) => Assert.Equal(
        meant, Spelling.Nearest(written, ["unsigned", "check_timeout", "approval", "approvers", "probes", "agents"]));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("7d", 604_800_000)]
    public void A_duration_is_read_and_written_alike(string text, long milliseconds)
    {
        Assert.True(Quantities.TryDuration(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
        Assert.Equal(text, Quantities.Text(duration));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("1.5h")]
    [InlineData("5 s")]
    [InlineData("٥s")]
    [InlineData("99999999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Quantities.TryDuration(text, out _));
}
