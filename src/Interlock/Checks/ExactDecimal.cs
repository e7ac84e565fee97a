using System.Globalization;
using System.Numerics;

namespace Interlock.Checks;

/// <summary>
/// A decimal number as it was written: sign, significant digits and the place of the point. Compared digit by digit, so
/// <c>0.1</c> and <c>0.10000000000000000555</c> differ and <c>1e999999999</c> costs no more than <c>1</c>. A
/// <see cref="double"/> would round the one and overflow on the other; <see cref="BigInteger"/> alone would expand it.
/// </summary>
internal readonly struct ExactDecimal
{
    /// <summary>Longer texts are not numbers that a probe reports.</summary>
    private const int LongestText = 100_000;

    /// <summary>Longer exponents cannot be told apart in bounded time.</summary>
    private const int LongestExponent = 1_000;

    private readonly string digits;

    private ExactDecimal(bool negative, string digits, BigInteger pointAfter)
    {
        Negative = negative && digits.Length > 0;
        this.digits = digits;
        PointAfter = pointAfter;
    }

    /// <summary>Whether it is below zero.</summary>
    private bool Negative { get; }

    /// <summary>The value is 0.DIGITS times ten to this power.</summary>
    private BigInteger PointAfter { get; }

    private int Sign => digits.Length == 0 ? 0 : Negative ? -1 : 1;

    /// <summary>
    /// Reads <c>[+-] digits [. digits] [e [+-] digits]</c> in ASCII, with ASCII white space around it; a digit is needed on
    /// one side of the point. No infinities, no separators, no other scripts.
    /// </summary>
    public static bool TryParse(string text, out ExactDecimal value)
    {
        value = default;
        if (text.Length > LongestText)
        {
            return false;
        }

        var rest = text.AsSpan().Trim(" \t\n\v\f\r");
        var negative = rest.StartsWith('-');
        rest = rest.StartsWith('-') || rest.StartsWith('+') ? rest[1..] : rest;
        var whole = TakeDigits(rest, out rest);
        var fraction = ReadOnlySpan<char>.Empty;
        if (rest.StartsWith('.'))
        {
            rest = rest[1..];
            fraction = TakeDigits(rest, out rest);
        }

        if ((whole.IsEmpty && fraction.IsEmpty) || !TryTakeExponent(rest, out var exponent))
        {
            return false;
        }

        var significant = whole.TrimStart('0');
        var leading = 0;
        if (significant.IsEmpty)
        {
            var trimmed = fraction.TrimStart('0');
            leading = fraction.Length - trimmed.Length;
            fraction = trimmed;
        }

        var digits = string.Concat(significant, fraction).TrimEnd('0');
        value = new ExactDecimal(negative, digits, exponent + significant.Length - leading);
        return true;
    }

    /// <summary>Below zero, zero, or above zero: the order of two numbers.</summary>
    public int CompareTo(in ExactDecimal other)
    {
        if (Sign != other.Sign)
        {
            return Sign.CompareTo(other.Sign);
        }

        // without trailing zeros, "12" sorts before "123" just as 0.12 is below 0.123
        var magnitude = PointAfter.CompareTo(other.PointAfter);
        magnitude = magnitude != 0 ? magnitude : string.CompareOrdinal(digits, other.digits);
        return Sign switch
        {
            0 => 0,
            > 0 => Math.Sign(magnitude),
            < 0 => -Math.Sign(magnitude),
        };
    }

    private static ReadOnlySpan<char> TakeDigits(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest)
    {
        var count = text.IndexOfAnyExceptInRange('0', '9');
        count = count < 0 ? text.Length : count;
        rest = text[count..];
        return text[..count];
    }

    private static bool TryTakeExponent(ReadOnlySpan<char> rest, out BigInteger exponent)
    {
        exponent = BigInteger.Zero;
        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] is not ('e' or 'E'))
        {
            return false;
        }

        rest = rest[1..];
        var negative = rest.StartsWith('-');
        rest = rest.StartsWith('-') || rest.StartsWith('+') ? rest[1..] : rest;
        var digits = TakeDigits(rest, out rest);
        if (digits.IsEmpty || !rest.IsEmpty || digits.TrimStart('0').Length > LongestExponent)
        {
            return false;
        }

        exponent = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        exponent = negative ? -exponent : exponent;
        return true;
    }
}
