using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Checks;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Execution;

/// <summary>
/// What each approver's probes saw when they looked, from what was archived then, to be compared with what is seen now. Only checks that
/// held for them and hold now are compared: what did not hold yet was expected to change.
/// </summary>
internal sealed class ApproversView
{
    private readonly ImmutableArray<(string Approver, JsonArray Stages)> views;

    private ApproversView(ImmutableArray<(string, JsonArray)> views) => this.views = views;

    /// <summary>Reads what was archived for those whose countersignatures make the quorum.</summary>
    public static async Task<Result<ApproversView>> ReadAsync(ILedgerStore store, PlanRecord plan, CancellationToken cancellationToken)
    {
        var views = ImmutableArray.CreateBuilder<(string, JsonArray)>();
        foreach (var by in plan.Countersignatures.Where(one => plan.Approval?.Statements.Contains(one.Statement) == true))
        {
            if (!(await store.ReadBlobAsync(by.Observed, cancellationToken)).TryGet(out var bytes, out var refusal))
            {
                return refusal;
            }

            if (!JsonReader.TryReadCanonical(bytes.Span, new JsonReadOptions { MaxBytes = int.MaxValue, MaxDepth = 64 }, out var value, out var error)
                || value is not JsonArray stages)
            {
                return Refusal.Of(RefusalCode.Corrupt, $"what `{by.Approver}` saw cannot be read: {error?.Message ?? "it is no list"}; have the plan proposed again");
            }

            views.Add((by.Approver, stages));
        }

        return new ApproversView(views.DrainToImmutable());
    }

    /// <summary>Where a stage's preconditions see something else by now than an approver did, although they hold.</summary>
    public ImmutableArray<Drift> Compare(Stage stage, ImmutableArray<CheckResult> now) =>
    [
        .. from view in views
           from one in Differences(view.Approver, Preconditions(view.Stages, stage), now)
           select one,
    ];

    private static ImmutableArray<JsonValue> Preconditions(JsonArray stages, Stage stage) =>
        ((stages.Items.OfType<JsonObject>().FirstOrDefault(one => one.Text("stage") == stage.Id))?["preconditions"] as JsonArray)?.Items ?? [];

    private static IEnumerable<Drift> Differences(string approver, ImmutableArray<JsonValue> then, ImmutableArray<CheckResult> now)
    {
        for (var i = 0; i < now.Length && i < then.Length; i++)
        {
            var sees = now[i];
            if (then[i] is JsonObject saw
                && saw.Text("check") == sees.Check.Name
                && saw.Text("status") == sees.Word
                && sees.Status == CheckStatus.Pass
                && saw.Text("observed") != sees.Observation)
            {
                yield return new Drift(approver, sees.Check, saw.Text("observed"), sees.Observation);
            }
        }
    }
}

/// <summary>A check that holds, and sees something else than an approver saw.</summary>
/// <param name="Approver">Who saw something else.</param>
/// <param name="Check">The check.</param>
/// <param name="Saw">What they saw.</param>
/// <param name="Sees">What is seen now.</param>
internal sealed record Drift(string Approver, Check Check, string? Saw, string? Sees)
{
    private const int LongestValue = 200;
    private const int MostListed = 20;

    /// <summary>One line without the values: an agent reads it too.</summary>
    public static string Words(ImmutableArray<Drift> all) => string.Join("; ", all
        .DistinctBy(one => (one.Approver, one.Check.Name))
        .Take(MostListed)
        .Select(one => $"check `{ShortText.Of(one.Check.Name, 60)}` holds but sees another value than `{one.Approver}` approved"));

    /// <summary>With the values, for the ledger.</summary>
    public static JsonArray ToJson(ImmutableArray<Drift> all) => new(all.Take(MostListed).Select(one => (JsonValue)JsonObject.Of(
        ("approver", one.Approver),
        ("check", ShortText.Of(one.Check.Name, 60)),
        ("saw", PlanEvents.Text(one.Saw is null ? null : ShortText.Of(one.Saw, LongestValue))),
        ("sees", PlanEvents.Text(one.Sees is null ? null : ShortText.Of(one.Sees, LongestValue))))));
}
