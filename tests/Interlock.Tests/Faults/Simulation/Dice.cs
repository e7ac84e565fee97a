namespace Interlock.Tests.Faults.Simulation;

/// <summary>Every choice of a history, from its seed: SplitMix64, so that a seed means the same on every runtime.</summary>
internal sealed class Dice(ulong seed) : IRandom
{
    // neighbouring seeds must not begin alike
    private ulong state = unchecked((seed + 1) * 0xD1342543DE82EF95);

    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public bool Percent(int chance) => Below(100) < chance;

    public T Pick<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    public void Fill(Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)Next();
        }
    }

    private ulong Next()
    {
        unchecked
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
