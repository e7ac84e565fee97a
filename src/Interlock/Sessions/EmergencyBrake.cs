using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// The emergency stop. It needs a ledger and a name and nothing else: no valid configuration, no policy, no lock and no key, so that
/// it works on the day on which everything else does not. To stop is the safe side, so nobody has to prove who they are before it is
/// in force; a signature may follow. To go on takes a quorum.
/// </summary>
public static class EmergencyBrake
{
    /// <summary>Stops everything: nothing new is claimed, and runs halt before their next dispatch. Compares nothing, waits for nobody.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="by">Who stops.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public static async Task<Result<LedgerEntry>> StopAsync(
        ILedgerStore store, string by, string? reason, CancellationToken cancellationToken)
    {
        if (PersonName.Fault(by) is { } fault)
        {
            return fault;
        }

        var stop = JsonObject.Of(
            (EventKinds.KindField, EventKinds.Stopped), ("by", by), ("assurance", Assurance.None.Word()), ("reason", PlanEvents.Text(reason)));
        return await AppendAsync(store, new Append { Events = [stop] }, cancellationToken);
    }

    /// <summary>The events of somebody who stands behind a brake.</summary>
    internal static JsonObject Signed(string kind, SignedBy by) =>
        JsonObject.Of([(EventKinds.KindField, kind), ("by", by.Person), .. by.Fields]);

    internal static async Task<Result<LedgerEntry>> AppendAsync(ILedgerStore store, Append append, CancellationToken cancellationToken) =>
        await store.AppendReadingAgainAsync(append, cancellationToken) switch
        {
            AppendAnswer.Appended appended => appended.Entries[^1],
            AppendAnswer.Refused refused => refused.Refusal,
            AppendAnswer.OutcomeUnknown unknown => unknown.Refusal,

            // whoever resumes does so from the stop that they saw, never from one that came since
            _ => Refusal.Of(RefusalCode.Busy, "another stop or resume came in between; look at it, then resume again"),
        };
}
