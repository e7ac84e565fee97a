namespace Interlock.Schema.Compiling;

/// <summary>What all the patterns of one schema may cost together, in states.</summary>
internal sealed class PatternAllowance
{
    private int left = 1_000_000;

    public bool TryTake(int size)
    {
        left -= Math.Min(size, left + 1);
        return left >= 0;
    }
}
