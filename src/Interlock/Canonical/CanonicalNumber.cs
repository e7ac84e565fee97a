using System.Globalization;

namespace Interlock.Canonical;

/// <summary>
/// Number formatting of ECMA-262 <c>Number::toString</c>, which RFC 8785 section 3.2.2.3 prescribes. The runtime gives the
/// shortest digits that read back, and the layout is made here. The runtime errs at powers of two, whose lower neighbour is
/// nearer than their upper one: 2^-25 and 2^-958 get one digit too few and read back as that neighbour, so two numbers would
/// share a digest.
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

        Span<byte> shortest = stackalloc byte[MaxLength];
        _ = value.TryFormat(shortest, out var written, "R", CultureInfo.InvariantCulture);
        if (IsPowerOfTwo(value) && double.Parse(shortest[..written], NumberStyles.Float, CultureInfo.InvariantCulture) != value)
        {
            _ = value.TryFormat(shortest, out written, "G17", CultureInfo.InvariantCulture);
        }

        Span<byte> digits = stackalloc byte[MaxLength];
        var (count, pointAfter) = Decompose(shortest[..written], digits);
        var at = 0;
        if (value < 0)
        {
            destination[at++] = (byte)'-';
        }

        return at + Lay(digits[..count], pointAfter, destination[at..]);
    }

    private static bool IsPowerOfTwo(double value) => (BitConverter.DoubleToUInt64Bits(value) & 0x000f_ffff_ffff_ffff) == 0;

    /// <summary>Splits the runtime's text into significant digits and the place of the decimal point after them.</summary>
    private static (int Count, int PointAfter) Decompose(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        var count = 0;
        var pointAfter = 0;
        var seenPoint = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'-':
                    break;
                case (byte)'.':
                    seenPoint = true;
                    break;
                case (byte)'E':
                    pointAfter += int.Parse(text[(i + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                    i = text.Length;
                    break;
                case (byte)'0' when count == 0:
                    pointAfter -= seenPoint ? 1 : 0;
                    break;
                default:
                    digits[count++] = text[i];
                    pointAfter += seenPoint ? 0 : 1;
                    break;
            }
        }

        while (digits[count - 1] == (byte)'0')
        {
            count--;
        }

        return (count, pointAfter);
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
