using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>
/// Which of a plan's countersignatures hold today. The ledger keeps one that the plan has outlived, since a key was revoked, a rule or an
/// action was changed, the ledger was restored; and whoever writes it can append one that nobody signed. Who hands in, who reviews and who
/// asks for whom a plan waits is told the same, and the same that the gate will say.
/// </summary>
internal sealed class StandingCountersignatures(EngineParts parts)
{
    private readonly CountersignatureCheck check = new(parts.Store, parts.Options.Signers, parts.Options.AllowUnsignedApprovals);
    private readonly StatementCheck statements = new(parts);

    /// <summary>Those of a plan, by what decides for this process.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stages">What it would do.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<CountedPeople>> OfAsync(PlanRecord plan, ImmutableArray<StageEffects> stages, CancellationToken cancellationToken)
    {
        if (plan.Status is not (PlanStatus.Proposed or PlanStatus.Approved))
        {
            // it was claimed by them, or it ended: nobody is asked any more, and what they signed may be erased
            return new CountedPeople([.. plan.Countersignatures], []);
        }

        // once it is approved, those matter that made the quorum: the gate asks for no others
        var asked = plan.Countersignatures.Where(one => plan.Approval is not { } approval || approval.Statements.Contains(one.Statement));
        return (await Governance.ReadAsync(parts.Store, cancellationToken)).TryGet(out var governance, out var refusal)
            ? await OfAsync(
                asked, ApprovalTerms.Of(plan, parts.Options.Catalog, stages, parts.Governing, governance.Instance), cancellationToken)
            : refusal;
    }

    /// <summary>Some of a plan.</summary>
    /// <param name="countersignatures">Which.</param>
    /// <param name="terms">What each has to say.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<CountedPeople>> OfAsync(
        IEnumerable<Countersignature> countersignatures, ApprovalTerms terms, CancellationToken cancellationToken)
    {
        var held = ImmutableArray.CreateBuilder<Countersignature>();
        var @void = ImmutableArray.CreateBuilder<VoidCountersignature>();
        foreach (var one in countersignatures)
        {
            var answer = await HeldAsync(await check.CheckAsync(one, terms, parts.Clock.GetUtcNow(), cancellationToken), cancellationToken);
            if (answer.TryGet(out var good, out var why))
            {
                held.Add(good.Counted);
            }
            else if (why.Code == RefusalCode.Storage)
            {
                // that it could not be read says nothing about it
                return why;
            }
            else
            {
                @void.Add(new VoidCountersignature(one.Approver, why));
            }
        }

        return new CountedPeople(held.DrainToImmutable(), @void.DrainToImmutable());
    }

    /// <summary>One approval alone, whatever its person accepted after it.</summary>
    /// <param name="by">The countersignature.</param>
    /// <param name="terms">What it has to say.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<CheckedCountersignature>> ApprovalAsync(Countersignature by, ApprovalTerms terms, CancellationToken cancellationToken) =>
        await HeldAsync(await check.ApprovalAsync(by, terms, parts.Clock.GetUtcNow(), cancellationToken), cancellationToken);

    private async Task<Result<CheckedCountersignature>> HeldAsync(Result<CheckedCountersignature> answer, CancellationToken cancellationToken)
    {
        if (!answer.TryGet(out var good, out var refusal))
        {
            return refusal;
        }

        foreach (var said in good.Statements)
        {
            if (await statements.HeadFaultAsync(said.AuditHead, cancellationToken) is { } uprooted)
            {
                return uprooted;
            }
        }

        return good;
    }
}

/// <summary>Who of those that countersigned a plan is counted.</summary>
/// <param name="Held">What holds, as it was proven.</param>
/// <param name="Void">What does not, and why.</param>
internal sealed record CountedPeople(ImmutableArray<Countersignature> Held, ImmutableArray<VoidCountersignature> Void);
