using Interlock.Canonical;

namespace Interlock.Plans;

/// <summary>What the events of a run do to a plan that is executing. Null: the event does not follow.</summary>
internal static class StageTransitions
{
    private const string Running = "running";

    public static PlanRecord? Intent(PlanRecord plan, JsonObject e)
    {
        if (plan.OpenIntent is not null
            || !TryStage(e, out var id, out var index)
            || e.Text("action") is not { } action
            || e.Text("target") is not { } target
            || e.Text("idempotency_key") is not { } key
            || !Sha256Digest.TryParse(e.Text("effect_digest"), out var effect)
            || index != NextIndex(plan))
        {
            return null;
        }

        var intent = new StageIntent(id, index, target, key, effect);
        return plan with { OpenIntent = intent, Stages = Set(plan, new StageRecord(id, index, action, Running, "dispatched")) };
    }

    public static PlanRecord? Outcome(PlanRecord plan, JsonObject e)
    {
        if (plan.OpenIntent is not { } intent
            || e.Text("idempotency_key") != intent.Key
            || e.Text("outcome") is not ("succeeded" or "failed" or "not_dispatched" or "in_doubt"))
        {
            return null;
        }

        var stage = plan.Stages[^1] with { Detail = e.Text("detail") ?? string.Empty };

        // an outcome that is itself in doubt leaves the intent open: what happened is still not known
        var open = e.Text("outcome") == "in_doubt" ? intent : null;
        return plan with { OpenIntent = open, Stages = Set(plan, stage) };
    }

    public static PlanRecord? Committed(PlanRecord plan, JsonObject e)
    {
        if (plan.OpenIntent is not null || !TryStage(e, out var id, out var index) || plan.Stages is not [.., var last]
            || last.Id != id || last.Index != index || last.Status != Running)
        {
            return null;
        }

        return plan with { Stages = Set(plan, last with { Status = "committed" }) };
    }

    public static PlanRecord? Halt(PlanRecord plan, JsonObject e)
    {
        if (HaltCode.Parse(e.Text("halt_code")) is not { } code || plan.OpenIntent is not null != (code == HaltCode.InDoubt))
        {
            return null;
        }

        var halted = plan with
        {
            Status = PlanStatus.Halted,
            Code = code.Word,
            Reason = e.Text("detail"),
            Locks = code == HaltCode.InDoubt ? plan.Locks : [],
        };
        if (!TryStage(e, out var id, out var index))
        {
            return halted;
        }

        var stage = new StageRecord(id, index, e.Text("action") ?? string.Empty, code.StageStatus, e.Text("detail") ?? string.Empty);
        return halted with { Stages = Set(plan, stage) };
    }

    private static int NextIndex(PlanRecord plan) => plan.Stages switch
    {
        [] => 0,
        [.., var last] => last.Status == Running ? last.Index : last.Index + 1,
    };

    private static System.Collections.Immutable.ImmutableArray<StageRecord> Set(PlanRecord plan, StageRecord stage) =>
        plan.Stages is [.., var last] && last.Index == stage.Index
            ? plan.Stages.SetItem(plan.Stages.Length - 1, stage)
            : plan.Stages.Add(stage);

    private static bool TryStage(JsonObject e, out string id, out int index)
    {
        id = e.Text("stage") ?? string.Empty;
        index = e["index"] is JsonNumber { Value: >= 0 and < int.MaxValue } number ? (int)number.Value : -1;
        return id.Length > 0 && index >= 0;
    }
}
