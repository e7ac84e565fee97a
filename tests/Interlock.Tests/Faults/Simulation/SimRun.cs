using System.Text;
using Interlock.Canonical;
using Interlock.Execution;
using Interlock.Ledger;
using Interlock.Release;
using Interlock.Sessions;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>One history: a machine with its disk, clock, world and processes, all of it from one seed.</summary>
internal sealed class SimRun
{
    private const int MostSteps = 30_000;

    private readonly List<string>? trace;
    private readonly List<SimProcess> all = [];
    private readonly Dictionary<SimProcess, CancellationTokenSource> executors = [];
    private readonly Actors actors;
    private int born;
    private int blows;
    private int powerFailsAt = -1;
    private int backAt = -1;
    private TimeSpan astray;
    private bool quiet = true;
    private bool lost;
    private Sha256Digest instance;

    private SimRun(ulong seed, Func<Dice, Scenario> scenario, SeededBug bug, bool tracing)
    {
        Seed = seed;
        Bug = bug;
        trace = tracing ? [] : null;
        Dice = new Dice(seed);
        Scenario = scenario(Dice);
        Scheduler = new SimScheduler(Dice) { BeforeStep = BeforeStep };
        World = new SimWorld(this);
        Disk = new Disk(this);
        Oracle = new Oracle(this);
        actors = new Actors(this);
        SimWorld.Current = World;
    }

    public ulong Seed { get; }

    public Dice Dice { get; }

    public Scenario Scenario { get; }

    public SeededBug Bug { get; }

    public SimScheduler Scheduler { get; }

    public Disk Disk { get; }

    public SimWorld World { get; }

    public Oracle Oracle { get; }

    /// <summary>Every fault that was met, with the first kind of entry that it struck.</summary>
    public List<(int Write, string Kind, WriteFault Fault)> Met { get; } = [];

    /// <summary>Which rules a process that starts now loads.</summary>
    public Rules Loaded { get; private set; } = Rules.All[0];

    /// <summary>What happened, where it was asked for.</summary>
    public string History => trace is null ? string.Empty : string.Join('\n', trace);

    public static SimRun Of(ulong seed, Func<Dice, Scenario>? scenario = null, SeededBug? bug = null, bool tracing = false)
    {
        var run = new SimRun(seed, scenario ?? Scenario.From, bug ?? SeededBug.None, tracing);
        run.Play();
        return run;
    }

    public void Trace(SimProcess? who, string what) =>
        trace?.Add($"{Scheduler.Steps,5} {Scheduler.Clock.GetUtcNow():dd HH:mm:ss.fff} {who?.ToString() ?? "",-14} {what}");

    public WriteFault FaultOf(int write, Append append) =>
        quiet ? WriteFault.None
        : Bug.PowerFailsAfter is { } kind && append.Events.Any(e => e.Text(EventKinds.KindField) == kind) && Dice.Percent(25)
            ? WriteFault.PowerLoss
        : Scenario.Faults.GetValueOrDefault(write - 1);

    public SimProcess Spawn(string name)
    {
        var process = Scheduler.Process($"{name} {++born}");
        all.RemoveAll(old => !old.Alive);
        all.Add(process);
        return process;
    }

    /// <summary>What the engine of a process is composed of.</summary>
    public EngineParts PartsOf(SimProcess process)
    {
        var rules = Loaded;
        return new EngineParts(
            new EngineOptions
            {
                Store = new WitnessedStore(Bug.Store(this, process, new SimStore(this, process)), Oracle),
                Policy = rules.Policy,
                Catalog = rules.Catalog,
                Clock = Scheduler.Clock,
                Random = Dice,
                AllowUnsignedApprovals = true,
                Configuration = rules.Digest,
                StartExecutor = () => StartExecutor(TimeSpan.FromSeconds(3)),
                StageProcessesGone = (key, _) => World.GoneAsync(key),
                Scheduler = process.Tasks,
            },
            rules.Validator,
            instance);
    }

    /// <summary>Takes the executor's role in a process of its own, where the lock is free.</summary>
    public void StartExecutor(TimeSpan idle, bool asIfUnlocked = false)
    {
        if (executors.Count > 0 && !asIfUnlocked && !(Bug.NoLock && executors.Count < 3))
        {
            return;
        }

        var process = Spawn("executor");
        var shutdown = new CancellationTokenSource();
        executors.Add(process, shutdown);
        process.Start(() => ExecuteAsync(process, idle, shutdown.Token), failure => Ended(process, failure));
    }

    public void Kill(SimProcess process)
    {
        Trace(process, "dies");
        process.Kill();
        executors.Remove(process);
        World.Killed(process);
        if (!quiet)
        {
            actors.Restart(process);
        }
    }

    public void PowerFailsSoon() => powerFailsAt = Scheduler.Steps + Dice.Below(5);

    /// <summary>A process came to its end. What the store throws ends a process, and so may only that.</summary>
    public void Ended(SimProcess process, Exception? failure)
    {
        Trace(process, failure is null ? "ends" : $"ends with {failure.GetType().Name}");
        if (failure is not (null or IOException or OperationCanceledException))
        {
            Oracle.Break(Rule.EverythingEnds, $"`{process}` ended with {failure}");
        }

        process.Kill();
        executors.Remove(process);
    }

    /// <summary>Somebody with the disk in hand changes what was approved, the moment it is.</summary>
    public bool TamperOnApproval(LedgerEntry approved)
    {
        var name = Scenario.Tampering switch
        {
            Tampering.None => null,
            Tampering.Body => "plan_hash",
            Tampering.Statement => "statements",
        };
        if (name is null || !Sha256Digest.TryParse(
            approved.Event[name] is JsonArray { Items: [JsonString first] } ? first.Value : approved.Event.Text(name), out var digest))
        {
            return false;
        }

        var bytes = Disk.Done(Disk.Inner.ReadBlobAsync(digest, default)).TryGet(out var blob, out _) ? blob : default;
        var changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span)
            .Replace("\"a\"", "\"c\"", StringComparison.Ordinal)
            .Replace("rita", "olga", StringComparison.Ordinal));
        Disk.Tampered[digest] = changed;
        return !bytes.Span.SequenceEqual(changed);
    }

    private void Play()
    {
        var setup = Spawn("setup");
        setup.Start(SetUpAsync, failure => Ended(setup, failure));
        Scheduler.Run(MostSteps);
        quiet = false;
        if (Scenario.Racing)
        {
            StartExecutor(TimeSpan.FromSeconds(2));
            StartExecutor(TimeSpan.FromSeconds(2), asIfUnlocked: true);
            Scheduler.Run(MostSteps, () => Disk.Waiting == 2);
        }

        actors.Begin();
        Finish(Scheduler.Run(MostSteps, () => lost));
        if (lost)
        {
            return;
        }

        // all is well again: whoever holds the lock next brings to an end whatever was left
        quiet = true;
        powerFailsAt = -1;
        backAt = -1;
        World.Calm = true;
        var behind = Oracle.Model.Latest - Scheduler.Clock.GetUtcNow();
        Scheduler.Clock.Jump(behind > TimeSpan.Zero ? behind : TimeSpan.Zero);
        if (Oracle.Model.Plans.Values.Any(plan => plan.Status == "executing" || plan.Requested))
        {
            StartExecutor(TimeSpan.FromSeconds(3));
        }

        Finish(Scheduler.Run(MostSteps, () => lost));
        Oracle.AtTheEnd();
    }

    private void Finish(bool rested)
    {
        if (!rested)
        {
            Oracle.Break(Rule.EverythingEnds, "somebody runs for ever");
        }
    }

    private async Task SetUpAsync()
    {
        var process = (SimProcess?)SynchronizationContext.Current ?? throw new InvalidOperationException("no process");
        var recorded = await Governance.RecordAsync(new SimStore(this, process), PartsOf(process).Governing, Dice, default);
        instance = recorded.TryGet(out var governance, out var refusal) ? governance.Instance.Genesis : throw new InvalidOperationException(refusal.Message);
    }

    private async Task ExecuteAsync(SimProcess process, TimeSpan idle, CancellationToken shutdown)
    {
        var parts = PartsOf(process);
        await Governance.RecordAsync(parts.Store, parts.Governing, Dice, default);
        using var ledger = new VerifiedLedger(Bug.View(this, parts.Store));
        var refusal = await new PlanExecutor(Bug.Parts(this, parts.ForExecutor(ledger, witnessing: null))).RunAsync(idle, shutdown);
        Trace(process, refusal?.Message ?? "nothing is left to do");
    }

    private void BeforeStep()
    {
        Disk.Poll();
        if (powerFailsAt >= 0 && Scheduler.Steps >= powerFailsAt)
        {
            powerFailsAt = -1;
            FailPower();
        }

        if (backAt >= 0 && Scheduler.Steps >= backAt)
        {
            backAt = -1;
            Scheduler.Clock.Jump(-astray);
        }

        while (!quiet && blows < Scenario.Blows.Count && Scenario.Blows[blows].Step <= Scheduler.Steps)
        {
            Strike(Scenario.Blows[blows++].Blow);
        }
    }

    private void FailPower()
    {
        Trace(null, "the power fails");
        Oracle.PowerLoss();
        lost = Disk.Synced < Disk.Size;
        foreach (var process in all.Where(process => process.Alive).ToArray())
        {
            Kill(process);
        }
    }

    private void Strike(Blow blow)
    {
        Trace(null, $"{blow}");
        switch (blow)
        {
            case Blow.ClockForward:
                Scheduler.Clock.Jump(TimeSpan.FromMinutes(20 + Dice.Below(100)));
                break;
            case Blow.ClockBack:
                Scheduler.Clock.Jump(-TimeSpan.FromMinutes(20 + Dice.Below(100)));
                break;
            case Blow.ClockAstray:
                astray = TimeSpan.FromMinutes(61 + Dice.Below(60));
                Scheduler.Clock.Jump(astray);
                backAt = Scheduler.Steps + 5 + Dice.Below(60);
                break;
            case Blow.KillAnExecutor when executors.Count > 0:
                Kill(executors.Keys.ElementAt(Dice.Below(executors.Count)));
                break;
            case Blow.KillAnyone when all.FindAll(process => process.Alive) is { Count: > 0 } living:
                Kill(Dice.Pick(living));
                break;
            case Blow.EndAnExecutor when executors.Count > 0:
                executors.Values.ElementAt(Dice.Below(executors.Count)).Cancel();
                break;
            case Blow.NewConfiguration:
                Loaded = Rules.All[Dice.Below(Rules.All.Length)];
                actors.Reconfigure();
                break;
            case Blow.None or Blow.KillAnExecutor or Blow.KillAnyone or Blow.EndAnExecutor:
                break;
        }
    }
}
