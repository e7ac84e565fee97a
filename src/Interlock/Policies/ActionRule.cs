namespace Interlock.Policies;

/// <summary>What a policy knows of an action.</summary>
/// <param name="Mutating">Whether it changes the world.</param>
/// <param name="Creating">Whether it creates what it targets.</param>
public sealed record ActionRule(bool Mutating, bool Creating);

/// <summary>What becomes of an action that nobody registered. Zero refuses.</summary>
public enum UnknownAction
{
    /// <summary>The plan fails.</summary>
    Reject = 0,

    /// <summary>It counts as one that changes the world.</summary>
    Mutating,

    /// <summary>It counts as one that only reads.</summary>
    Read,
}
