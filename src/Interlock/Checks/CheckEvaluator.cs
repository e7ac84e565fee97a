using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Interlock.Checks;

/// <summary>Asks a check's probe and compares. What goes wrong on the way is <see cref="CheckStatus.Error"/>, never a pass.</summary>
public static class CheckEvaluator
{
    /// <summary>The longest observation that is kept for people, in UTF-16 units.</summary>
    internal const int LongestObservation = 4_096;

    /// <summary>Evaluates one check, once.</summary>
    /// <param name="check">The check.</param>
    /// <param name="probes">The probes that exist, by name: those of a catalog.</param>
    /// <param name="timeout">How long the probe may take; more than zero.</param>
    /// <param name="time">The clock that measures it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was signalled.</exception>
    public static Task<CheckResult> EvaluateAsync(
        Check check,
        IReadOnlyDictionary<string, ProbeDefinition> probes,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        EvaluateAsync(check, probes, timeout, time, TaskScheduler.Default, cancellationToken);

    /// <summary>The same with a scheduler to run the probe on, so that a simulation can decide every interleaving.</summary>
    internal static async Task<CheckResult> EvaluateAsync(
        Check check,
        IReadOnlyDictionary<string, ProbeDefinition> probes,
        TimeSpan timeout,
        TimeProvider time,
        TaskScheduler scheduler,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        if (!probes.TryGetValue(check.Name, out var definition))
        {
            return Error(check, "there is no such probe; name one from the catalog");
        }

        var observation = await ProbeAsync(definition.Probe, check, timeout, time, scheduler, cancellationToken);
        return observation switch
        {
            Observation.Seen seen => Compare(check, seen),
            Observation.Unanswered unanswered => Error(check, ShortText.Of(unanswered.Reason ?? "the probe gives no reason")),
            _ => Error(check, "the probe gave no observation"),
        };
    }

    [SuppressMessage(
        "Design", "CA1031", Justification = "a probe is somebody else's code: whatever it throws is `did not answer`, never a pass")]
    private static async Task<Observation?> ProbeAsync(
        IProbe probe, Check check, TimeSpan timeout, TimeProvider time, TaskScheduler scheduler, CancellationToken cancellationToken)
    {
        using var bounded = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bounded.Token);
        var token = linked.Token;
        try
        {
            // on the pool: a probe that blocks before its first await must not escape its time limit
            return await Task.Factory.StartNew(() => probe.ProbeAsync(check, token), token, TaskCreationOptions.DenyChildAttach, scheduler)
                .Unwrap()
                .WaitAsync(timeout, time, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException || bounded.IsCancellationRequested)
        {
            return new Observation.Unanswered(string.Create(
                CultureInfo.InvariantCulture, $"the probe did not answer within {timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception exception)
        {
            // its message may quote a connection string; its kind does not
            return new Observation.Unanswered($"the probe failed with `{exception.GetType().Name}`");
        }
    }

    private static CheckResult Compare(Check check, Observation.Seen seen)
    {
        var text = seen.Value is null ? null : CheckComparer.Text(seen.Value);
        if (seen.Value is null || text is null)
        {
            return Error(check, "the probe answered with something that is not text, a number or a truth value");
        }

        var (status, detail) = CheckComparer.Compare(seen.Value, check.Operator, check.Expected) switch
        {
            CheckVerdict.True => (CheckStatus.Pass, "holds"),
            CheckVerdict.False => (CheckStatus.Fail, "does not hold"),
            CheckVerdict.CannotDecide => (CheckStatus.Error, Undecided(check.Operator)),
        };
        return new CheckResult(check, status, Shorten(text), detail);
    }

    private static string Undecided(CheckOperator op) => op switch
    {
        CheckOperator.AtLeast or CheckOperator.AtMost => "one side is not a decimal number, so it cannot be compared; write one into `value`, or compare with `equals` or `contains`",
        CheckOperator.Matches => "the pattern cannot be used or the text is too long to match; shorten the pattern, or compare with `contains`",
        CheckOperator.Unknown => "there is no such operator",
        CheckOperator.EqualTo or CheckOperator.NotEqualTo or CheckOperator.Contains or CheckOperator.EqualsExact =>
            "cannot be compared",
    };

    private static string Shorten(string text)
    {
        var shown = text;
        if (text.Length > LongestObservation)
        {
            var end = char.IsHighSurrogate(text[LongestObservation - 1]) ? LongestObservation - 1 : LongestObservation;
            shown = string.Concat(text.AsSpan(0, end), "…");
        }

        // a probe may hand over half of a surrogate pair, which no ledger and no surface could write
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown));
    }

    private static CheckResult Error(Check check, string detail) => new(check, CheckStatus.Error, null, detail);
}
