using Interlock.Canonical;

namespace Interlock.Checks;

/// <summary>What a probe saw. Closed: <see cref="Seen"/> or <see cref="Unanswered"/>.</summary>
public abstract class Observation
{
    private Observation()
    {
    }

    /// <summary>The probe answered.</summary>
    /// <param name="value">A string, a number or a truth value.</param>
    public sealed class Seen(JsonValue value) : Observation
    {
        /// <summary>What it saw: a string, a number or a truth value.</summary>
        public JsonValue Value { get; } = value;
    }

    /// <summary>The probe could not answer. Never a pass, whatever the operator.</summary>
    /// <param name="reason">Why, for people; holds no secret.</param>
    public sealed class Unanswered(string reason) : Observation
    {
        /// <summary>Why it could not answer.</summary>
        public string Reason { get; } = reason;
    }
}

/// <summary>Looks at the world without changing it. Implemented by adapters and by programs that embed Interlock.</summary>
public interface IProbe
{
    /// <summary>Observes once. An exception counts as <see cref="Observation.Unanswered"/>.</summary>
    /// <param name="check">The check whose <see cref="Check.Arguments"/> the probe reads.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Observation> ProbeAsync(Check check, CancellationToken cancellationToken);
}
