using Interlock.Ledger;
using Interlock.Sessions;

namespace Interlock.Tests.Faults.Simulation;

/// <summary>
/// Who acts in a history besides the executors: an agent that retries, a person who decides and stops everything, a sweeper. Each
/// is a process; one that dies is started again and goes on with what it had not done.
/// </summary>
internal sealed class Actors(SimRun run)
{
    private const int Rounds = 6;

    private readonly Dictionary<SimProcess, Func<SimProcess, Task>> acting = [];
    private int agentRound;
    private int personRound;
    private int sweeperRound;
    private int patience = 100;

    private static Agent Olga { get; } =
        Agent.TryCreate("tester", "olga", out var agent) ? agent : throw new InvalidOperationException("a name for an agent");

    public void Begin()
    {
        Start("agent", AgentAsync);
        Start("person", PersonAsync);
        if (run.Scenario.Only is null)
        {
            Start("sweeper", SweepAsync);
        }
    }

    public void Restart(SimProcess dead)
    {
        if (acting.Remove(dead, out var act))
        {
            Start(dead.ToString().Split(' ')[0], act);
        }
    }

    public void Reconfigure() => Start("operator", async process =>
    {
        var parts = run.PartsOf(process);
        await Governance.RecordAsync(parts.Store, parts.Governing, run.Dice, default);
    });

    private void Start(string name, Func<SimProcess, Task> act)
    {
        var process = run.Spawn(name);
        acting.Add(process, act);
        process.Start(() => act(process), failure =>
        {
            run.Ended(process, failure);
            acting.Remove(process);
        });
    }

    private async Task AgentAsync(SimProcess process)
    {
        var asked = new List<Task>();
        var session = new AgentSession(run.PartsOf(process), Olga);
        var rules = run.Loaded;
        while (agentRound < Rounds)
        {
            if (run.Scenario.Only is not null && patience-- > 0
                && (asked.Exists(task => !task.IsCompleted) || run.Oracle.Model.Plans.Values.Any(plan => plan.Status == "proposed" || plan.Requested)))
            {
                // where one write after the other is to fail, no call may come too early and add another
                await Task.Delay(TimeSpan.FromMilliseconds(100), run.Scheduler.Clock);
                continue;
            }

            agentRound++;
            if (rules != run.Loaded)
            {
                session = new AgentSession(run.PartsOf(process), Olga);
                rules = run.Loaded;
            }

            if (run.Oracle.Model.Plans.Count == 0)
            {
                await TryAsync(() => ProposeAsync(session, PlanLinks.None));
            }
            else
            {
                await TryAsync(() => AgentActsAsync(session, asked));
            }

            await PauseAsync(400);
        }

        await Task.WhenAll(asked);
    }

    private async Task AgentActsAsync(AgentSession session, List<Task> asked)
    {
        var plan = AnyPlan();
        switch (run.Dice.Below(run.Scenario.Only is null ? 20 : 10))
        {
            case < 10:
                asked.Add(TryAsync(() => ExecuteAsync(session, plan, default)));
                break;
            case < 13:
                using (var gone = new CancellationTokenSource())
                {
                    // an agent that loses patience, and asks again later
                    var execution = TryAsync(() => ExecuteAsync(session, plan, gone.Token));
                    await PauseAsync(100);
                    await gone.CancelAsync();
                    await execution;
                }

                break;
            case 13 when run.Scenario.Mischief:
                if ((await session.WithdrawAsync(plan, default)).TryGet(out _, out _))
                {
                    run.Oracle.Told(EventKinds.Withdrawn, plan.ToString());
                }

                break;
            case 14 when run.Scenario.Mischief:
                await ProposeAsync(session, PlanLinks.None with { Supersedes = plan });
                break;
            default:
                if (run.Oracle.Model.Plans.Count < 2)
                {
                    await ProposeAsync(session, PlanLinks.None);
                }

                break;
        }
    }

    private async Task ProposeAsync(AgentSession session, PlanLinks links)
    {
        var shape = run.Scenario.Only ?? run.Dice.Pick(Shape.All);
        if ((await session.ProposeAsync(shape.Body, links, default)).TryGet(out var proposal, out _) && proposal.Plan is not null)
        {
            run.Oracle.Told(EventKinds.Proposed, proposal.Id.ToString());
        }
    }

    private async Task ExecuteAsync(AgentSession session, PlanId plan, CancellationToken gone)
    {
        var answer = await session.ExecuteAsync(plan, null, gone);
        run.Trace(null, $"execute of {plan} answers {answer.Text("status")} {answer.Text("reason")}");
        if (answer.Text("status") is "executed" or "halted")
        {
            run.Oracle.Told(answer.Text("status") == "executed" ? EventKinds.ExecutionComplete : EventKinds.Halt, plan.ToString());
        }
    }

    private async Task PersonAsync(SimProcess process)
    {
        var session = new ReviewSession(run.PartsOf(process));
        var rules = run.Loaded;
        while (personRound < Rounds)
        {
            if (rules != run.Loaded)
            {
                session = new ReviewSession(run.PartsOf(process));
                rules = run.Loaded;
            }

            var round = personRound;
            await TryAsync(() => BrakeAsync(session, round));
            personRound = round + 1;
            foreach (var plan in run.Oracle.Model.Plans.Values.ToArray())
            {
                await TryAsync(() => DecideAsync(session, plan));
            }

            await PauseAsync(500);
        }
    }

    private async Task BrakeAsync(ReviewSession session, int round)
    {
        if (round == run.Scenario.StopAt && (await session.StopAllAsync("rita", "smoke", default)).TryGet(out var stop, out _))
        {
            run.Oracle.Told(EventKinds.Stopped, stop.Event.Text("plan_id") ?? "");
        }

        if (round == run.Scenario.ResumeAt && (await session.ResumeAllAsync("rita", null, default)).TryGet(out _, out _))
        {
            run.Oracle.Told(EventKinds.Resumed, "");
        }
    }

    private async Task DecideAsync(ReviewSession session, ModelPlan plan)
    {
        _ = PlanId.TryParse(plan.Id, out var id);
        if (plan.InDoubt && run.Dice.Percent(60))
        {
            if ((await session.ResolveAsync(id, run.Dice.Pick(Outcomes), "rita", null, default)).TryGet(out _, out _))
            {
                run.Oracle.Told(EventKinds.Resolved, plan.Id);
            }
        }
        else if (run.Scenario.Mischief && plan.Status is "proposed" or "approved" && run.Dice.Percent(4))
        {
            if ((await session.RejectAsync(id, "rita", "no", default)).TryGet(out _, out _))
            {
                run.Oracle.Told(EventKinds.Rejected, plan.Id);
            }
        }
        else if (plan.Status == "proposed" && (run.Scenario.Only is not null || run.Dice.Percent(85))
            && (await session.ReviewAsync(id, default)).TryGet(out var review, out _)
            && (await session.ApproveAsync(review, "rita", "looks right", default)).TryGet(out _, out _))
        {
            run.Oracle.Told(EventKinds.Approved, plan.Id);
        }
    }

    private static string[] Outcomes { get; } = ["happened", "did_not", "unknown"];

    private async Task SweepAsync(SimProcess process)
    {
        while (sweeperRound++ < Rounds)
        {
            var parts = run.PartsOf(process);
            foreach (var plan in run.Oracle.Model.Plans.Values.Where(plan => plan.Status is "proposed" or "approved").ToArray())
            {
                _ = PlanId.TryParse(plan.Id, out var id);
                await TryAsync(async () =>
                {
                    if ((await parts.Plans.ReadAsync(id, default)).TryGet(out var record, out _) && parts.Decisions.IsOverdue(record))
                    {
                        await parts.Decisions.ExpireAsync(record, default);
                    }
                });
            }

            await PauseAsync(900);
        }
    }

    /// <summary>A call that the store's failure ended is a call without an answer; whoever made it lives.</summary>
    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
        }
    }

    /// <summary>Waits for a while, or for a few steps of others: time passes only when nobody can run, and races are nearer than that.</summary>
    private async Task PauseAsync(int most)
    {
        if (run.Dice.Percent(50))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(run.Dice.Below(most)), run.Scheduler.Clock);
            return;
        }

        for (var i = run.Dice.Below(40); i > 0; i--)
        {
            await Task.Yield();
        }
    }

    private PlanId AnyPlan()
    {
        var all = run.Oracle.Model.Plans.Values.ToArray();
        var approved = Array.FindAll(all, plan => plan.Status == "approved");
        return PlanId.TryParse(run.Dice.Pick(approved.Length > 0 && run.Dice.Percent(70) ? approved : all).Id, out var id)
            ? id
            : throw new InvalidOperationException("an id that is none");
    }
}
