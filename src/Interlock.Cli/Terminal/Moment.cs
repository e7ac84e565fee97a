using System.Globalization;

namespace Interlock.Cli.Terminal;

/// <summary>Instants as people read them: how far away, and the exact time in UTC.</summary>
internal static class Moment
{
    /// <summary><c>2 h ago (2026-01-01 10:00:00 UTC)</c>, or <c>in 5 min (…)</c>.</summary>
    public static string Of(DateTimeOffset at, DateTimeOffset now) => $"{Relative(at, now)} ({Exact(at)})";

    /// <summary><c>2 h ago</c>, <c>in 5 min</c>, <c>now</c>.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var span = at - now;
        return span.Duration() < TimeSpan.FromSeconds(1) ? "now"
            : span > TimeSpan.Zero ? $"in {Length(span)}"
            : $"{Length(-span)} ago";
    }

    /// <summary><c>2026-01-01 10:00:00 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Length(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => Count(span.TotalSeconds, "s"),
        { TotalMinutes: < 90 } => Count(span.TotalMinutes, "min"),
        { TotalHours: < 36 } => Count(span.TotalHours, "h"),
        _ => Count(span.TotalDays, "d"),
    };

    private static string Count(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Round(number):0} {unit}");
}
