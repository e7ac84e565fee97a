using System.Globalization;

namespace Interlock.Tests;

/// <summary>The layout of instants, held against the framework's own reading of the same layout.</summary>
public sealed class UtcTimeFacts
{
    private const string Layout = "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'";

    [Fact]
    public void Every_instant_is_written_and_read_as_the_framework_does()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var at = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero).ToOffset(TimeSpan.Zero);
            var text = UtcTime.Format(at);
            Assert.Equal(at.ToString(Layout, CultureInfo.InvariantCulture), text);
            Assert.True(UtcTime.TryParse(text, out var read), text);
            Assert.Equal(at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond)), read);
        }
    }

    [Fact]
    public void An_instant_of_another_zone_is_written_in_utc() =>
        Assert.Equal(
            "2026-01-01T00:00:00.000000+00:00", UtcTime.Format(new DateTimeOffset(2026, 1, 1, 2, 0, 0, TimeSpan.FromHours(2))));

    [Fact]
    public void A_text_with_a_changed_character_is_judged_as_the_framework_does()
    {
        var random = new Random(2);
        const string Characters = "0123456789-+:.T Z/a\u00e9\u0660";
        var accepted = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var text = UtcTime.Format(new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero)).ToCharArray();
            text[random.Next(text.Length)] = Characters[random.Next(Characters.Length)];
            var mutated = new string(text);
            var expected = DateTimeOffset.TryParseExact(
                mutated, Layout, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var framework);
            Assert.True(expected == UtcTime.TryParse(mutated, out var ours), mutated);
            Assert.Equal(framework, ours);
            accepted += expected ? 1 : 0;
        }

        // both kinds occur, or the comparison says nothing
        Assert.InRange(accepted, 5_000, 45_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-01-01T00:00:00.000000Z")]
    [InlineData("2026-01-01T00:00:00.00000+00:00")]
    [InlineData("2026-01-01T00:00:00.0000000+00:00")]
    [InlineData("2026-02-29T00:00:00.000000+00:00")]
    [InlineData("2026-01-01T24:00:00.000000+00:00")]
    [InlineData("2026-01-01T23:59:60.000000+00:00")]
    [InlineData("0000-01-01T00:00:00.000000+00:00")]
    [InlineData("2026-01-01T00:00:00.000000+01:00")]
    public void What_is_not_an_instant_in_this_layout_is_refused(string? text) => Assert.False(UtcTime.TryParse(text, out _));
}
