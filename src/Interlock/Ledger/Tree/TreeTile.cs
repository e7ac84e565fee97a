namespace Interlock.Ledger;

/// <summary>
/// Up to 16 hashes that stand side by side: on level 0 those of entries, on level n those of full blocks of 16^n entries. What is
/// between the levels is computed again. The tiles of C2SP tlog-tiles are 256 wide, which was rejected here: a proof of one entry would
/// read 256 lines and hash each.
/// </summary>
/// <param name="Level">The level, 0 to 15.</param>
/// <param name="Number">Which tile of that level, from 0.</param>
/// <param name="Width">How many of its hashes there are, 1 to 16.</param>
public readonly record struct TreeTile(int Level, long Number, int Width)
{
    /// <summary>How many levels of the tree a tile spans: 4, so that it is 16 hashes wide.</summary>
    public const int Height = 4;

    /// <summary>The most hashes in a tile.</summary>
    public const int MaxWidth = 1 << Height;

    /// <summary>The place of its first hash on its level.</summary>
    public long First => Number << Height;

    /// <summary>The tile of a tree, as wide as it is there.</summary>
    /// <param name="level">The level.</param>
    /// <param name="number">Which tile.</param>
    /// <param name="size">How many entries the tree has.</param>
    public static TreeTile Of(int level, long number, long size) =>
        new(level, number, (int)Math.Min(MaxWidth, (size >> (Height * level)) - (number << Height)));
}
