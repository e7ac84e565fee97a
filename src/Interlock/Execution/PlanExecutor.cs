using System.Collections.Immutable;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;

namespace Interlock.Execution;

/// <summary>
/// The executor's role: recovers what a crash left, writes down what is overdue, runs what was asked for. There is one at a
/// time, the holder of the executor lock; and even two would run a plan once, because the claim is compared.
/// </summary>
internal sealed class PlanExecutor(ExecutionParts parts)
{
    private const int MaxRuns = 64;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly Dictionary<PlanId, Task<bool>> runs = [];
    private readonly HashSet<PlanId> ended = [];
    private readonly HashSet<PlanId> claimed = [];
    private readonly HashSet<PlanId> recovering = [];
    private readonly Recovery recovery = new(parts);
    private volatile Refusal? stuck;

    public async Task<Refusal?> RunAsync(TimeSpan idle, CancellationToken shutdown)
    {
        try
        {
            var read = await parts.Ledger.ReadAsync(
                state => state.Unfinished.Where(plan => plan.Status == PlanStatus.Executing).Select(plan => plan.Id).ToList(),
                CancellationToken.None);
            if (!read.TryGet(out var left, out var refusal))
            {
                return refusal;
            }

            // whoever claimed these held the role before: their runs are gone
            claimed.UnionWith(left);
            refusal = await LoopAsync(idle, shutdown);
            await Task.WhenAll(runs.Values);
            return refusal ?? stuck;
        }
        finally
        {
            // however this ends, the role is given up only when nothing runs any more: the next holder recovers what it finds
            await Task.WhenAll(runs.Values);
        }
    }

    private async Task<Refusal?> LoopAsync(TimeSpan idle, CancellationToken shutdown)
    {
        var lastWork = parts.Clock.GetTimestamp();
        while (!shutdown.IsCancellationRequested)
        {
            Sweep();
            var read = await parts.Ledger.ReadAsync(Look, CancellationToken.None);
            if (!read.TryGet(out var seen, out var refusal))
            {
                return refusal;
            }

            ended.Clear();
            claimed.Clear();
            foreach (var plan in seen.Left)
            {
                // beside the runs, not before them: one plan that cannot be recovered yet must not keep all others from running
                recovering.Add(plan.Id);
                runs[plan.Id] = RecoverAsync(plan);
            }

            if (seen.Governance is null || !parts.Governing.IsWhat(seen.Governance))
            {
                // a newer configuration was recorded: whoever loaded it takes over once the runs under way have halted
                break;
            }

            var hasExpired = await ExpireAsync(seen.Overdue);
            foreach (var plan in seen.Lapsing)
            {
                await parts.Decisions.LapseAsync(plan, CancellationToken.None);
            }

            Start(seen.Requested, shutdown);
            if (runs.Count > recovering.Count || !seen.Requested.IsEmpty || hasExpired)
            {
                lastWork = parts.Clock.GetTimestamp();
            }
            else if (idle != Timeout.InfiniteTimeSpan && parts.Clock.GetElapsedTime(lastWork) >= idle)
            {
                break;
            }

            await WaitAsync(seen.Size, shutdown);
        }

        return null;
    }

    /// <summary>
    /// What there is to do. A run that claimed, ended and left its plan executing could not write its end: it is recovered here and not
    /// only by the next process. A request whose run ended without an answer is taken up again in the next round, not at once.
    /// </summary>
    private Sight Look(LedgerState state) => new(
        state.Head.Size,
        state.Governance,
        [.. state.Requested.Where(id => !runs.ContainsKey(id) && !ended.Contains(id))],
        [.. state.Unfinished.Where(parts.Decisions.IsOverdue)],
        [.. state.Unfinished.Where(plan => !parts.Decisions.IsOverdue(plan) && !parts.Decisions.Lapsed(plan).IsEmpty)],
        [.. state.Unfinished.Where(plan => plan.Status == PlanStatus.Executing && claimed.Contains(plan.Id) && !runs.ContainsKey(plan.Id))]);

    private void Start(ImmutableArray<PlanId> requested, CancellationToken shutdown)
    {
        foreach (var id in requested)
        {
            if (runs.Count == MaxRuns)
            {
                return;
            }

            runs[id] = RunPlanAsync(id, shutdown);
        }
    }

    /// <returns>Always true: whether the plan was halted is looked up in the next round.</returns>
    private async Task<bool> RecoverAsync(PlanRecord plan)
    {
        await Task.Yield();
        stuck = await recovery.HaltAsync(plan);
        if (stuck is not null)
        {
            await Task.Delay(Beat, parts.Clock, CancellationToken.None);
        }

        return true;
    }

    /// <summary>Gate, claim, run. A refusal before the claim is the answer to the request; after it the run speaks for itself.</summary>
    /// <returns>Whether the plan was claimed, or may have been.</returns>
    private async Task<bool> RunPlanAsync(PlanId id, CancellationToken shutdown)
    {
        await Task.Yield();
        if (shutdown.IsCancellationRequested)
        {
            // a claim now would only burn the approval: the request stays for the next holder of the role
            return false;
        }

        if (!(await parts.Gate(id, CancellationToken.None)).TryGet(out var permit, out var refusal))
        {
            await AnswerAsync(id, refusal);
            return false;
        }

        var executor = new StagedExecutor(parts);
        if (!(await executor.RunAsync(permit, shutdown)).TryGet(out _, out refusal) && refusal.Code != RefusalCode.Busy)
        {
            await AnswerAsync(id, refusal);
        }

        return executor.MayHaveClaimed;
    }

    /// <summary>
    /// Writes a refusal down so that whoever waits is answered. A plan that has meanwhile left the state takes no such event
    /// and needs none; when the ledger itself cannot be written there is nobody to tell, and the request stays open.
    /// </summary>
    private async Task AnswerAsync(PlanId id, Refusal refusal)
    {
        await parts.Decisions.DecideAsync(
            id,
            plan => Task.FromResult<Result<Append>>(
                plan is { Status: PlanStatus.Approved } && refusal.Code == RefusalCode.Expired && parts.Decisions.IsOverdue(plan)
                    ? new Append { Events = [PlanEvents.Expired(plan)] }
                : PlanLifecycle.Allows(plan.Status, EventKinds.ReleaseRefused)
                    ? new Append { Events = [PlanEvents.NotReleased(id, refusal)] }
                    : refusal),
            CancellationToken.None);
    }

    /// <returns>Whether any could be written down. Where a clock was set back none can be for hours, which is no work to stay for.</returns>
    private async Task<bool> ExpireAsync(ImmutableArray<PlanRecord> overdue)
    {
        var any = false;
        foreach (var plan in overdue)
        {
            any |= (await parts.Decisions.ExpireAsync(plan, CancellationToken.None)).Code == RefusalCode.Expired;
        }

        return any;
    }

    private async Task WaitAsync(long size, CancellationToken shutdown)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        var grown = parts.Store.WaitAsync(size, Beat, wake.Token);
        await Task.WhenAny([grown, .. runs.Values]);
        await wake.CancelAsync();
        try
        {
            await grown;
        }
        catch (OperationCanceledException)
        {
            // woken by a run that ended, or by the shutdown: both are looked at next
        }
    }

    /// <summary>Forgets runs that have ended; one that ended with an exception is our bug and must be seen.</summary>
    private void Sweep()
    {
        foreach (var (id, run) in runs.Where(pair => pair.Value.IsCompleted).ToArray())
        {
            runs.Remove(id);
            ended.Add(id);
            recovering.Remove(id);
            if (run.GetAwaiter().GetResult())
            {
                claimed.Add(id);
            }
        }
    }

    private sealed record Sight(
        long Size,
        GovernanceState? Governance,
        ImmutableArray<PlanId> Requested,
        ImmutableArray<PlanRecord> Overdue,
        ImmutableArray<PlanRecord> Lapsing,
        ImmutableArray<PlanRecord> Left);
}
