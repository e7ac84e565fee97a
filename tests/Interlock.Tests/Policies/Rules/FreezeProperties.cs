using System.Globalization;
using Interlock.Policies;

namespace Interlock.Tests.Policies;

/// <summary>Windows beside an oracle that goes from minute to minute and reads the clock on the wall, over days on which that clock is set.</summary>
public sealed class FreezeProperties
{
    private const int Cases = 60;

    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>A zone and a UTC day around which its clock is set; Lord Howe's by half an hour only.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { "Europe/Berlin", "2026-03-29" }, { "Europe/Berlin", "2026-10-25" },
        { "America/New_York", "2026-03-08" }, { "America/New_York", "2026-11-01" },
        { "Australia/Lord_Howe", "2026-04-05" }, { "Australia/Lord_Howe", "2026-10-04" },
        { "America/Sao_Paulo", "2018-11-04" }, { "Pacific/Apia", "2011-12-30" }, { "Asia/Kolkata", "2026-05-01" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_window_holds_at_exactly_the_minutes_whose_time_on_the_wall_lies_in_it(string zone, string day)
    {
        var around = DateTimeOffset.Parse(day + "T00:00:00Z", CultureInfo.InvariantCulture);
        var (frozen, free) = (0, 0);
        for (var seed = 0; seed < Cases * Soak.Factor; seed++)
        {
            var random = new Random(seed);
            var (window, oracle) = random.Next(4) == 0 ? Once(random, zone, around) : Weekly(random, zone);
            var start = around.AddMinutes(random.Next(-3 * 1_440, 2 * 1_440));
            var clock = TimeZoneInfo.FindSystemTimeZoneById(zone);
            DateTimeOffset? change = null;
            for (var minute = 0; minute < 2_880; minute++)
            {
                var at = start.AddMinutes(minute);
                var expected = oracle(TimeZoneInfo.ConvertTime(at, clock).DateTime);
                Assert.True(expected == window.Holds(at), $"seed {seed}: {window} at {at:u}");
                Assert.Equal(expected, window.Holds(at.AddSeconds(59.9)));
                change ??= expected == window.Holds(start) ? null : at;
                _ = expected ? frozen++ : free++;
            }

            var said = window.NextChange(start);
            Assert.True(
                change is { } seen ? said == seen : said is null || said >= start.AddMinutes(2_880),
                $"seed {seed}: {window} from {start:u}: {said:u} is said, {change:u} is seen");
        }

        Assert.True(frozen > 1_000 && free > 1_000);
    }

    [Fact]
    public void The_next_change_is_found_however_far_it_is()
    {
        for (var seed = 0; seed < Cases * Soak.Factor; seed++)
        {
            var random = new Random(seed);
            var (window, _) = Weekly(random, "Europe/Berlin");
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(525_600));
            if (window.NextChange(at) is { } next)
            {
                Assert.NotEqual(window.Holds(at), window.Holds(next));
                Assert.Equal(window.Holds(at), window.Holds(next.AddTicks(-1)));
                Assert.True(next - at <= FreezeWindow.Horizon + TimeSpan.FromDays(1));
            }
            else
            {
                Assert.All(Enumerable.Range(0, 14 * 24 * 60), minute => Assert.Equal(window.Holds(at), window.Holds(at.AddMinutes(minute))));
            }
        }
    }

    private static (FreezeWindow, Func<DateTime, bool>) Weekly(Random random, string zone)
    {
        var days = Days.Where(_ => random.Next(2) == 0).DefaultIfEmpty("sun").ToList();

        // mostly around the hours in which clocks are set
        var (from, to) = (Minute(random, 1_439), 1 + Minute(random, 1_439));
        to = from == to ? to + 1 : to;
        var window = FreezeTests.Window(
            $"{{'days': [{string.Join(", ", days.Select(day => $"'{day}'"))}], 'from': '{Text(from)}', 'to': '{Text(to)}', 'zone': '{zone}'}}");
        return (window, Oracle);

        bool Oracle(DateTime local)
        {
            // every minute of a window, one by one, from the day on which it begins
            var length = from < to ? to - from : to + 1_440 - from;
            return Enumerable.Range(-1, 2).Select(day => local.Date.AddDays(day)).Any(begins =>
                (int)Math.Floor((local - begins).TotalMinutes) - from is var minute && minute >= 0 && minute < length
                && days.Contains(begins.DayOfWeek.ToString()[..3].ToLowerInvariant()));
        }
    }

    private static (FreezeWindow, Func<DateTime, bool>) Once(Random random, string zone, DateTimeOffset around)
    {
        var from = around.UtcDateTime.AddMinutes(random.Next(-1_440, 1_440));
        var to = from.AddMinutes(random.Next(1, 2_000));
        string[] texts = [.. ((DateTime[])[from, to]).Select(at => at.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture))];
        return (
            FreezeTests.Window($"{{'from': '{texts[0]}', 'to': '{texts[1]}', 'zone': '{zone}'}}"),
            local => string.CompareOrdinal(local.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture), texts[0]) >= 0
                && string.CompareOrdinal(local.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture), texts[1]) < 0);
    }

    private static int Minute(Random random, int most) => Math.Min(most, random.Next(2) == 0 ? random.Next(0, 300) : random.Next(0, most));

    private static string Text(int minute) => $"{minute / 60:00}:{minute % 60:00}";
}
