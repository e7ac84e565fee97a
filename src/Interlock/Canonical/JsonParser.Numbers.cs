using System.Globalization;

namespace Interlock.Canonical;

/// <content>Numbers: the grammar of RFC 8259 section 6, then what an IEEE 754 double can hold.</content>
internal ref partial struct JsonParser
{
    private JsonNumber? ParseNumber()
    {
        var start = at;
        Take((byte)'-');
        var integerAt = at;
        var digits = TakeDigits();
        if (digits == 0 || (digits > 1 && text[integerAt] == (byte)'0'))
        {
            return digits == 0
                ? FailNumber(at, "a number needs a digit here")
                : FailNumber(integerAt, "a number has no leading zero; remove it");
        }

        var isInteger = true;
        if (Take((byte)'.'))
        {
            isInteger = false;
            if (TakeDigits() == 0)
            {
                return FailNumber(at, "a number needs a digit after its point");
            }
        }

        if (Take((byte)'e') || Take((byte)'E'))
        {
            isInteger = false;
            _ = Take((byte)'+') || Take((byte)'-');
            if (TakeDigits() == 0)
            {
                return FailNumber(at, "a number needs a digit in its exponent");
            }
        }

        var literal = text[start..at];
        if (isInteger && digits <= 15)
        {
            return new JsonNumber(long.Parse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        if (isInteger && !canonical && !IsSafe(literal))
        {
            return FailNumber(start, "an integer beyond 2^53-1 loses digits in other readers; send it as a string");
        }

        var value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            ? new JsonNumber(value)
            : FailNumber(start, "a number too large for an IEEE 754 double; send it as a string");
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

    private JsonNumber? FailNumber(int offset, string message)
    {
        Fail(offset, message);
        return null;
    }
}
