using System.Globalization;

namespace Interlock;

/// <summary>
/// How an instant is written everywhere: ISO 8601, UTC, whole microseconds, the offset spelled as the old log spells it,
/// for example <c>2026-01-01T00:00:00.491854+00:00</c>.
/// </summary>
public static class UtcTime
{
    private const string Layout = "yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'";

    /// <summary>Writes an instant; what is smaller than a microsecond is cut.</summary>
    /// <param name="at">The instant.</param>
    public static string Format(DateTimeOffset at) => at.ToUniversalTime().ToString(Layout, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Format"/> writes and nothing else.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The instant.</param>
    public static bool TryParse(string? text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, Layout, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);
}
