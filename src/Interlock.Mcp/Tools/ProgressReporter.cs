using System.Threading.Channels;
using Interlock.Plans;
using ModelContextProtocol;

namespace Interlock.Mcp.Tools;

/// <summary>
/// Tells of a run's stages in order: one message when a stage starts, one when it is committed. What is told comes from the
/// ledger, so a caller that joins late is told of every stage all the same.
/// </summary>
internal sealed class ProgressReporter : IProgress<PlanRecord>
{
    /// <summary>
    /// The TypeScript SDK handles a response before the notifications that arrived in the same read, and drops those; the last
    /// notification gets a read of its own.
    /// </summary>
    private static readonly TimeSpan BeforeAnswer = TimeSpan.FromMilliseconds(20);

    private readonly Func<ProgressNotificationValue, Task> send;
    private readonly TimeProvider clock;
    private readonly Channel<ProgressNotificationValue> queue = Channel.CreateUnbounded<ProgressNotificationValue>();
    private readonly Task sender;
    private float last = -1;
    private int committed;

    /// <summary>Prepares.</summary>
    /// <param name="send">Sends one notification.</param>
    /// <param name="clock">The clock.</param>
    public ProgressReporter(Func<ProgressNotificationValue, Task> send, TimeProvider clock)
    {
        this.send = send;
        this.clock = clock;
        sender = Task.Run(SendAsync);
    }

    /// <summary>How many stages the plan has; null while that is not known.</summary>
    public int? Total { get; set; }

    /// <inheritdoc/>
    public void Report(PlanRecord value)
    {
        if (!PlanDocument.HasRun(value))
        {
            Tell(0, value.Status == PlanStatus.Approved ? "approved; waiting for the executor" : $"the plan is {value.Status.Word()}");
            return;
        }

        foreach (var stage in value.Stages.Skip(committed))
        {
            if (stage.Status == "committed")
            {
                committed++;
                Tell(committed, $"stage `{stage.Id}` committed");
            }
            else if (stage.Status == "running")
            {
                Tell(committed + 0.5f, $"stage `{stage.Id}` dispatched");
            }
            else
            {
                Tell(committed + 0.75f, $"stage `{stage.Id}` {stage.Status}");
            }
        }
    }

    /// <summary>Sends what is queued. The answer must come after it.</summary>
    public async Task FinishAsync()
    {
        queue.Writer.TryComplete();
        await sender;
        if (last >= 0)
        {
            await Task.Delay(BeforeAnswer, clock);
        }
    }

    private void Tell(float progress, string message)
    {
        // the protocol wants progress that grows; a join that sees the same stage twice says nothing the second time
        if (progress > last)
        {
            last = progress;
            queue.Writer.TryWrite(new ProgressNotificationValue { Progress = progress, Total = Total, Message = message });
        }
    }

    private async Task SendAsync()
    {
        await foreach (var value in queue.Reader.ReadAllAsync())
        {
            await send(value);
        }
    }
}
