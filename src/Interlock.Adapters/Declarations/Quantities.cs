using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>Durations and sizes as people write them in a configuration, its declarations included.</summary>
public static class Quantities
{
    private static readonly (string Suffix, int Factor)[] Sizes = [("KiB", 1 << 10), ("MiB", 1 << 20)];

    /// <summary>Reads <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>24h</c> or <c>7d</c>: one to seven digits and a unit.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="duration">The duration, which may be zero.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryDuration(string text, out TimeSpan duration) => ShortDuration.TryParse(text, out duration);

    /// <summary>Reads a number of bytes, or <c>64KiB</c> or <c>1MiB</c>.</summary>
    /// <param name="value">What was written.</param>
    /// <param name="bytes">The size, at least 1.</param>
    /// <returns>False for anything else.</returns>
    public static bool TrySize(JsonValue value, out int bytes)
    {
        bytes = 0;
        if (value is JsonNumber number)
        {
            bytes = number.Value is >= 1 and <= int.MaxValue && number.Value == Math.Truncate(number.Value) ? (int)number.Value : 0;
            return bytes > 0;
        }

        if (value is not JsonString { Value: var text })
        {
            return false;
        }

        foreach (var (suffix, factor) in Sizes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count is > 0
                && count <= int.MaxValue / factor)
            {
                bytes = count * factor;
                return true;
            }
        }

        return false;
    }

    /// <summary>A duration as it would be written: the largest unit that divides it.</summary>
    /// <param name="duration">The duration.</param>
    public static string Text(TimeSpan duration) => ShortDuration.Text(duration);
}
