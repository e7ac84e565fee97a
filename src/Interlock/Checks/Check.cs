using Interlock.Canonical;

namespace Interlock.Checks;

/// <summary>A comparison that a plan asks for: what the named probe observes, against an expected value.</summary>
/// <param name="Name">The probe's name: the wire's <c>check</c>.</param>
/// <param name="Arguments">The probe's arguments: the wire's <c>probe</c>; empty where the check has none.</param>
/// <param name="Operator">How observed and expected are compared.</param>
/// <param name="Expected">The expected value; always text.</param>
/// <param name="Note">The agent's note.</param>
public sealed record Check(string Name, JsonObject Arguments, CheckOperator Operator, string Expected, string? Note);

/// <summary>How an observation is compared. Zero is no operator and never passes.</summary>
public enum CheckOperator
{
    /// <summary>Not an operator: never a pass.</summary>
    Unknown = 0,

    /// <summary>Same text, trimmed and lower-cased.</summary>
    EqualTo,

    /// <summary>Other text, trimmed and lower-cased.</summary>
    NotEqualTo,

    /// <summary>A decimal number that is not smaller.</summary>
    AtLeast,

    /// <summary>A decimal number that is not larger.</summary>
    AtMost,

    /// <summary>The observed text holds the expected text; case counts.</summary>
    Contains,

    /// <summary>Exactly the same text.</summary>
    EqualsExact,

    /// <summary>The observed text matches a regular expression without backtracking.</summary>
    Matches,
}
