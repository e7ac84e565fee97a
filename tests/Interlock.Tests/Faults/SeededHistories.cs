using System.Collections.Concurrent;
using System.Globalization;
using Interlock.Ledger;
using Interlock.Tests.Faults.Simulation;

namespace Interlock.Tests.Faults;

/// <summary>
/// Histories of two executors, an agent that retries, a person who decides and stops everything, and a sweeper, with faults in
/// their writes, killed processes, lost power, clocks set forward and back: each from its seed, each measured by every rule.
/// See <c>docs/testing.md</c>.
/// </summary>
public sealed class SeededHistories
{
    private const ulong Usual = 100_000;

    private const ulong Quick = 10_000;

    /// <summary>Set to a seed, only that history is run, and shown.</summary>
    private static ulong? Asked { get; } =
        ulong.TryParse(
            Environment.GetEnvironmentVariable("INTERLOCK_FAULT_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : null;

    [Fact]
    public void Ten_thousand_seeded_histories_break_no_rule()
    {
        if (Asked is { } seed)
        {
            var run = SimRun.Of(seed, tracing: true);
            Console.WriteLine(run.History);
            Assert.Empty(run.Oracle.Broken);
        }
        else
        {
            BreakNone(1, Quick);
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public void The_rest_of_a_hundred_thousand_seeded_histories_break_no_rule()
    {
        if (Asked is null)
        {
            BreakNone(Quick + 1, Usual * (ulong)Soak.Factor);
        }
    }

    [Fact]
    public void A_seed_is_one_history_and_another_seed_another()
    {
        for (var seed = 1ul; seed < 30; seed++)
        {
            var once = SimRun.Of(seed, tracing: true).History;
            Assert.Equal(once, SimRun.Of(seed, tracing: true).History);
            Assert.NotEqual(once, SimRun.Of(seed + 1, tracing: true).History);
        }
    }

    [Fact]
    [Trait("speed", "slow")]
    public void Histories_come_to_every_kind_of_end_and_meet_every_fault_in_every_write_of_a_run()
    {
        var ends = new HashSet<string>();
        var met = new HashSet<(string, WriteFault)>();
        for (var seed = 1ul; seed <= 6_000; seed++)
        {
            var run = SimRun.Of(seed);
            ends.UnionWith(run.Oracle.Model.Plans.Values.Select(plan => plan.InDoubt ? "in doubt" : plan.Status));
            met.UnionWith(run.Met.Select(write => (write.Kind, write.Fault)));
        }

        Assert.Superset(new HashSet<string> { "executed", "halted", "in doubt", "rejected", "expired", "approved", "proposed" }, ends);
        Assert.Superset(
            (from kind in WritesOfARun from fault in Enum.GetValues<WriteFault>() select (kind, fault)).ToHashSet(),
            met);
    }

    [Fact]
    public void Every_write_of_a_plan_of_two_stages_meets_every_fault_in_turn_and_no_rule_breaks()
    {
        string[] writes =
        [
            EventKinds.Proposed, EventKinds.StatementIssued, EventKinds.Countersigned, EventKinds.ExecutionRequested, EventKinds.ExecutionStart,
            EventKinds.StageIntent, EventKinds.StageOutcome, EventKinds.StageCommitted,
            EventKinds.StageIntent, EventKinds.StageOutcome, EventKinds.StageCommitted, EventKinds.ExecutionComplete,
        ];
        for (var write = 0; write < writes.Length; write++)
        {
            foreach (var fault in Enum.GetValues<WriteFault>())
            {
                for (var seed = 1ul; seed <= 10; seed++)
                {
                    var at = write;
                    var run = SimRun.Of(seed, _ => Scenario.Quiet(at, fault), tracing: true);

                    Assert.True(run.Met.Contains((write, writes[write], fault)), $"{fault} of write {write} was not met\n{run.History}");
                    Assert.True(run.Oracle.Broken.Count == 0, $"{fault} of write {write} ({writes[write]}), seed {seed}\n{run.History}");
                    Assert.True(fault != WriteFault.None || run.Oracle.Model.Plans.Values.Single().Status == "executed", run.History);
                }
            }
        }
    }

    private static string[] WritesOfARun =>
    [
        EventKinds.Proposed, EventKinds.StatementIssued, EventKinds.Countersigned, EventKinds.ExecutionRequested, EventKinds.ExecutionStart, EventKinds.StageIntent,
        EventKinds.StageOutcome, EventKinds.StageCommitted, EventKinds.Halt, EventKinds.ExecutionComplete, EventKinds.Stopped,
    ];

    private static void BreakNone(ulong first, ulong last)
    {
        var failed = new ConcurrentBag<ulong>();
        var next = (long)first - 1;
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            while (failed.IsEmpty && (ulong)Interlocked.Increment(ref next) is var seed && seed <= last)
            {
                if (!Holds(seed))
                {
                    failed.Add(seed);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (!failed.IsEmpty)
        {
            Assert.Fail(Story(failed.Min()));
        }
    }

    private static bool Holds(ulong seed)
    {
        try
        {
            return SimRun.Of(seed).Oracle.Broken.Count == 0;
        }
        catch (Exception)
        {
            // told in full when the seed is played again
            return false;
        }
    }

    private static string Story(ulong seed)
    {
        var run = SimRun.Of(seed, tracing: true);
        return $"""
            seed {seed} breaks {string.Join("; ", run.Oracle.Broken)}
            to see it again: INTERLOCK_FAULT_SEED={seed} {Environment.ProcessPath} -class {typeof(SeededHistories).FullName}

            {run.History}
            """;
    }
}
