using System.Globalization;

namespace Interlock.Tests.Fuzzing.Reference;

/// <summary>
/// How ECMAScript writes a number (ECMA-262 Number::toString), found by trying: of one digit, then two, … the texts just below and
/// just above the exact value that read back. Slow and plain on purpose.
/// </summary>
internal static class ReferenceNumbers
{
    public static string Text(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        if (value < 0)
        {
            return "-" + Text(-value);
        }

        var (digits, point) = Shortest(value);
        if (point is > 21 or <= -6)
        {
            var exponent = (point > 0 ? "e+" : "e-") + Math.Abs(point - 1).ToString(CultureInfo.InvariantCulture);
            return digits.Length == 1 ? digits + exponent : $"{digits[0]}.{digits[1..]}{exponent}";
        }

        return point <= 0 ? "0." + new string('0', -point) + digits
            : point >= digits.Length ? digits + new string('0', point - digits.Length)
            : $"{digits[..point]}.{digits[point..]}";
    }

    /// <summary>The digits, and how many of them stand before the point.</summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        // d.ddd…E+xxx, exact in far more places than a double's neighbours need
        var exact = value.ToString("E60", CultureInfo.InvariantCulture);
        var exponent = int.Parse(exact[(exact.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var all = exact[0] + exact[2..62];
        for (var count = 1; count <= 17; count++)
        {
            var below = long.Parse(all[..count], CultureInfo.InvariantCulture);
            var (lower, upper) = (ReadsBack(below), ReadsBack(below + 1));
            if (!lower && !upper)
            {
                continue;
            }

            var rest = string.CompareOrdinal(all[count..], "5".PadRight(all.Length - count, '0'));
            var isLower = lower && (!upper || rest < 0 || (rest == 0 && below % 2 == 0));
            var digits = (isLower ? below : below + 1).ToString(CultureInfo.InvariantCulture);
            return (digits.TrimEnd('0'), exponent + 1 + (digits.Length - count));

            bool ReadsBack(long digits) => double.Parse(
                string.Create(CultureInfo.InvariantCulture, $"{digits}E{exponent - count + 1}"), CultureInfo.InvariantCulture) == value;
        }

        throw new InvalidOperationException("17 digits tell any two doubles apart");
    }
}
