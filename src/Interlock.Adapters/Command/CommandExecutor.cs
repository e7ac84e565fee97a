using Interlock.Adapters.Declarations;
using Interlock.Adapters.Supervision;
using Interlock.Actions;

namespace Interlock.Adapters.Command;

/// <summary>Runs a program with an argument vector: no shell, ever.</summary>
internal sealed class CommandExecutor(Declaration declaration, CommandTemplate template, AdapterEnvironment environment)
    : AdapterExecutor(Adapter, declaration)
{
    public const string Adapter = "command";

    /// <inheritdoc/>
    public override Task<Preview> PreviewAsync(Effect effect, CancellationToken cancellationToken) =>
        Task.FromResult(new Preview(false, "a command has no preview: only running it shows what it does"));

    /// <inheritdoc/>
    public override async Task<StageOutcome> ExecuteAsync(Effect effect, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var content = CommandContent.From(effect.Content);
        if (cancellationToken.IsCancellationRequested)
        {
            return new StageOutcome.NotDispatched("cancelled before the command was started");
        }

        // from here on nobody's cancellation stops it: the timeout does
        return await CommandRun.RunAsync(content, key.ToString(), environment, CancellationToken.None) switch
        {
            ChildResult.NotStarted failed => new StageOutcome.NotDispatched($"the command was not started: {failed.Reason}"),
            ChildResult.Ended ended when content.Success.Contains(ended.ExitCode) =>
                new StageOutcome.Succeeded(Detail(ended), ended.Captured.Both),
            ChildResult.Ended ended => new StageOutcome.Failed(Detail(ended), ended.Captured.Both),
            ChildResult.Stopped stopped => new StageOutcome.InDoubt(stopped.Reason, stopped.Captured.Both),
            _ => throw new InvalidOperationException("the hierarchy of results is closed"),
        };
    }

    /// <inheritdoc/>
    protected override Result<Described> DescribeOne(Bound values, string path) =>
        template.Fill(values, path).TryGet(out var content, out var refusal)
            ? new Described(content.ToJson(), [], $"run {content.Shown}")
            : refusal;

    private static string Detail(ChildResult.Ended ended)
    {
        var detail = $"exit code {ended.ExitCode}";
        if (ended.Captured.Dropped > 0)
        {
            detail += $"; {ended.Captured.Dropped} bytes of output beyond the limit were not kept";
        }

        return ended.Killed switch
        {
            0 => detail,
            1 => $"{detail}; 1 process that it left behind was killed",
            var many => $"{detail}; {many} processes that it left behind were killed",
        };
    }
}
