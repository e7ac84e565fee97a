using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Schema.Keywords;

/// <summary>
/// The magnitude of a double as the shortest decimal that reads back: <c>digits × 10^exponent</c>. That is what a document
/// says: 0.0075 is a multiple of 0.0001, though neither double is the decimal and their quotient is not an integer.
/// </summary>
/// <param name="Digits">Below 10^17.</param>
/// <param name="Exponent">From -340 to 308.</param>
internal readonly record struct DecimalDigits(ulong Digits, int Exponent)
{
    /// <summary>More powers of ten than a non-zero <see cref="Digits"/> can hold.</summary>
    private const int MostDigits = 17;

    public static bool IsSafeInteger(double value) =>
        Math.Abs(value) <= JsonNumber.MaxSafeInteger && Math.Truncate(value).Equals(value);

    public static DecimalDigits Of(double value)
    {
        Span<char> text = stackalloc char[32];
        _ = Math.Abs(value).TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        ulong digits = 0;
        var exponent = 0;
        var fraction = false;
        for (var i = 0; i < length; i++)
        {
            if (text[i] == 'E')
            {
                exponent += int.Parse(text[(i + 1)..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }

            if (text[i] == '.')
            {
                fraction = true;
                continue;
            }

            digits = (digits * 10) + (ulong)(text[i] - '0');
            exponent -= fraction ? 1 : 0;
        }

        return new DecimalDigits(digits, exponent);
    }

    /// <summary>Whether this is an integer times <paramref name="divisor"/>, exactly, whatever the exponents.</summary>
    public bool IsMultipleOf(DecimalDigits divisor)
    {
        if (Digits == 0)
        {
            return true;
        }

        var shift = Exponent - divisor.Exponent;
        if (shift >= 0)
        {
            // Digits × 10^shift mod divisor, by squaring: both factors stay below 10^17, their product below 2^128
            UInt128 power = 10 % divisor.Digits;
            UInt128 rest = Digits % divisor.Digits;
            for (; shift > 0; shift >>= 1)
            {
                if ((shift & 1) != 0)
                {
                    rest = rest * power % divisor.Digits;
                }

                power = power * power % divisor.Digits;
            }

            return rest == 0;
        }

        if (shift < -MostDigits)
        {
            // would need more trailing zeros than there are digits
            return false;
        }

        UInt128 scaled = divisor.Digits;
        for (var i = 0; i < -shift; i++)
        {
            scaled *= 10;
        }

        return Digits % scaled == 0;
    }
}
