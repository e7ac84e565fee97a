using System.Globalization;

namespace Interlock.Canonical;

/// <content>Numbers: the grammar of RFC 8259 section 6, then what an IEEE 754 double can hold.</content>
internal ref partial struct JsonParser
{
    /// <summary>Every decimal of so many significant digits is the shortest that reads back as its double (IEEE 754, DBL_DIG).</summary>
    private const int MostExactDigits = 15;

    private bool ParseNumber()
    {
        var start = at;
        Take((byte)'-');
        var integerAt = at;
        var digits = TakeDigits();
        if (digits == 0 || (digits > 1 && text[integerAt] == (byte)'0'))
        {
            return digits == 0
                ? Fail(at, "a number needs a digit here")
                : Fail(integerAt, "a number has no leading zero; remove it");
        }

        var isInteger = true;
        var plain = digits <= MostExactDigits;
        var small = true;
        if (Take((byte)'.'))
        {
            isInteger = false;
            var fraction = TakeDigits();
            if (fraction == 0)
            {
                return Fail(at, "a number needs a digit after its point");
            }

            // not so small that it takes an exponent, and no zero at the end that would not be written
            plain = digits + fraction <= MostExactDigits && text[at - 1] != (byte)'0' && text[integerAt] != (byte)'0';
        }

        if (Take((byte)'e') || Take((byte)'E'))
        {
            isInteger = false;
            plain = false;
            _ = Take((byte)'+') || Take((byte)'-');
            var exponent = TakeDigits();
            if (exponent == 0)
            {
                return Fail(at, "a number needs a digit in its exponent");
            }

            small = exponent <= 2;
        }

        var literal = text[start..at];
        if (isInteger && digits > MostExactDigits && !canonical && !IsSafe(literal))
        {
            return Fail(start, "an integer beyond 2^53-1 loses digits in other readers; send it as a string");
        }

        // 10^200 is far below the largest double; what may be beyond it is looked at
        if (!(small && literal.Length <= 100) && !double.IsFinite(double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture)))
        {
            return Fail(start, "a number too large for an IEEE 754 double; send it as a string");
        }

        Add(JsonKind.Number, start, literal.Length, plain: false, verbatim: plain && !literal.SequenceEqual("-0"u8));
        return true;
    }

    private static bool IsSafe(ReadOnlySpan<byte> literal) =>
        long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value is >= -JsonNumber.MaxSafeInteger and <= JsonNumber.MaxSafeInteger;

    private int TakeDigits()
    {
        var count = text[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        count = count < 0 ? text.Length - at : count;
        at += count;
        return count;
    }
}
