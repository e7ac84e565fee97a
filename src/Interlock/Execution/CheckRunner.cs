using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Checks;

namespace Interlock.Execution;

/// <summary>Runs the checks of a stage with the probes of a catalog, in order, each within its bound.</summary>
internal sealed class CheckRunner(Catalog catalog, TimeSpan bound, TimeProvider clock, TaskScheduler scheduler)
{
    public async Task<ImmutableArray<CheckResult>> RunAsync(ImmutableArray<Check> checks, CancellationToken cancellationToken)
    {
        var results = ImmutableArray.CreateBuilder<CheckResult>(checks.Length);
        foreach (var check in checks)
        {
            results.Add(await CheckEvaluator.EvaluateAsync(check, catalog.Probes, bound, clock, scheduler, cancellationToken));
        }

        return results.MoveToImmutable();
    }

    /// <summary>The first check that is anything but a pass, or null.</summary>
    public static CheckResult? FirstNotPassed(ImmutableArray<CheckResult> results) =>
        results.FirstOrDefault(result => result.Status != CheckStatus.Pass);

    /// <summary>Why a check did not pass, in one line.</summary>
    public static string Describe(CheckResult result) =>
        $"check `{result.Check.Name}`: expected {CheckOperators.Word(result.Check.Operator)} `{result.Check.Expected}`, {result.Detail}";

    public static JsonArray ToJson(ImmutableArray<CheckResult> results) =>
        new(results.Select(result => (JsonValue)result.ToJson(showValue: true)));
}
