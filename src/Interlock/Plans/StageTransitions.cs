using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Plans;

/// <summary>
/// What the events of a run do to a plan that is executing. Null: the event does not follow. Stages come in order and without
/// gaps; after a dispatch that did not succeed nothing follows but the halt.
/// </summary>
internal static class StageTransitions
{
    public const string Running = "running";
    public const string Committed = "committed";

    /// <summary>Before the first intent, once, and of a tree that holds the claim.</summary>
    public static PlanRecord? Witnessed(PlanRecord plan, LedgerEntry entry) =>
        plan is { Stages: [], Witnessed: null }
        && TreeHead.TryRead(JsonObject.Of(("root", entry.Event["root"] ?? JsonNull.Instance), ("size", entry.Event["size"] ?? JsonNull.Instance)), out var head)
        && head.Size > plan.ClaimedBy
        && entry.Event["witnesses"] is JsonArray { Items: [JsonString, ..] }
        && Sha256Digest.TryParse(entry.Event.Text("cosignatures_digest"), out _)
            ? plan with { Witnessed = head }
            : null;

    public static PlanRecord? Intent(PlanRecord plan, JsonObject e)
    {
        if (plan.OpenIntent is not null
            || !TryStage(e, out var id, out var index)
            || !Follows(plan, id, index)
            || plan.Stages is [.., { Status: not (Running or Committed) }]
            || e.Text("action") is not { } action
            || e.Text("target") is not { } target
            || !Sha256Digest.TryParse(e.Text("idempotency_key"), out var key)
            || plan.Keys.Contains(key.ToString())
            || !Sha256Digest.TryParse(e.Text("effect_digest"), out var effect))
        {
            return null;
        }

        return plan with
        {
            OpenIntent = new StageIntent(id, index, target, key.ToString(), effect),
            Keys = plan.Keys.Add(key.ToString()),
            Stages = Set(plan, new StageRecord(id, index, action, Running, "dispatched") { Differs = e.Text("differs") }),
        };
    }

    public static PlanRecord? Outcome(PlanRecord plan, JsonObject e)
    {
        if (plan is not { OpenIntent: { } intent, Stages: [.., { Status: Running } stage] } || e.Text("idempotency_key") != intent.Key)
        {
            return null;
        }

        // an outcome that is itself in doubt leaves the intent open: what happened is still not known
        var word = e.Text("outcome");
        var (open, status) = word switch
        {
            "succeeded" => (null, Running),
            "failed" or "not_dispatched" => (null, HaltCode.Execute.StageStatus),
            "in_doubt" => (intent, HaltCode.InDoubt.StageStatus),
            _ => (null, string.Empty),
        };
        return status.Length == 0
            ? null
            : plan with { OpenIntent = open, Stages = Set(plan, stage with { Status = status, Detail = e.Text("detail") ?? string.Empty }) };
    }

    public static PlanRecord? Commit(PlanRecord plan, JsonObject e) =>
        plan is { OpenIntent: null, Stages: [.., { Status: Running } last] }
        && TryStage(e, out var id, out var index)
        && last.Id == id
        && last.Index == index
            ? plan with { Stages = Set(plan, last with { Status = Committed }) }
            : null;

    public static PlanRecord? Complete(PlanRecord plan) =>
        plan is { OpenIntent: null, Stages: [.., { Status: Committed }] }
            ? plan with { Status = PlanStatus.Executed, Locks = [] }
            : null;

    public static PlanRecord? Halt(PlanRecord plan, JsonObject e)
    {
        if (HaltCode.Parse(e.Text("halt_code")) is not { } code
            || plan.OpenIntent is not null != (code == HaltCode.InDoubt)
            || e.Text("detail") is not { } detail)
        {
            return null;
        }

        var halted = plan with
        {
            Status = PlanStatus.Halted,
            Code = code.Word,
            Reason = detail,
            Locks = code == HaltCode.InDoubt ? plan.Locks : [],
        };
        if (e["stage"] is null && e["index"] is null)
        {
            // between two stages; in the middle of one the halt has to say which
            return plan.Stages is [.., { Status: not Committed }] ? null : halted;
        }

        if (!TryStage(e, out var id, out var index)
            || !Follows(plan, id, index)
            || e.Text("action") is not { } action
            || !HaltCode.IsStageStatus(e.Text("failure"), out var status))
        {
            return null;
        }

        return halted with { Stages = Set(plan, new StageRecord(id, index, action, status, detail)) };
    }

    /// <summary>Whether a stage is the one under way, or the next one where none is.</summary>
    private static bool Follows(PlanRecord plan, string id, int index) => plan.Stages switch
    {
        [] => index == 0,
        [.., { Status: Committed } last] => index == last.Index + 1,
        [.., var last] => index == last.Index && id == last.Id,
    };

    private static ImmutableArray<StageRecord> Set(PlanRecord plan, StageRecord stage) =>
        plan.Stages is [.., var last] && last.Index == stage.Index
            ? plan.Stages.SetItem(plan.Stages.Length - 1, stage)
            : plan.Stages.Add(stage);

    private static bool TryStage(JsonObject e, out string id, out int index)
    {
        id = e.Text("stage") ?? string.Empty;
        index = e["index"] is JsonNumber { Value: >= 0 and < int.MaxValue } number && double.IsInteger(number.Value) ? (int)number.Value : -1;
        return id.Length > 0 && index >= 0;
    }
}
