using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Plans;

/// <summary>
/// Read, decide, append if nothing moved; the loser of a race reads again and decides anew. No decision is ever carried over
/// from a state that is no longer the state.
/// </summary>
internal sealed class PlanDecisions(ILedgerStore store, TimeProvider clock)
{
    private const int Attempts = 16;

    /// <summary>Decides on one plan.</summary>
    /// <param name="id">The plan.</param>
    /// <param name="decide">From the plan as it stands: what to append, or a refusal. The plan's own stream is compared always.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    public async Task<Result<PlanRecord>> DecideAsync(
        PlanId id, Func<PlanRecord, Task<Result<Append>>> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (!(await store.ReadStreamAsync(StreamId.Plan(id), cancellationToken)).TryGet(out var entries, out var refusal))
            {
                return refusal;
            }

            if (entries.IsEmpty)
            {
                return Refusal.Of(RefusalCode.NotFound, $"there is no plan `{id}`; list the plans to see their ids");
            }

            if (!PlanLifecycle.Fold(entries).TryGet(out var plan, out refusal) || !(await decide(plan)).TryGet(out var append, out refusal))
            {
                return refusal;
            }

            if (!IsNext(plan, append.Events))
            {
                return Refusal.Of(RefusalCode.WrongStatus, $"plan `{id}` is {plan.Status.Word()} and cannot take what was asked; look at it again");
            }

            var own = new StreamVersion(StreamId.Plan(id), plan.Version);
            var answer = await store.AppendReadingAgainAsync(append with { Reads = [own, .. append.Reads] }, cancellationToken);
            switch (answer)
            {
                case AppendAnswer.Appended appended:
                    return PlanLifecycle.Fold([.. entries, .. appended.Entries.Where(entry => entry.Streams.Contains(own.Stream))]);
                case AppendAnswer.Conflict:
                    break;
                case AppendAnswer.Refused refused:
                    return refused.Refusal;
                case AppendAnswer.OutcomeUnknown unknown:
                    return unknown.Refusal;
            }
        }

        return Refusal.Of(RefusalCode.Busy, $"plan `{id}` kept changing; look at it and try again");
    }

    /// <summary>Writes down that a plan ran out of time, if it still has not been, and refuses what was asked.</summary>
    public async Task<Refusal> ExpireAsync(PlanRecord plan, CancellationToken cancellationToken)
    {
        var expired = await DecideAsync(
            plan.Id,
            current => Task.FromResult<Result<Append>>(
                IsOverdue(current)
                    ? new Append { Events = [PlanEvents.Expired(current)], RefuseClockBehind = true }
                    : Refusal.Of(RefusalCode.WrongStatus, $"the plan is {current.Status.Word()}")),
            cancellationToken);
        return expired.TryGet(out _, out var refusal) || refusal.Code == RefusalCode.WrongStatus
            ? Refusal.Of(
                RefusalCode.Expired,
                $"plan `{plan.Id}` expired at {UtcTime.Format(plan.ExpiresAt)}; ask the agent to propose it again")
            : refusal;
    }

    /// <summary>Writes down which countersignatures ran out before the quorum was reached.</summary>
    public async Task LapseAsync(PlanRecord plan, CancellationToken cancellationToken)
    {
        // a race with whoever signs again is lost on purpose: the next sweep looks anew
        await DecideAsync(
            plan.Id,
            current => Task.FromResult<Result<Append>>(
                Lapsed(current) is { IsEmpty: false } lapsed
                    ? new Append { Events = [.. lapsed.Select(one => PlanEvents.CountersignatureLapsed(current.Id, one))], RefuseClockBehind = true }
                    : Refusal.Of(RefusalCode.WrongStatus, "no countersignature has lapsed")),
            cancellationToken);
    }

    /// <summary>The countersignatures of a plan that still waits for others, and that have run out.</summary>
    public ImmutableArray<Countersignature> Lapsed(PlanRecord plan) =>
        plan.Status == PlanStatus.Proposed ? [.. plan.Countersignatures.Where(one => clock.GetUtcNow() >= one.ExpiresAt)] : [];

    /// <summary>Whether the lifecycle takes the events: one that it refuses would make the ledger unreadable for good.</summary>
    private bool IsNext(PlanRecord plan, ImmutableArray<JsonObject> events)
    {
        PlanRecord? next = plan;
        foreach (var @event in events)
        {
            // what cannot be an entry is refused by the append itself
            if (LedgerEntry.Next(ChainHead.Empty, clock.GetUtcNow(), @event).TryGet(out var entry, out _)
                && entry.Streams.Contains(StreamId.Plan(plan.Id))
                && !PlanLifecycle.Next(next, entry).TryGet(out next, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a plan is past its time and nobody has written that down.</summary>
    public bool IsOverdue(PlanRecord plan) =>
        plan.Status is PlanStatus.Proposed or PlanStatus.Approved && clock.GetUtcNow() >= plan.ExpiresAt;
}
