namespace Interlock.Schema.Compiling;

/// <summary>What all the patterns of one schema may cost together; a hostile schema gets some seconds at most.</summary>
internal sealed class PatternAllowance
{
    private int left = 300_000;

    public bool TryTake(int cost)
    {
        left -= Math.Min(cost, left + 1);
        return left >= 0;
    }
}
