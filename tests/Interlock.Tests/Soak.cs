using System.Globalization;

namespace Interlock.Tests;

/// <summary>How much more than usual the seeded and random tests do: `./test --soak N` sets <c>INTERLOCK_SOAK</c> to N.</summary>
internal static class Soak
{
    /// <summary>How many times the usual work; 1 unless set.</summary>
    public static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("INTERLOCK_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor > 0
            ? factor
            : 1;
}
