using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Adapters.Declarations;

/// <summary>Durations and sizes as people write them.</summary>
internal static class Quantities
{
    /// <summary>Reads <c>500ms</c>, <c>30s</c>, <c>5m</c> or <c>1h</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        (string Suffix, double Seconds)[] units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)];
        foreach (var (suffix, seconds) in units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                duration = TimeSpan.FromSeconds(count * seconds);
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a number of bytes, or text such as <c>64KiB</c> and <c>1MiB</c>.</summary>
    public static bool TrySize(JsonValue value, out int bytes)
    {
        bytes = 0;
        if (value is JsonNumber number)
        {
            bytes = number.Value is >= 1 and <= int.MaxValue && number.Value == Math.Truncate(number.Value) ? (int)number.Value : 0;
            return bytes > 0;
        }

        if (value is not JsonString text)
        {
            return false;
        }

        (string Suffix, int Factor)[] units = [("KiB", 1 << 10), ("MiB", 1 << 20)];
        foreach (var (suffix, factor) in units)
        {
            if (text.Value.EndsWith(suffix, StringComparison.Ordinal)
                && int.TryParse(
                    text.Value.AsSpan(0, text.Value.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count > 0
                && count <= int.MaxValue / factor)
            {
                bytes = count * factor;
                return true;
            }
        }

        return false;
    }
}
