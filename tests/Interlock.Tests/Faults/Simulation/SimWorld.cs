using System.Text;
using Interlock.Actions;
using Interlock.Checks;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>
/// Counters, set by effects that run in processes of their own: they outlive the executor that started them, until they are
/// killed or done. Probes may lie, say nothing or throw.
/// </summary>
internal sealed class SimWorld(SimRun run)
{
    [ThreadStatic]
    private static SimWorld? current;

    private readonly Dictionary<string, string> counters = new(StringComparer.Ordinal) { ["door"] = "open" };
    private readonly List<Flight> flights = [];
    private readonly HashSet<string> happened = new(StringComparer.Ordinal);
    private readonly HashSet<string> foundGone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Effect> dispatched = new(StringComparer.Ordinal);
    private readonly Dictionary<ModelPlan, IdempotencyKey> first = [];

    /// <summary>The world of the history that this thread runs.</summary>
    public static SimWorld Current
    {
        get => current ?? throw new InvalidOperationException("no history runs on this thread");
        set => current = value;
    }

    /// <summary>No more mischief.</summary>
    public bool Calm { get; set; }

    /// <summary>Whether the effect of a key has changed the world.</summary>
    public bool Happened(string key) => happened.Contains(key);

    /// <summary>Whether a process of an effect lives.</summary>
    public bool InFlight(string key) => flights.Exists(flight => flight.Key == key && flight.Process.Alive);

    /// <summary>The keys of the effects that touch a counter just now.</summary>
    public IEnumerable<string> Touching(string name) =>
        flights.Where(flight => flight.Name == name && flight.Process.Alive).Select(flight => flight.Key);

    public Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key) =>
        run.Bug.Execute is { } wrong ? wrong(this, effect, key) : DispatchAsync(effect, key);

    public async Task<StageOutcome> DispatchAsync(Effect effect, IdempotencyKey key)
    {
        await Task.Yield();
        if (Chance(3))
        {
            return new StageOutcome.NotDispatched("it did not start");
        }

        run.Oracle.Dispatched(effect, key.ToString());
        dispatched[key.ToString()] = effect;
        var engine = SynchronizationContext.Current as SimProcess;
        var end = new TaskCompletionSource<StageOutcome>();
        var flight = new Flight(key.ToString(), effect.Content.Text("name") ?? "?", run.Spawn($"stage of {engine}"), end);
        flights.Add(flight);
        run.Trace(flight.Process, $"begins {effect.Content} {key}");
        flight.Process.Start(() => ActAsync(flight, effect, engine, end), failure =>
        {
            flights.Remove(flight);
            if (failure is not null)
            {
                end.SetException(failure);
            }
        });
        return await end.Task;
    }

    /// <summary>For a seeded bug: the effect of a key once more, where it was dispatched.</summary>
    public Task AgainAsync(IdempotencyKey key) =>
        dispatched.TryGetValue(key.ToString(), out var effect) ? DispatchAsync(effect, key) : Task.CompletedTask;

    /// <summary>For a seeded bug: the first key of the run that a key belongs to.</summary>
    public IdempotencyKey FirstKeyOf(IdempotencyKey key)
    {
        if (run.Oracle.Model.Intents.GetValueOrDefault(key.ToString()) is not { } plan)
        {
            return key;
        }

        first.TryAdd(plan, key);
        return first[plan];
    }

    public async Task<Observation> ProbeAsync(Check check)
    {
        await Task.Yield();
        if (Chance(4))
        {
            return run.Dice.Below(4) switch
            {
                0 => throw new IOException("the probe broke"),
                1 => new Observation.Unanswered("no answer"),
                2 => new Observation.Seen(check.Expected),
                _ => new Observation.Seen("something else"),
            };
        }

        return counters.TryGetValue(check.Arguments.Text("name") ?? "?", out var value)
            ? new Observation.Seen(value)
            : new Observation.Unanswered("no such counter");
    }

    /// <summary>As the supervisor answers: whether nothing of an effect is alive, after a bounded wait.</summary>
    public async Task<bool> GoneAsync(IdempotencyKey key)
    {
        for (var i = 0; i < 3 && InFlight(key.ToString()); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), run.Scheduler.Clock);
        }

        var isGone = !InFlight(key.ToString());
        _ = isGone && foundGone.Add(key.ToString());
        return isGone;
    }

    /// <summary>Whether somebody who asked was told that nothing of an effect was alive: true then, whatever began afterwards.</summary>
    public bool WasFoundGone(string key) => foundGone.Contains(key);

    /// <summary>An executor that lives sees its stage's process die: what it did before is not known.</summary>
    public void Killed(SimProcess process) =>
        flights.Find(flight => flight.Process == process)?.End.TrySetException(new IOException("the process of the stage was killed"));

    private async Task ActAsync(Flight flight, Effect effect, SimProcess? engine, TaskCompletionSource<StageOutcome> end)
    {
        for (var i = run.Dice.Below(6); i >= 0; i--)
        {
            await Task.Yield();
            if (engine is { Alive: false } && run.Dice.Percent(20))
            {
                // the supervisor sees the end of the pipe and kills the group
                run.Trace(flight.Process, "killed");
                return;
            }
        }

        if (Chance(25))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(run.Dice.Below(1_000)), run.Scheduler.Clock);
        }

        if (Chance(12))
        {
            switch (run.Dice.Below(3))
            {
                case 0:
                    end.SetResult(new StageOutcome.Failed("it says no"));
                    return;
                case 1:
                    throw new IOException("broke before it did anything");
                default:
                    Apply(flight, effect);
                    throw new IOException("broke after it was done");
            }
        }

        Apply(flight, effect);
        await Task.Yield();
        flights.Remove(flight);
        end.SetResult(new StageOutcome.Succeeded("done", Encoding.UTF8.GetBytes("ok")));
    }

    private void Apply(Flight flight, Effect effect)
    {
        run.Trace(flight.Process, $"sets {effect.Content}");
        happened.Add(flight.Key);
        counters[flight.Name] = effect.Content.Text("value") ?? "?";
    }

    private bool Chance(int percent) => !Calm && run.Scenario.Mischief && run.Dice.Percent(percent);

    private sealed record Flight(string Key, string Name, SimProcess Process, TaskCompletionSource<StageOutcome> End);
}
