namespace Interlock.Checks;

/// <summary>The answer of one comparison. Zero is no answer, so never a pass.</summary>
public enum CheckVerdict
{
    /// <summary>The two sides cannot be compared in this way: never a pass.</summary>
    CannotDecide = 0,

    /// <summary>The comparison holds.</summary>
    True,

    /// <summary>The comparison does not hold.</summary>
    False,
}
