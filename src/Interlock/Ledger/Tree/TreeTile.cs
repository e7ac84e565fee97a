namespace Interlock.Ledger;

/// <summary>
/// Up to 256 hashes that stand side by side (C2SP tlog-tiles): on level 0 those of entries, on level n those of full blocks of
/// 256^n entries. What is between the levels is computed again.
/// </summary>
/// <param name="Level">The level, 0 to 7.</param>
/// <param name="Number">Which tile of that level, from 0.</param>
/// <param name="Width">How many of its hashes there are, 1 to 256.</param>
public readonly record struct TreeTile(int Level, long Number, int Width)
{
    /// <summary>How many levels of the tree a tile spans: 8, so that it is 256 hashes wide.</summary>
    public const int Height = 8;

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
