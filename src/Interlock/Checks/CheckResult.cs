using Interlock.Canonical;

namespace Interlock.Checks;

/// <summary>How a check came out. Zero is no result, so never a pass.</summary>
public enum CheckStatus
{
    /// <summary>Not evaluated.</summary>
    Unknown = 0,

    /// <summary>The probe answered and the comparison holds.</summary>
    Pass,

    /// <summary>The probe answered and the comparison does not hold.</summary>
    Fail,

    /// <summary>The probe did not answer, or its answer cannot be compared. Never a pass.</summary>
    Error,
}

/// <summary>The result of one check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Status">How it came out.</param>
/// <param name="Observation">
/// What the probe saw, for people; null where it did not answer. Shortened to 4,096 UTF-16 units; escaped by whoever shows it.
/// </param>
/// <param name="Detail">Why, in one line; never holds what was observed, so that it may be shown to an agent.</param>
public sealed record CheckResult(Check Check, CheckStatus Status, string? Observation, string Detail)
{
    /// <summary>The stable word of the status.</summary>
    public string Word => Status switch
    {
        CheckStatus.Unknown => "unknown",
        CheckStatus.Pass => "pass",
        CheckStatus.Fail => "fail",
        CheckStatus.Error => "error",
    };

    /// <summary>The result as JSON: <c>{check, probe, op, value, status, detail, observed?}</c>.</summary>
    /// <param name="showValue">Whether to tell what was observed: to an agent only where the probe is configured visible.</param>
    public JsonObject ToJson(bool showValue) => JsonObject.Of(
        ("check", Check.Name),
        ("probe", Check.Arguments),
        ("op", CheckOperators.Word(Check.Operator)),
        ("value", Check.Expected),
        ("status", Word),
        ("detail", Detail),
        ("observed", showValue && Observation is not null ? new JsonString(Observation) : null));
}
