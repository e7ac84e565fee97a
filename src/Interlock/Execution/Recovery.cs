using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Plans;

namespace Interlock.Execution;

/// <summary>
/// What the new holder of the executor lock does first: every plan left <c>executing</c> by a process that is gone is halted.
/// With no intent open nothing is in question; with an intent open the stage is in doubt, and is never run again.
/// </summary>
internal sealed class Recovery(ExecutionParts parts)
{
    /// <summary>Halts a plan whose run is gone. Answers why it could not, if so: then the plan is as it was and is asked about again.</summary>
    public async Task<Refusal?> HaltAsync(PlanRecord plan)
    {
        var journal = new RunJournal(parts.Store, parts.Clock);
        journal.TakeOver(plan);
        if (plan.OpenIntent is not { } intent)
        {
            return await journal.RecordAsync(Interrupted(plan));
        }

        // a process of the stage that still lives may still act: what is seen before it is gone would prove nothing
        if (!IdempotencyKey.TryParse(intent.Key, out var key) || !await parts.StageProcessesGone(key, CancellationToken.None))
        {
            return Refusal.Of(
                RefusalCode.Busy,
                $"a process of stage `{intent.Stage}` of plan `{plan.Id}` is still alive; end it, then the plan is recovered");
        }

        var stage = plan.Stages[^1] with { Status = HaltCode.InDoubt.StageStatus };
        var seen = await WhatVerifySeesAsync(plan, intent);
        return await journal.RecordAsync(
            PlanEvents.Halt(
                plan,
                HaltCode.InDoubt,
                stage,
                "the executor ended after the intent and before the outcome; look at the target and record what happened with `interlock resolve`",
                seen),
            seen?.Blob ?? default);
    }

    /// <summary>No effect is in question, but a stage that was dispatched and not verified must not look like one that was not begun.</summary>
    private static JsonObject Interrupted(PlanRecord plan) => plan.Stages switch
    {
        [.., { Status: StageTransitions.Running } last] => PlanEvents.Halt(
            plan,
            HaltCode.Interrupted,
            last with { Status = HaltCode.Verify.StageStatus },
            "the executor ended after the outcome and before the verify checks; look at the target and propose a new plan for the rest"),
        [.., { Status: not StageTransitions.Committed } last] => PlanEvents.Halt(
            plan, HaltCode.Interrupted, last, $"the executor ended after this outcome: {last.Detail}; propose a new plan for the rest"),
        _ => PlanEvents.Halt(
            plan, HaltCode.Interrupted, null, "the executor ended between two stages; propose a new plan for the rest"),
    };

    private async Task<CheckList?> WhatVerifySeesAsync(PlanRecord plan, StageIntent intent)
    {
        var body = await parts.Plans.ReadBodyAsync(plan, CancellationToken.None);
        if (!body.TryGet(out var json, out _) || !PlanBody.TryParse(json).TryGet(out var parsed, out _)
            || intent.Index >= parsed.Stages.Length)
        {
            return null;
        }

        return CheckList.Of(await parts.Checks.RunAsync(parsed.Stages[intent.Index].Verify, CancellationToken.None));
    }
}
