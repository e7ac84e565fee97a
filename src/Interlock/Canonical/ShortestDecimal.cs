using System.Numerics;

namespace Interlock.Canonical;

/// <summary>
/// The shortest decimal that reads back as a double, and of those the closest to it: what ECMA-262 <c>Number::toString</c> prints.
/// After Raffaello Giulietti, "The Schubfach way to render doubles" (2020). The runtime's own digits are not used, because they err
/// at powers of two: 2^-25 and 2^-958 get one digit too few and read back as a neighbour, so two numbers would share a digest.
/// </summary>
internal static class ShortestDecimal
{
    private const int SignificandBits = 52;
    private const int ExponentBias = 1075;

    /// <summary>The powers of ten that a double needs: 10^-292 to 10^324.</summary>
    private const int LeastPower = -292;

    private const int MostPower = 324;

    /// <summary>Each made when it is first needed; null until then. Two threads may make the same one, and it is the same.</summary>
    private static readonly Leading128?[] Powers = new Leading128?[MostPower - LeastPower + 1];

    /// <summary>Finds the digits and exponent: the number is <c>digits × 10^exponent</c>.</summary>
    /// <param name="value">A finite number greater than zero.</param>
    public static (ulong Digits, int Exponent) Of(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var significand = bits & ((1UL << SignificandBits) - 1);
        var biased = (int)(bits >> SignificandBits);
        var (c, q) = biased == 0 ? (significand, 1 - ExponentBias) : (significand | (1UL << SignificandBits), biased - ExponentBias);

        // at a power of two the neighbour below is nearer than the one above
        var isUneven = significand == 0 && biased > 1;

        // the largest power of ten that is no wider than the interval of what reads back: floor(log10(2^q)), or of 3/4 of it
        var k = ((q * 1262611) - (isUneven ? 524031 : 0)) >> 22;
        var power = Power(-k);
        var shift = q + FloorLog2OfPowerOfTen(-k) + 1;

        // the number and the ends of its interval, four times, in units of 10^k; the lowest bit stands for all below it
        var lowest = RoundToOdd(power, ((4 * c) - (isUneven ? 1UL : 2UL)) << shift);
        var exact = RoundToOdd(power, (4 * c) << shift);
        var highest = RoundToOdd(power, ((4 * c) + 2) << shift);

        // the ends belong to the interval where ties go to this number
        var open = c & 1;
        var (low, high) = (lowest + open, highest - open);
        var s = exact / 4;
        if (s >= 10)
        {
            var tens = s / 10;
            var isBelowIn = low <= 40 * tens;
            var isAboveIn = (40 * tens) + 40 <= high;
            if (isBelowIn != isAboveIn)
            {
                return (tens + (isAboveIn ? 1UL : 0UL), k + 1);
            }
        }

        var isFloorIn = low <= 4 * s;
        var isCeilingIn = (4 * s) + 4 <= high;
        if (isFloorIn != isCeilingIn)
        {
            return (s + (isCeilingIn ? 1UL : 0UL), k);
        }

        var middle = (4 * s) + 2;
        var isUp = exact > middle || (exact == middle && (s & 1) == 1);
        return (s + (isUp ? 1UL : 0UL), k);
    }

    private static ulong RoundToOdd(Leading128 power, ulong factor)
    {
        var carried = Math.BigMul(power.Low, factor, out _);
        var high = Math.BigMul(power.High, factor, out var low);
        var sum = unchecked(low + carried);
        high += sum < low ? 1UL : 0UL;
        return high | (sum > 1 ? 1UL : 0UL);
    }

    /// <summary>floor(log2(10^power)).</summary>
    private static int FloorLog2OfPowerOfTen(int power) => (power * 1741647) >> 19;

    private static Leading128 Power(int power) => Powers[power - LeastPower] ??= Make(power);

    /// <summary>The first 128 bits of a power of ten, rounded up.</summary>
    private static Leading128 Make(int power)
    {
        var ten = BigInteger.Pow(10, Math.Abs(power));
        var scale = 127 - FloorLog2OfPowerOfTen(power);
        var (dividend, divisor) = power >= 0
            ? (scale >= 0 ? ten << scale : ten, scale >= 0 ? BigInteger.One : BigInteger.One << -scale)
            : (BigInteger.One << scale, ten);
        var rounded = (dividend + divisor - 1) / divisor;
        return new Leading128((ulong)(rounded >> 64), (ulong)(rounded & ulong.MaxValue));
    }

    private sealed record Leading128(ulong High, ulong Low);
}
