using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>A plan as the harness reckons it.</summary>
internal sealed class ModelPlan(string id, Shape shape, DateTimeOffset expiresAt)
{
    public string Id => id;

    public Shape Shape => shape;

    public string Status { get; set; } = "proposed";

    public DateTimeOffset ExpiresAt { get; set; } = expiresAt;

    public bool Requested { get; set; }

    public SimProcess? Claimant { get; set; }

    /// <summary>An entry stands in the ledger, made while it waited, that is of its end or later.</summary>
    public bool Lapsed { get; set; }

    public bool LapsedBeforeRequest { get; set; }

    /// <summary>The configuration of whoever claimed it.</summary>
    public string Loaded { get; set; } = "";

    /// <summary>What the action did when the plan was approved.</summary>
    public string Does { get; set; } = "";

    /// <summary>Its body or its statement was changed as soon as it was approved.</summary>
    public bool Tampered { get; set; }

    public string? OpenKey { get; set; }

    public string? OpenEffect { get; set; }

    public int Intended { get; set; }

    public int Committed { get; set; }

    public string LastOutcome { get; set; } = "";

    public bool InDoubt { get; set; }

    public bool Holds => Status == "executing" || InDoubt;
}

/// <summary>
/// A second fold, deliberately simple: it knows nothing of the product's but the names of the events, and takes them one by one as
/// they become durable. What does not follow, or should not have been written there and then, breaks a rule.
/// </summary>
internal sealed class Model(SimRun run)
{
    private bool stopped;
    private string configuration = "";
    private DateTimeOffset latest;
    private DateTimeOffset newest;
    private Oracle? watching;

    public Dictionary<string, ModelPlan> Plans { get; } = new(StringComparer.Ordinal);

    /// <summary>Whose intent a key was in.</summary>
    public Dictionary<string, ModelPlan> Intents { get; } = new(StringComparer.Ordinal);

    /// <summary>The time of the entry with the latest.</summary>
    public DateTimeOffset Latest => latest;

    public IEnumerable<ModelPlan> HoldersOf(string resource) =>
        Plans.Values.Where(plan => plan.Holds && plan.Shape.Resources.Contains(resource));

    public void Take(LedgerEntry entry, SimProcess writer, Oracle oracle)
    {
        watching = oracle;
        var e = entry.Event;
        switch (entry.Kind)
        {
            case "genesis" or "configured":
                configuration = e.Text("configuration") ?? "";
                break;
            case "resume-countersigned":
                Expect(stopped, "countersigns going on where nothing is stopped");
                break;
            case "stopped" or "resumed":
                stopped = entry.Kind == "stopped";
                break;
            case "proposed":
                Plans.Add(
                    e.Text("plan_id") ?? "?",
                    new ModelPlan(e.Text("plan_id") ?? "?", Shape.ByHash[e.Text("plan_hash") ?? "?"], Time(e.Text("expires_at"))));
                break;
            default:
                if (Plans.TryGetValue(e.Text("plan_id") ?? "?", out var plan))
                {
                    Step(plan, entry, writer);
                }
                else
                {
                    Expect(entry.Kind == "propose-rejected", $"`{entry.Kind}` of a plan that was never proposed");
                }

                break;
        }

        foreach (var waiting in Plans.Values.Where(plan => plan.Status is "proposed" or "approved" && entry.At >= plan.ExpiresAt))
        {
            waiting.Lapsed = true;
        }

        latest = entry.At > latest ? entry.At : latest;
        newest = entry.At;
    }

    private void Step(ModelPlan plan, LedgerEntry entry, SimProcess writer)
    {
        var waits = plan.Status is "proposed" or "approved";
        switch (entry.Kind)
        {
            case "statement-issued" or "countersigned":
                Expect(plan.Status == "proposed", $"`{entry.Kind}` of a plan that is {plan.Status}");
                break;
            case "approved":
                Expect(plan.Status == "proposed", "approves what is not proposed");
                plan.Status = "approved";
                plan.ExpiresAt = Time(entry.Event.Text("expires_at"));
                plan.Does = Of(configuration).Does;
                plan.Tampered = run.TamperOnApproval(entry);
                break;
            case "rejected" or "withdrawn" or "superseded":
                Expect(waits, $"`{entry.Kind}` of a plan that is {plan.Status}");
                plan.Status = "rejected";
                plan.Requested = false;
                break;
            case "expired":
                Expect(waits, $"expires a plan that is {plan.Status}");
                // not the entry's own time: the clock may be set back between the look at it and the write, and expiry is the safe side
                Expect(run.Scheduler.Clock.Latest >= plan.ExpiresAt, "expires a plan before its time");
                plan.Status = "expired";
                plan.Requested = false;
                break;
            case "execution-requested":
                Expect(plan.Status == "approved", $"asks for a plan that is {plan.Status}");
                plan.Requested = true;
                plan.LapsedBeforeRequest = plan.Lapsed;
                break;
            case "release-refused" or "preexec-reject":
                Expect(plan.Status is not ("executing" or "executed"), $"refuses a plan that is {plan.Status}");
                plan.Requested = false;
                break;
            case "refused-again":
                // a count of refusals: it comes when its window ends, wherever the plan stands by then, and changes nothing of it
                break;
            case "execution-start":
                Claimed(plan, entry, writer);
                break;
            case "resolved":
                Expect(plan.InDoubt, "resolves what is not in doubt");
                plan.InDoubt = false;
                break;
            default:
                Expect(plan.Status == "executing", $"`{entry.Kind}` of a plan that is {plan.Status}");
                Running(plan, entry, writer);
                break;
        }
    }

    private void Claimed(ModelPlan plan, LedgerEntry entry, SimProcess writer)
    {
        Expect(plan.Status == "approved", $"claims a plan that is {plan.Status}");
        Expect(plan.Status == "approved", $"claims a plan that is {plan.Status}", Rule.ApprovalHolds);
        Expect(entry.At < plan.ExpiresAt, $"claims at {entry.At:s} what ran out at {plan.ExpiresAt:s}", Rule.ApprovalHolds);

        // what lapses after the request may race with the gate's look: then no intent may follow
        Expect(!plan.LapsedBeforeRequest, "claims what the ledger itself shows has run out", Rule.ApprovalHolds);
        Expect(entry.At >= newest, "claims by a clock that is behind", Rule.ApprovalHolds);
        Expect(!plan.Tampered, "claims a plan whose body or statement was changed", Rule.ApprovalHolds);
        plan.Loaded = entry.Event.Text("configuration") ?? "";
        UnderTheRules(plan, entry);
        foreach (var holder in plan.Shape.Resources.SelectMany(HoldersOf).Where(holder => holder != plan))
        {
            Break(Rule.OnePlanPerResource, $"{plan.Id} is claimed while {holder.Id} holds what it touches");
        }

        plan.Status = "executing";
        plan.Requested = false;
        plan.Claimant = writer;
    }

    private void UnderTheRules(ModelPlan plan, LedgerEntry entry)
    {
        Expect(!stopped, $"`{entry.Kind}` while everything is stopped", Rule.StopHolds);
        Expect(
            plan.Loaded == configuration,
            $"`{entry.Kind}` under `{plan.Loaded}` where the newest is `{configuration}`",
            Rule.ConfigurationHolds);
        var forbidden = Of(configuration).ForbidsB && plan.Shape.Resources.Contains("b");
        Expect(!forbidden, $"`{entry.Kind}` of what today's policy forbids", Rule.ConfigurationHolds);
    }

    private void Running(ModelPlan plan, LedgerEntry entry, SimProcess writer)
    {
        var e = entry.Event;
        var key = e.Text("idempotency_key") ?? "";
        var index = e["index"] is JsonNumber number ? (int)number.Value : -1;
        switch (entry.Kind)
        {
            case "stage-intent":
                UnderTheRules(plan, entry);
                Expect(!plan.Lapsed, "intends what the ledger itself shows had run out", Rule.ApprovalHolds);
                Expect(plan.OpenKey is null && plan.LastOutcome is "" or "succeeded", "intends after what did not succeed");
                Expect(plan.Intended < plan.Shape.Effects.Length && plan.Shape.Effects[plan.Intended].Stage == index, "intends out of order");
                Expect(Intents.TryAdd(key, plan), "intends under a key that was used", Rule.OneEffectPerKey);
                plan.Intended++;
                plan.OpenKey = key;
                plan.OpenEffect = e.Text("effect_digest");
                plan.LastOutcome = "open";
                break;
            case "stage-outcome":
                Expect(plan.OpenKey == key, "an outcome of no intent");
                plan.LastOutcome = e.Text("outcome") ?? "";
                plan.OpenKey = plan.LastOutcome == "in_doubt" ? plan.OpenKey : null;
                Expect(plan.LastOutcome != "succeeded" || run.World.Happened(key), "calls success what did not happen", Rule.OutcomeIsTrue);
                Expect(
                    plan.LastOutcome != "not_dispatched" || watching?.Began(key) == false,
                    "calls not dispatched what began",
                    Rule.OutcomeIsTrue);
                break;
            case "stage-committed":
                Expect(plan.LastOutcome == "succeeded" && index == plan.Committed, "commits what did not succeed");
                plan.Committed++;
                break;
            case "execution-complete":
                Expect(plan.Committed == plan.Shape.Stages && plan.OpenKey is null, "completes what is not done");
                plan.Status = "executed";
                break;
            case "halt":
                Halted(plan, e.Text("halt_code") ?? "", writer);
                break;
            default:
                Break(Rule.StatusIsTheFold, $"nobody knows `{entry.Kind}`");
                break;
        }
    }

    private void Halted(ModelPlan plan, string code, SimProcess writer)
    {
        Expect(code == "in_doubt" == plan.OpenKey is not null, $"halts as `{code}` with {(plan.OpenKey is null ? "no" : "an")} open intent");
        if (writer != plan.Claimant)
        {
            // where the lock was broken on purpose, one may take the other's claim for its own, and that other, alive, may begin a stage
            // right after the look that found none: the look is what is owed then, and compare-and-append holds all the same
            var rival = run.Scenario.Racing && plan.Claimant is { Alive: true };
            Expect(rival || plan.Claimant is not { Alive: true }, "ends a run whose executor lives", Rule.RecoveredWhenGone);
            Expect(
                plan.OpenKey is not { } open || (rival ? run.World.WasFoundGone(open) : !run.World.InFlight(open)),
                "ends a run whose stage lives",
                Rule.RecoveredWhenGone);
        }

        plan.Status = "halted";
        plan.InDoubt = code == "in_doubt";
    }

    private void Expect(bool holds, string otherwise, Rule rule = Rule.StatusIsTheFold)
    {
        if (!holds)
        {
            Break(rule, otherwise);
        }
    }

    private void Break(Rule rule, string text) => watching?.Break(rule, text);

    private static Rules Of(string digest) => Rules.All.First(rules => rules.Digest == digest);

    private static DateTimeOffset Time(string? text) => UtcTime.TryParse(text, out var time) ? time : default;
}
