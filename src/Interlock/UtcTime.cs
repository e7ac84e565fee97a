using System.Buffers;
using System.Text;

namespace Interlock;

/// <summary>
/// How an instant is written everywhere: ISO 8601, UTC, whole microseconds, the offset spelled as the old log spells it,
/// for example <c>2026-01-01T00:00:00.491854+00:00</c>. Read and written by hand, since every entry of a ledger holds one and the
/// framework's way by a layout takes longer than the entry's hash.
/// </summary>
public static class UtcTime
{
    /// <summary>How many characters an instant has.</summary>
    internal const int Length = 32;

    private const int MicrosecondDigits = 6;

    /// <summary>Where the digits of a number stand: year, month, day, hour, minute, second, microsecond.</summary>
    private static ReadOnlySpan<byte> Layout => "####-##-##T##:##:##.######+00:00"u8;

    /// <summary>Writes an instant; what is smaller than a microsecond is cut.</summary>
    /// <param name="at">The instant.</param>
    public static string Format(DateTimeOffset at) => string.Create(Length, at, static (text, at) =>
    {
        Span<byte> ascii = stackalloc byte[Length];
        Write(at, ascii);
        _ = Encoding.ASCII.GetChars(ascii, text);
    });

    /// <summary>Reads what <see cref="Format"/> writes and nothing else.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The instant.</param>
    public static bool TryParse(string? text, out DateTimeOffset at)
    {
        at = default;
        Span<byte> ascii = stackalloc byte[Length];
        return text is { Length: Length } && Ascii.FromUtf16(text, ascii, out _) == OperationStatus.Done && TryParse(ascii, out at);
    }

    /// <summary>Writes an instant in ASCII.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="text"><see cref="Length"/> bytes.</param>
    internal static void Write(DateTimeOffset at, Span<byte> text)
    {
        var utc = at.UtcDateTime;
        Layout.CopyTo(text);
        Put(text[..4], utc.Year);
        Put(text[5..7], utc.Month);
        Put(text[8..10], utc.Day);
        Put(text[11..13], utc.Hour);
        Put(text[14..16], utc.Minute);
        Put(text[17..19], utc.Second);
        Put(text.Slice(20, MicrosecondDigits), (int)(utc.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>The same from ASCII.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset at)
    {
        at = default;
        if (text.Length != Length || !HasLayout(text))
        {
            return false;
        }

        var (year, month, day) = (Get(text[..4]), Get(text[5..7]), Get(text[8..10]));
        var (hour, minute, second) = (Get(text[11..13]), Get(text[14..16]), Get(text[17..19]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        at = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero)
            .AddTicks(Get(text.Slice(20, MicrosecondDigits)) * TimeSpan.TicksPerMicrosecond);
        return true;
    }

    private static bool HasLayout(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < Length; i++)
        {
            if (Layout[i] == (byte)'#' ? text[i] is < (byte)'0' or > (byte)'9' : text[i] != Layout[i])
            {
                return false;
            }
        }

        return true;
    }

    private static int Get(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (10 * number) + (digit - '0');
        }

        return number;
    }

    private static void Put(Span<byte> digits, int number)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
