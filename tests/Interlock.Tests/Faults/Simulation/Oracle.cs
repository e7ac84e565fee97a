using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>What holds in every history, whatever fails.</summary>
internal enum Rule
{
    /// <summary>No idempotency key is dispatched twice, nor an effect of a stage of a plan under two keys.</summary>
    OneEffectPerKey,

    /// <summary>An effect begins only under an open intent of exactly that effect that is in the ledger.</summary>
    IntentFirst,

    /// <summary>What somebody was told is durable is there in the end.</summary>
    AcknowledgedStays,

    /// <summary>The chain folds without a fault, and fold, verified state, listing and a second, simple fold agree.</summary>
    StatusIsTheFold,

    /// <summary>What one plan holds, no other plan touches.</summary>
    OnePlanPerResource,

    /// <summary>A claim stands on an approval that is in time, by a clock that is not behind, of what was approved.</summary>
    ApprovalHolds,

    /// <summary>After a stop is in the ledger nothing is claimed and nothing more intended.</summary>
    StopHolds,

    /// <summary>Claims and intents are made under the newest configuration and by its rules.</summary>
    ConfigurationHolds,

    /// <summary>What happens is what was approved.</summary>
    ApprovedEffect,

    /// <summary>An outcome says that it succeeded only of what happened, and that it was not dispatched only of what did not begin.</summary>
    OutcomeIsTrue,

    /// <summary>A run is ended by who claimed it, or after that process and its stage are gone.</summary>
    RecoveredWhenGone,

    /// <summary>When all is well again, no run and no request is left open.</summary>
    EverythingEnds,
}

/// <summary>Watches a history and says which rules it broke.</summary>
internal sealed class Oracle(SimRun run)
{
    private readonly List<(Rule Rule, string Text)> broken = [];
    private readonly Dictionary<long, Sha256Digest> acknowledged = [];
    private readonly HashSet<string> keys = [];
    private readonly HashSet<(string Plan, int Stage, string Name)> effects = [];
    private readonly List<(string Kind, string Plan)> told = [];

    public IReadOnlyList<(Rule Rule, string Text)> Broken => broken;

    public Model Model { get; } = new(run);

    public void Break(Rule rule, string text)
    {
        run.Trace(null, $"BROKEN {rule}: {text}");
        broken.Add((rule, text));
    }

    public void Durable(LedgerEntry entry, SimProcess writer) => Model.Take(entry, writer, this);

    public void Acknowledged(ImmutableArray<LedgerEntry> entries)
    {
        foreach (var entry in entries)
        {
            acknowledged[entry.Seq] = entry.Hash;
        }
    }

    /// <summary>A person or an agent was told that something was decided.</summary>
    public void Told(string kind, string plan) => told.Add((kind, plan));

    /// <summary>The power fails: what was not synced is gone.</summary>
    public void PowerLoss()
    {
        foreach (var seq in acknowledged.Keys.Where(seq => seq >= run.Disk.Synced))
        {
            Break(Rule.AcknowledgedStays, $"entry {seq} was acknowledged and is gone");
        }
    }

    /// <summary>An effect begins.</summary>
    public void Dispatched(Effect effect, string key)
    {
        var name = effect.Content.Text("name") ?? "?";
        if (!keys.Add(key))
        {
            Break(Rule.OneEffectPerKey, $"key {key} is dispatched again");
        }

        if (Model.Intents.GetValueOrDefault(key) is not { } plan || plan.OpenKey != key)
        {
            Break(Rule.IntentFirst, $"an effect on {name} begins without its intent");
            return;
        }

        var (stage, expected) = plan.Shape.Effects[plan.Intended - 1];
        if (!effects.Add((plan.Id, stage, name)))
        {
            Break(Rule.OneEffectPerKey, $"stage {stage} of {plan.Id} acts on {name} again");
        }

        if (name != expected || effect.Content.Text("value") != plan.Does)
        {
            Break(Rule.ApprovedEffect, $"{effect.Content} was not approved");
        }

        if (plan.OpenEffect != effect.Digest.ToString())
        {
            Break(Rule.IntentFirst, $"the intent is of another effect than that on {name}");
        }

        if (plan.Status != "executing")
        {
            Break(Rule.IntentFirst, $"an effect on {name} begins while its plan is {plan.Status}");
        }

        foreach (var other in Model.HoldersOf(name).Where(other => other != plan))
        {
            Break(Rule.OnePlanPerResource, $"{plan.Id} touches {name}, which {other.Id} holds");
        }

        foreach (var other in run.World.Touching(name).Where(other => Model.Intents.GetValueOrDefault(other) != plan))
        {
            Break(Rule.OnePlanPerResource, $"{plan.Id} touches {name} while an effect of another plan does");
        }
    }

    public bool Began(string key) => keys.Contains(key);

    /// <summary>What can be said only when everything has come to rest.</summary>
    public void AtTheEnd()
    {
        var entries = run.Disk.Entries;
        var state = new LedgerState();
        foreach (var entry in entries)
        {
            if (state.Apply(entry) is { } refusal)
            {
                Break(Rule.StatusIsTheFold, refusal.Message);
                return;
            }
        }

        foreach (var (seq, hash) in acknowledged.Where(pair => pair.Key >= entries.Count || entries[(int)pair.Key].Hash != pair.Value))
        {
            Break(Rule.AcknowledgedStays, $"entry {seq} ({hash}) was acknowledged and is not in the ledger");
        }

        foreach (var (kind, plan) in told.Where(said =>
            !entries.Exists(entry => entry.Kind == said.Kind && (entry.Event.Text("plan_id") ?? "") == said.Plan)))
        {
            Break(Rule.AcknowledgedStays, $"`{kind}` of {plan} was acknowledged and is not in the ledger");
        }

        Compare(state);
        if (run.Seed % 8 == 0)
        {
            // verifies every line once more: what executors do anyway, so not for each history
            Fsck();
        }

        foreach (var plan in Model.Plans.Values.Where(plan => plan.Status == "executing" || plan.Requested))
        {
            Break(Rule.EverythingEnds, $"{plan.Id} is {plan.Status} and {(plan.Requested ? "still asked for" : "nobody runs it")}");
        }
    }

    private void Compare(LedgerState state)
    {
        var rows = Disk.Done(run.Disk.Inner.ListPlansAsync(new PlanQuery { Limit = 1_000 }, default)).TryGet(out var page, out _)
            ? page.Rows.ToDictionary(row => row.Plan.ToString(), row => row.Status)
            : [];
        foreach (var plan in Model.Plans.Values)
        {
            _ = PlanId.TryParse(plan.Id, out var id);
            var stream = Disk.Done(run.Disk.Inner.ReadStreamAsync(StreamId.Plan(id), default)).TryGet(out var found, out _) ? found : [];
            var fold = PlanLifecycle.Fold(stream).TryGet(out var record, out var refusal) ? record.Status.Word() : refusal.Message;
            if (fold != plan.Status || state.Plan(id)?.Status.Word() != plan.Status || rows.GetValueOrDefault(plan.Id) != plan.Status)
            {
                Break(
                    Rule.StatusIsTheFold,
                    $"{plan.Id}: fold {fold}, verified {state.Plan(id)?.Status.Word()}, listed {rows.GetValueOrDefault(plan.Id)},"
                    + $" expected {plan.Status}");
            }
        }
    }

    private void Fsck()
    {
        var findings = Disk.Done(run.Disk.Inner.CheckAsync(default)).TryGet(out var found, out var refusal) ? found.Findings : [refusal.Message];
        foreach (var finding in findings)
        {
            Break(Rule.StatusIsTheFold, finding);
        }
    }
}
