namespace Interlock.Schema;

/// <summary>
/// What one validation may cost. Counted, not timed: the same value gets the same answer on every machine.
/// </summary>
internal sealed record SchemaLimits
{
    public static SchemaLimits Default { get; } = new();

    /// <summary>Steps, each some tens of nanoseconds: a schema applied to a value, a comparison, 64 characters looked at.</summary>
    public int MaxSteps { get; init; } = 5_000_000;

    /// <summary>Schemas applied inside one another. The reader's deepest document (512) under a plain recursive schema fits.</summary>
    public int MaxDepth { get; init; } = 1_536;

    /// <summary>Errors collected before sorting; more than any caller shows.</summary>
    public int MaxFindings { get; init; } = 1_000;
}
