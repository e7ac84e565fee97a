using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// The emergency stop. It needs a ledger and a name and nothing else: no valid configuration, no policy, no lock, so that it
/// works on the day on which everything else does not.
/// </summary>
public static class EmergencyBrake
{
    /// <summary>Stops everything: nothing new is claimed, and runs halt before their next dispatch. Compares nothing, waits for nobody.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="by">Who stops.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public static Task<Result<LedgerEntry>> StopAsync(
        ILedgerStore store, string by, string? reason, CancellationToken cancellationToken) =>
        AppendAsync(store, EventKinds.Stopped, by, reason, [], cancellationToken);

    internal static async Task<Result<LedgerEntry>> AppendAsync(
        ILedgerStore store,
        string kind,
        string by,
        string? reason,
        ImmutableArray<StreamVersion> reads,
        CancellationToken cancellationToken)
    {
        if (PersonName.Fault(by) is { } fault)
        {
            return fault;
        }

        var brake = JsonObject.Of((EventKinds.KindField, kind), ("by", by), ("assurance", "none"), ("reason", PlanEvents.Text(reason)));
        return await store.AppendReadingAgainAsync(new Append { Reads = reads, Events = [brake] }, cancellationToken) switch
        {
            AppendAnswer.Appended appended => appended.Entries[0],
            AppendAnswer.Refused refused => refused.Refusal,
            AppendAnswer.OutcomeUnknown unknown => unknown.Refusal,

            // whoever resumes does so from the stop that they saw, never from one that came since
            _ => Refusal.Of(RefusalCode.Busy, "another stop or resume came in between; look at it, then resume again"),
        };
    }
}
