namespace Interlock.Tests.Fuzzing;

/// <summary>Short ways to roll.</summary>
internal static class Dice
{
    public static T Pick<T>(this Random random, params ReadOnlySpan<T> from) => from[random.Next(from.Length)];

    /// <summary>True once in so many times.</summary>
    public static bool OneIn(this Random random, int times) => random.Next(times) == 0;

    /// <summary>A few bytes changed, left out, put in or cut off.</summary>
    public static byte[] Damage(this Random random, byte[] text, ReadOnlySpan<byte[]> pieces)
    {
        if (text.Length == 0)
        {
            return random.Pick(pieces);
        }

        var at = random.Next(text.Length);
        var end = Math.Min(text.Length, at + random.Next(1, 8));
        switch (random.Next(7))
        {
            case 0:
                return text[..at];
            case 1:
                return [.. text[..at], .. text[end..]];
            case 2:
                return [.. text[..end], .. text[at..]];
            case 3:
                var other = random.Next(text.Length);
                return [.. text[..at], .. text[other..]];
            case 4:
                var changed = (byte[])text.Clone();
                changed[at] ^= (byte)(1 << random.Next(8));
                return changed;
            default:
                return [.. text[..at], .. random.Pick(pieces), .. text[at..]];
        }
    }
}
