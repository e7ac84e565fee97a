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

    /// <summary>
    /// Whether this is an instant as <see cref="Format"/> writes it. Quick, and so it knows only the days that every month has:
    /// false says that the text needs a closer look.
    /// </summary>
    internal static bool IsPlain(ReadOnlySpan<byte> text) =>
        text.Length == 32
        && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == '.'
        && text[26..].SequenceEqual("+00:00"u8)
        && !text[20..26].ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && IsWithin(text[..2], 0, 99) && IsWithin(text[2..4], 1, 99)
        && IsWithin(text[5..7], 1, 12) && IsWithin(text[8..10], 1, 28)
        && IsWithin(text[11..13], 0, 23) && IsWithin(text[14..16], 0, 59) && IsWithin(text[17..19], 0, 59);

    private static bool IsWithin(ReadOnlySpan<byte> twoDigits, int least, int most)
    {
        var (tens, ones) = (twoDigits[0] - '0', twoDigits[1] - '0');
        var value = (10 * tens) + ones;
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9 && value >= least && value <= most;
    }
}
