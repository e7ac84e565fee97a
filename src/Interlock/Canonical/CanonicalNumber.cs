using System.Globalization;

namespace Interlock.Canonical;

/// <summary>
/// Number formatting of ECMA-262 <c>Number::toString</c>, which RFC 8785 section 3.2.2.3 prescribes: the digits of
/// <see cref="ShortestDecimal"/>, laid out as it says.
/// </summary>
internal static class CanonicalNumber
{
    /// <summary>No number takes more: sign, 17 digits, point, <c>0.000000</c> or <c>e-308</c>.</summary>
    public const int MaxLength = 32;

    /// <summary>Writes a finite number.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int Format(double value, Span<byte> destination)
    {
        if (value == Math.Truncate(value) && Math.Abs(value) <= JsonNumber.MaxSafeInteger)
        {
            _ = ((long)value).TryFormat(destination, out var length, default, CultureInfo.InvariantCulture);
            return length;
        }

        var at = 0;
        if (value < 0)
        {
            destination[at++] = (byte)'-';
        }

        var (significant, exponent) = ShortestDecimal.Of(Math.Abs(value));
        Span<byte> digits = stackalloc byte[MaxLength];
        _ = significant.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        return at + Lay(digits[..count].TrimEnd((byte)'0'), exponent + count, destination[at..]);
    }

    /// <summary>The layout of <c>Number::toString</c>: plain from 1e-6 up to below 1e21, else with an exponent.</summary>
    private static int Lay(ReadOnlySpan<byte> digits, int pointAfter, Span<byte> destination)
    {
        var at = 0;
        if (pointAfter is > 0 and <= 21)
        {
            for (var i = 0; i < Math.Max(pointAfter, digits.Length); i++)
            {
                if (i == pointAfter)
                {
                    destination[at++] = (byte)'.';
                }

                destination[at++] = i < digits.Length ? digits[i] : (byte)'0';
            }

            return at;
        }

        if (pointAfter is > -6 and <= 0)
        {
            "0."u8.CopyTo(destination);
            destination[2..(2 - pointAfter)].Fill((byte)'0');
            digits.CopyTo(destination[(2 - pointAfter)..]);
            return 2 - pointAfter + digits.Length;
        }

        destination[at++] = digits[0];
        if (digits.Length > 1)
        {
            destination[at++] = (byte)'.';
            digits[1..].CopyTo(destination[at..]);
            at += digits.Length - 1;
        }

        destination[at++] = (byte)'e';
        destination[at++] = pointAfter > 0 ? (byte)'+' : (byte)'-';
        _ = Math.Abs(pointAfter - 1).TryFormat(destination[at..], out var length, default, CultureInfo.InvariantCulture);
        return at + length;
    }
}
