using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>The mistakes that the harness must see: one for each durable write, each comparison, each check of the gate.</summary>
internal static class SeededBugs
{
    public static ImmutableArray<SeededBug> All { get; } =
    [
        .. Written.Select(kind => new SeededBug($"unsynced {kind}", $"`{kind}` is acknowledged before it is synced", Rule.AcknowledgedStays)
        {
            PowerFailsAfter = kind,
            Store = (_, _, store) =>
            {
                store.Unsynced = append => append.Events.Any(e => e.Text(EventKinds.KindField) == kind);
                return store;
            },
        }),
        .. Order,
        .. Comparisons,
        .. Gate,
        .. Running,
    ];

    private static ImmutableArray<string> Written =>
    [
        EventKinds.Proposed, EventKinds.Approved, EventKinds.Rejected, EventKinds.Withdrawn, EventKinds.Superseded, EventKinds.Expired,
        EventKinds.ExecutionRequested, EventKinds.ReleaseRefused, EventKinds.ExecutionStart, EventKinds.StageIntent,
        EventKinds.StageOutcome, EventKinds.StageCommitted, EventKinds.Halt, EventKinds.ExecutionComplete, EventKinds.Resolved,
        EventKinds.Stopped, EventKinds.Resumed, EventKinds.Configured,
    ];

    private static ImmutableArray<SeededBug> Order =>
    [
        Holds(
            "intent after dispatch",
            "the intent is written together with the outcome",
            Rule.IntentFirst, EventKinds.StageOutcome, EventKinds.StageIntent),
        Holds(
            "claim after dispatch",
            "claim and intent are written together with the outcome",
            Rule.IntentFirst, EventKinds.StageOutcome, EventKinds.ExecutionStart, EventKinds.StageIntent),
        Holds("no claim", "a run begins without `execution-start`", Rule.StatusIsTheFold, null, EventKinds.ExecutionStart),
        Holds("no intent", "a stage is dispatched without `stage-intent`", Rule.IntentFirst, null, EventKinds.StageIntent),
        Holds("no outcome", "a run goes on without `stage-outcome`", Rule.StatusIsTheFold, null, EventKinds.StageOutcome),
        Holds("no commit", "a run goes on without `stage-committed`", Rule.StatusIsTheFold, null, EventKinds.StageCommitted),
        Holds(
            "no end",
            "`execution-complete` is reported and not written",
            Rule.AcknowledgedStays, null, EventKinds.ExecutionComplete),
        Holds("no halt", "`halt` is reported and not written", Rule.EverythingEnds, null, EventKinds.Halt),
        Holds("no stop", "an emergency stop is reported and not written", Rule.AcknowledgedStays, null, EventKinds.Stopped),
    ];

    private static ImmutableArray<SeededBug> Comparisons =>
    [
        Compares(
            "claim ignores the plan",
            "the claim does not compare the plan's stream",
            Rule.ApprovalHolds, EventKinds.ExecutionStart, stream => stream.IsPlan),
        Compares(
            "claim ignores the brakes",
            "the claim does not compare the brakes",
            Rule.StopHolds, EventKinds.ExecutionStart, stream => stream == StreamId.Brakes),
        Compares(
            "claim ignores governance",
            "the claim does not compare the configuration's stream",
            Rule.ConfigurationHolds, EventKinds.ExecutionStart, stream => stream == StreamId.Governance),
        Compares(
            "claim ignores the locks",
            "the claim does not compare the locks",
            Rule.OnePlanPerResource, EventKinds.ExecutionStart, stream => stream.Name.StartsWith("lock:", StringComparison.Ordinal)),
        Compares(
            "intent ignores the brakes",
            "an intent does not compare the brakes",
            Rule.StopHolds, EventKinds.StageIntent, stream => stream == StreamId.Brakes),
        Compares(
            "intent ignores governance",
            "an intent does not compare the configuration's stream",
            Rule.ConfigurationHolds, EventKinds.StageIntent, stream => stream == StreamId.Governance),
        Compares(
            "intent ignores the plan",
            "an intent does not compare the plan's stream, and nobody asks for the executor lock",
            Rule.StatusIsTheFold, EventKinds.StageIntent, stream => stream.IsPlan) with { NoLock = true },
        Compares(
            "outcome ignores the plan",
            "an outcome compares nothing, so that one repeated after an unknown answer stands twice",
            Rule.StatusIsTheFold, EventKinds.StageOutcome, _ => true),
        Compares(
            "approval ignores the plan",
            "an approval compares nothing",
            Rule.StatusIsTheFold, EventKinds.Approved, _ => true),
        Compares(
            "rejection ignores the plan",
            "a rejection compares nothing",
            Rule.StatusIsTheFold, EventKinds.Rejected, _ => true),
        Compares(
            "withdrawal ignores the plan",
            "a withdrawal compares nothing",
            Rule.StatusIsTheFold, EventKinds.Withdrawn, _ => true),
        Compares(
            "request ignores the plan",
            "a request for a run compares nothing",
            Rule.StatusIsTheFold, EventKinds.ExecutionRequested, _ => true),
        Compares(
            "sweep ignores the claim",
            "the sweep expires a plan that was claimed since it looked",
            Rule.StatusIsTheFold, EventKinds.Expired, _ => true),
        Alters(
            "claim has no end",
            "the claim does not carry its approval's end",
            Rule.ApprovalHolds, EventKinds.ExecutionStart, append => append with { RefuseFrom = null }),
        Alters(
            "locks not taken",
            "the claim names no locks",
            Rule.OnePlanPerResource, EventKinds.ExecutionStart, append => append with
        {
            Events =
            [
                JsonObject.Of([.. append.Events[0].Members.Select(member =>
                    (member.Name, (JsonValue?)(member.Name == EventKinds.LocksField ? JsonArray.Empty : member.Value)))]),
            ],
        }),
    ];

    private static ImmutableArray<SeededBug> Gate =>
    [
        Forgets(
            "expiry not compared",
            "the gate does not look whether the approval has run out",
            Rule.ApprovalHolds, RefusalCode.Expired, (run, plan) => run.Scheduler.Clock.GetUtcNow() >= plan.ExpiresAt),
        Forgets(
            "lapse not compared",
            "the gate does not look whether the ledger shows that the approval ran out",
            Rule.ApprovalHolds, RefusalCode.Expired, (run, plan) => run.Scheduler.Clock.GetUtcNow() < plan.ExpiresAt),
        Forgets(
            "clock not compared",
            "neither gate nor claim looks whether the clock is behind",
            Rule.ApprovalHolds, RefusalCode.ClockBehind) with
        {
            Store = (_, _, store) => new AlteringStore(store, append => append with { RefuseClockBehind = false }),
        },
        Forgets(
            "status not compared",
            "the gate does not look whether the plan is still approved",
            Rule.ApprovalHolds, RefusalCode.WrongStatus),
        Forgets("stop not read", "the gate does not look whether everything is stopped", Rule.StopHolds, RefusalCode.Stopped),
        Forgets(
            "configuration not compared",
            "the gate does not look whether its configuration is the newest",
            Rule.ConfigurationHolds, RefusalCode.ConfigurationChanged),
        Forgets(
            "policy not applied again",
            "the gate does not validate under today's policy",
            Rule.ConfigurationHolds, RefusalCode.Invalid),
        Forgets(
            "effects not compared",
            "the gate does not compare what the plan would do now with what was approved",
            Rule.ApprovedEffect, RefusalCode.Mismatch),
        Forgets(
            "body or statement not hashed",
            "the gate does not hash body and statement again",
            Rule.ApprovalHolds, RefusalCode.Corrupt),
        Forgets("locks not read", "the gate does not look who holds the locks", Rule.OnePlanPerResource, RefusalCode.Locked),
        Forgets(
            "lock not kept in doubt",
            "the gate does not count the locks of a plan in doubt",
            Rule.OnePlanPerResource, RefusalCode.Locked, (run, plan) =>
            run.Oracle.Model.Plans[plan.Id.ToString()].Shape.Resources.SelectMany(run.Oracle.Model.HoldersOf).All(holder => holder.InDoubt)),
        new("approval not checked", "the gate permits a plan that nobody approved", Rule.ApprovalHolds)
        {
            Parts = (run, parts) => parts with
            {
                Gate = async (id, token) => AnyProposed(run) is { } other && await ForgetfulGate.PermitAsync(run, parts, other) is { } permit
                    ? permit
                    : await parts.Gate(id, token),
            },
        },
    ];

    private static ImmutableArray<SeededBug> Running =>
    [
        new("stop not read between stages", "a run does not read the brakes again", Rule.StopHolds)
        {
            View = (run, store) => new StaleView(run, store),
            Store = (_, _, store) => new AlteringStore(
                store, append => Without(append, EventKinds.StageIntent, stream => stream == StreamId.Brakes)),
        },
        new("recovery without the lock", "executors start without the executor lock", Rule.RecoveredWhenGone) { NoLock = true },
        new("recovery does not wait", "recovery does not wait until the stage's processes are gone", Rule.RecoveredWhenGone)
        {
            Parts = (_, parts) => parts with { StageProcessesGone = (_, _) => Task.FromResult(true) },
        },
        new("recovery waits for ever", "recovery never believes that the stage's processes are gone", Rule.EverythingEnds)
        {
            Parts = (_, parts) => parts with { StageProcessesGone = (_, _) => Task.FromResult(false) },
        },
        new("recovery tries again", "recovery dispatches the open stage again", Rule.OneEffectPerKey)
        {
            Parts = (run, parts) => parts with
            {
                StageProcessesGone = async (key, _) =>
                {
                    await run.World.AgainAsync(key);
                    return true;
                },
            },
        },
        new("retry after doubt", "an effect in doubt is tried again", Rule.OneEffectPerKey)
        {
            Execute = async (world, effect, key) =>
            {
                try
                {
                    return await world.DispatchAsync(effect, key);
                }
                catch (IOException)
                {
                    return await world.DispatchAsync(effect, key);
                }
            },
        },
        new("doubt called success", "an exception of an effect is recorded as success", Rule.OutcomeIsTrue)
        {
            Execute = async (world, effect, key) =>
            {
                try
                {
                    return await world.DispatchAsync(effect, key);
                }
                catch (IOException)
                {
                    return new StageOutcome.Succeeded("it will have worked");
                }
            },
        },
        new("doubt called not dispatched", "an exception of an effect is recorded as `not_dispatched`", Rule.OutcomeIsTrue)
        {
            Execute = async (world, effect, key) =>
            {
                try
                {
                    return await world.DispatchAsync(effect, key);
                }
                catch (IOException)
                {
                    return new StageOutcome.NotDispatched("it will not have started");
                }
            },
        },
        new("key reused across stages", "every stage of a run passes the key of its first", Rule.OneEffectPerKey)
        {
            Execute = (world, effect, key) => world.DispatchAsync(effect, world.FirstKeyOf(key)),
        },
        new("another effect", "what is dispatched is not the effect that was described", Rule.ApprovedEffect)
        {
            Execute = (world, effect, key) => world.DispatchAsync(
                new Effect(
                    effect.Action, effect.Adapter, effect.Target, JsonObject.Of(("name", "c"), ("value", "1")), effect.Resources, "oops"),
                key),
        },
    ];

    private static SeededBug Holds(string name, string breaks, Rule rule, string? until, params ImmutableArray<string> kinds) =>
        new(name, breaks, rule) { Store = (run, _, store) => new HoldingStore(run, store, kinds, until) };

    private static SeededBug Alters(string name, string breaks, Rule rule, string kind, Func<Append, Append> alter) =>
        new(name, breaks, rule)
        {
            Store = (_, _, store) => new AlteringStore(store, append => Has(append, kind) ? alter(append) : append),
        };

    private static SeededBug Compares(string name, string breaks, Rule rule, string kind, Func<StreamId, bool> which) =>
        Alters(name, breaks, rule, kind, append => Without(append, kind, which));

    private static SeededBug Forgets(string name, string breaks, Rule rule, RefusalCode code, Func<SimRun, PlanRecord, bool>? when = null) =>
        new(name, breaks, rule)
        {
            Parts = (run, parts) => parts with
            {
                Gate = new ForgetfulGate(run, parts, code, (_, plan) => when?.Invoke(run, plan) ?? true).EvaluateAsync,
            },
        };

    private static Append Without(Append append, string kind, Func<StreamId, bool> which) =>
        Has(append, kind) ? append with { Reads = [.. append.Reads.Where(read => !which(read.Stream))] } : append;

    private static bool Has(Append append, string kind) => append.Events.Any(e => e.Text(EventKinds.KindField) == kind);

    private static PlanId? AnyProposed(SimRun run) =>
        run.Oracle.Model.Plans.Values.FirstOrDefault(plan => plan.Status == "proposed") is { } plan && PlanId.TryParse(plan.Id, out var id)
            ? id
            : null;
}
