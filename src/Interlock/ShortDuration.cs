using System.Globalization;

namespace Interlock;

/// <summary>Durations as people write them: one to seven digits and a unit, <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>24h</c>, <c>7d</c>.</summary>
public static class ShortDuration
{
    private static readonly (string Suffix, TimeSpan One)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="duration">The duration, which may be zero.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (suffix, one) in Units)
        {
            // at most seven digits: no number of days overflows, and `5m` is not read as `ms`
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && text.Length - suffix.Length is >= 1 and <= 7
                && int.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                duration = one * count;
                return true;
            }
        }

        return false;
    }

    /// <summary>A duration as it would be written: the largest unit that divides it.</summary>
    /// <param name="duration">The duration.</param>
    public static string Text(TimeSpan duration)
    {
        foreach (var (suffix, one) in Units.Reverse())
        {
            // `24h` reads better than `1d`, and `7d` than `168h`
            var enough = suffix != "d" || duration > one;
            if (enough && duration.Ticks % one.Ticks == 0 && duration != TimeSpan.Zero)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / one.Ticks}{suffix}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");
    }
}
