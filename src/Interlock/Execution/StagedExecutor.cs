using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;

namespace Interlock.Execution;

/// <summary>
/// Runs one plan, stage by stage, forward only. The order of durable writes is the whole point: claim before anything,
/// intent before each effect, outcome after it, and nothing is ever tried a second time.
/// </summary>
internal sealed class StagedExecutor(ExecutionParts parts)
{
    /// <summary>How much of an effect's output is archived: an output that the store cannot take must not lose the outcome.</summary>
    private const int LongestOutput = 8 << 20;

    private readonly RunJournal journal = new(parts.Store, parts.Clock);
    private ImmutableArray<Drift> drift = [];

    /// <summary>Whether the claim stands, or may stand: then the plan is this executor's to bring to an end.</summary>
    public bool MayHaveClaimed { get; private set; }

    /// <summary>Claims and runs. The answer is the plan as it ended, or why the claim was refused: then nothing ran.</summary>
    /// <param name="permit">From the gate, for one claim.</param>
    /// <param name="shutdown">When signalled, the stage that is under way is finished and recorded; then the run halts.</param>
    public async Task<Result<PlanRecord>> RunAsync(ReleasePermit permit, CancellationToken shutdown)
    {
        if (!(await ApproversView.ReadAsync(parts.Store, permit.Plan, CancellationToken.None)).TryGet(out var approved, out var unread))
        {
            return unread;
        }

        if (parts.HaltsOnDrift && await DriftAsync(permit, approved) is { } differs)
        {
            return differs;
        }

        if (parts.Witnessing is { } witnesses && await witnesses.ProbeAsync(shutdown) is { } absent)
        {
            return absent;
        }

        var start = PlanEvents.ExecutionStart(
            permit.Plan, permit.Approval, permit.Locks, permit.Approval.EffectsDigest, parts.Governing.Configuration);

        // claim before dispatch: a crash from here on leaves `executing`, never `approved`
        var claim = await journal.CompareAndAppendAsync(
            new Append
            {
                Reads = permit.Reads,
                Events = [start],
                RefuseClockBehind = true,
                RefuseFrom = permit.Plan.ExpiresAt,
                CanWait = true,
            },
            permit.Plan);
        MayHaveClaimed = claim is AppendAnswer.Appended or AppendAnswer.OutcomeUnknown;
        switch (claim)
        {
            case AppendAnswer.Appended:
                break;
            case AppendAnswer.Conflict conflict:
                return Refusal.Of(
                    RefusalCode.Busy, $"`{conflict.Expected.Stream}` changed between the gate and the claim; nothing ran, ask again");
            case AppendAnswer.Refused refused:
                return refused.Refusal;
            case AppendAnswer.OutcomeUnknown unknown:
                // whether the claim stands is not known, so nothing is dispatched; recovery reads it back
                await parts.Store.ReopenAsync(CancellationToken.None);
                return unknown.Refusal;
        }

        if (await WitnessAsync(permit, shutdown) is { } unwitnessed)
        {
            return unwitnessed;
        }

        foreach (var stage in permit.Stages)
        {
            if (await RunStageAsync(permit, stage, approved, shutdown) is { } end)
            {
                return end;
            }
        }

        return await EndAsync(PlanEvents.ExecutionComplete(journal.Plan));
    }

    /// <summary>
    /// Nothing is dispatched before the witnesses hold the claim itself: an approval that they hold could still be executed by a ledger that
    /// was rolled back behind its first execution.
    /// </summary>
    private async Task<Result<PlanRecord>?> WitnessAsync(ReleasePermit permit, CancellationToken shutdown)
    {
        if (parts.Witnessing is not { } witnesses)
        {
            return null;
        }

        var claim = journal.Plan.ClaimedBy ?? throw new InvalidOperationException("a plan was claimed by no entry");
        if (!(await witnesses.CoverAsync(claim, shutdown)).TryGet(out var held, out var refusal))
        {
            return await HaltAsync(
                shutdown.IsCancellationRequested ? HaltCode.Shutdown : HaltCode.WitnessTimeout,
                permit.Stages[0],
                $"nothing was dispatched: {refusal.Message}; propose the plan again");
        }

        var archived = held.ToBytes();
        var recorded = PlanEvents.Witnessed(journal.Plan.Id, held, Sha256Digest.Of(archived));
        return await journal.RecordAsync(recorded, archived) is { } lost ? (Result<PlanRecord>?)lost : null;
    }

    private async Task<Result<PlanRecord>?> RunStageAsync(
        ReleasePermit permit, StageEffects stage, ApproversView approved, CancellationToken shutdown)
    {
        if (shutdown.IsCancellationRequested)
        {
            return await HaltAsync(HaltCode.Shutdown, stage, "the executor was asked to end; propose a new plan for the rest");
        }

        var before = await parts.Checks.RunAsync(stage.Stage.Preconditions, CancellationToken.None);
        if (CheckRunner.FirstNotPassed(before) is { } unmet)
        {
            return await HaltAsync(HaltCode.Precondition, stage, CheckRunner.Describe(unmet), CheckList.Of(before));
        }

        drift = approved.Compare(stage.Stage, before);
        if (parts.HaltsOnDrift && !drift.IsEmpty)
        {
            return await HaltAsync(HaltCode.Drift, stage, Drift.Words(drift), CheckList.Of(before));
        }

        foreach (var effect in stage.Effects)
        {
            if (await DispatchAsync(permit, stage, effect) is { } end)
            {
                return end;
            }
        }

        var after = await parts.Checks.RunAsync(stage.Stage.Verify, CancellationToken.None);
        if (CheckRunner.FirstNotPassed(after) is { } failed)
        {
            return await HaltAsync(HaltCode.Verify, stage, CheckRunner.Describe(failed), CheckList.Of(after));
        }

        var verified = CheckList.Of(after);
        var committed = PlanEvents.StageCommitted(journal.Plan.Id, stage.Stage, verified);
        return await journal.RecordAsync(committed, verified.Blob) is { } lost ? (Result<PlanRecord>?)lost : null;
    }

    /// <summary>
    /// Before the claim, where a person can still look again and the approval is not used up: what every stage's preconditions see now,
    /// beside what the approvers saw.
    /// </summary>
    private async Task<Refusal?> DriftAsync(ReleasePermit permit, ApproversView approved)
    {
        foreach (var stage in permit.Stages)
        {
            var differs = approved.Compare(stage.Stage, await parts.Checks.RunAsync(stage.Stage.Preconditions, CancellationToken.None));
            if (!differs.IsEmpty)
            {
                return Refusal.Of(
                    RefusalCode.Drift,
                    $"stage `{stage.Stage.Id}`: {Drift.Words(differs)}; whoever approved can look again and accept it with `interlock approve {permit.Plan.Id} --drift`");
            }
        }

        return null;
    }

    private async Task<Result<PlanRecord>?> DispatchAsync(ReleasePermit permit, StageEffects stage, Effect effect)
    {
        var key = IdempotencyKey.For(permit.Instance, permit.Plan.Id, permit.Plan.Hash, stage.Stage.Id, effect.Target);
        if (await IntendAsync(stage, effect, key) is { } end)
        {
            return end;
        }

        var intent = journal.Plan.OpenIntent ?? throw new InvalidOperationException("an intent was appended and is not open");
        var outcome = await ExecuteAsync(stage.Definition.Executor, effect, key);
        var kept = outcome.Output.Length > LongestOutput ? outcome.Output[..LongestOutput] : outcome.Output;
        var output = kept.IsEmpty ? (Sha256Digest?)null : Sha256Digest.Of(kept.Span);
        var recorded = PlanEvents.StageOutcome(journal.Plan.Id, intent, outcome.Word, outcome.Detail, output);
        if (await journal.RecordAsync(recorded, kept) is { } lost)
        {
            // the intent stays open in the ledger: recovery will find the stage in doubt, which it is
            return lost;
        }

        return outcome switch
        {
            StageOutcome.Succeeded => (Result<PlanRecord>?)null,
            StageOutcome.Failed or StageOutcome.NotDispatched => await HaltAsync(HaltCode.Execute, stage, outcome.Detail),
            StageOutcome.InDoubt => await HaltAsync(
                HaltCode.InDoubt,
                stage,
                $"{outcome.Detail}; look at the target and record what happened with `interlock resolve`",
                await WhatVerifySeesAsync(stage.Stage)),
            _ => throw new InvalidOperationException($"no rule for outcome {outcome.Word}"),
        };
    }

    /// <summary>
    /// Makes the intent durable. It compares brakes and governance again: an emergency stop that came since halts here, before
    /// the next dispatch.
    /// </summary>
    private async Task<Result<PlanRecord>?> IntendAsync(StageEffects stage, Effect effect, IdempotencyKey key)
    {
        while (true)
        {
            var read = await parts.Ledger.ReadAsync(
                state => (
                    state.Stop,
                    Governance: state.Governance,
                    Lapsed: state.HasLapsed(journal.Plan.Id),
                    Brakes: state.Version(StreamId.Brakes),
                    Governed: state.Version(StreamId.Governance)),
                CancellationToken.None);
            if (!read.TryGet(out var now, out var refusal))
            {
                return await HaltAsync(HaltCode.Storage, stage, refusal.Message);
            }

            if (now.Stop is { } stop)
            {
                return await HaltAsync(HaltCode.Stopped, stage, $"`{stop.By}` stopped everything at {UtcTime.Format(stop.At)}");
            }

            if (now.Governance is null || !parts.Governing.IsWhat(now.Governance))
            {
                return await HaltAsync(HaltCode.Configuration, stage, "the configuration changed during the run; propose a new plan for the rest");
            }

            if (now.Lapsed)
            {
                // the claim compares streams and the newest entry's time: a clock that went astray and came back between the gate's look
                // and the claim shows only here
                return await HaltAsync(
                    HaltCode.Precondition,
                    stage,
                    "the ledger shows that the approval ran out before the plan was claimed; set the clock right and propose the plan again");
            }

            var intent = PlanEvents.StageIntent(
                journal.Plan.Id, stage.Stage, effect.Target, key.ToString(), effect.Digest, drift.IsEmpty ? null : Drift.ToJson(drift), Drift.Words(drift));
            var answer = await journal.CompareAndAppendAsync(
                new Append
                {
                    Reads = [new StreamVersion(StreamId.Plan(journal.Plan.Id), journal.Plan.Version), now.Brakes, now.Governed],
                    Events = [intent],
                    Blobs = [CanonicalJson.Write(effect.Json)],
                },
                journal.Plan);
            switch (answer)
            {
                case AppendAnswer.Appended:
                    return null;
                case AppendAnswer.Conflict conflict when conflict.Expected.Stream != StreamId.Plan(journal.Plan.Id):
                    continue;
                case AppendAnswer.Conflict conflict:
                    return Refusal.Of(
                        RefusalCode.Busy, $"another process wrote to plan `{journal.Plan.Id}` while it was executing; nothing more is dispatched");
                case AppendAnswer.Refused refused:
                    return await HaltAsync(HaltCode.Storage, stage, refused.Refusal.Message);
                case AppendAnswer.OutcomeUnknown unknown:
                    return await AfterUnknownIntentAsync(stage, intent, unknown.Refusal);
            }
        }
    }

    /// <summary>Nothing was dispatched after an intent whose own append is in question; whichever way it went, that is recorded.</summary>
    private async Task<Result<PlanRecord>> AfterUnknownIntentAsync(StageEffects stage, JsonObject intent, Refusal why)
    {
        var reopened = await parts.Store.ReopenAsync(CancellationToken.None);
        if (!reopened.TryGet(out _, out var refusal))
        {
            return refusal;
        }

        if (await journal.ReadBackAsync(intent) is null && journal.Plan.OpenIntent is { } open)
        {
            var outcome = PlanEvents.StageOutcome(journal.Plan.Id, open, "not_dispatched", why.Message, null);
            if (await journal.RecordAsync(outcome) is { } lost)
            {
                return lost;
            }
        }

        return await HaltAsync(HaltCode.Storage, stage, why.Message);
    }

    /// <summary>
    /// The only call that changes the world. Whatever it throws, the world may have changed: so every exception is an
    /// outcome in doubt, recorded with its text, and never a reason to try again.
    /// </summary>
    private static async Task<StageOutcome> ExecuteAsync(IExecutor executor, Effect effect, IdempotencyKey key)
    {
        try
        {
            return await executor.ExecuteAsync(effect, key, CancellationToken.None)
                ?? new StageOutcome.InDoubt("the executor answered nothing");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new StageOutcome.InDoubt($"the executor failed with {exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task<CheckList> WhatVerifySeesAsync(Stage stage) =>
        CheckList.Of(await parts.Checks.RunAsync(stage.Verify, CancellationToken.None));

    private Task<Result<PlanRecord>> HaltAsync(HaltCode code, StageEffects at, string detail, CheckList? seen = null)
    {
        var stage = at.Stage;

        // a stage that fans out and was stopped on its way has done something: nobody may read that it was never dispatched
        var begun = journal.Plan.Stages is [.., var last] && last.Index == stage.Index;
        var status = begun && code.StageStatus == HaltCode.Precondition.StageStatus ? HaltCode.Execute.StageStatus : code.StageStatus;
        var record = new StageRecord(stage.Id, stage.Index, stage.Action, status, detail);
        return EndAsync(PlanEvents.Halt(journal.Plan, code, record, detail, seen), seen?.Blob ?? default);
    }

    private async Task<Result<PlanRecord>> EndAsync(JsonObject @event, ReadOnlyMemory<byte> blob = default) =>
        await journal.RecordAsync(@event, blob) is { } lost ? lost : journal.Plan;
}
