using System.CommandLine;
using Interlock.Adapters.Supervision;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>executor</c>, hidden: the executor of embedded mode. It runs what was asked for, recovers what a crash left, writes down
/// what is overdue, and ends after some seconds without work. Started by whoever waits for a run.
/// </summary>
internal static class ExecutorCommand
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <summary>One that is about to end lets go of its lock within this time; one that is not makes this process needless.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static Command Create(Grammar grammar)
    {
        var detach = new Option<bool>(DetachedExecutor.DetachSwitch) { Hidden = true };
        var quiet = new Option<bool>(DetachedExecutor.QuietSwitch) { Hidden = true };
        var command = grammar.Command(
            DetachedExecutor.Command,
            "run what was approved and asked for, until nothing is left to do",
            run =>
            {
                if (run.Value(detach) || run.Value(quiet))
                {
                    OwnSession.Enter();
                }

                return run.Value(detach) ? Task.FromResult(Detach(run)) : RunAsync(run);
            },
            detach,
            quiet);
        command.Hidden = true;
        return command;
    }

    /// <summary>The process in between: starts the executor in a session of its own and ends.</summary>
    private static int Detach(Invocation run)
    {
        DetachedExecutor.Launch(
            [.. DetachedExecutor.Arguments(run.ConfigPath), DetachedExecutor.QuietSwitch], run.Around.WorkingDirectory);
        return Exit.Success;
    }

    private static async Task<int> RunAsync(Invocation run)
    {
        if (!run.TryConfigure(out var configuration))
        {
            return Exit.Configuration;
        }

        if (!DataFolder.Open(configuration.DataFolder).TryGet(out var folder, out var refusal))
        {
            return run.Refuse(refusal);
        }

        var log = new ExecutorLog(folder.Path, configuration.Clock);
        using var held = await TakeLockAsync(run, configuration, folder);
        if (held is null)
        {
            // there is one executor of a data folder, and it is another process
            return Exit.Success;
        }

        log.Write($"started, configuration {configuration.Digest}");
        try
        {
            if (!(await Installation.OpenAsync(configuration, run.Around, run.Stop)).TryGet(out var opened, out refusal))
            {
                log.Write($"cannot start: {refusal.Message}");
                return run.Refuse(refusal);
            }

            await using (opened)
            {
                refusal = await opened.Engine.RunExecutorAsync(Idle, run.Stop);
            }

            log.Write(
                refusal is not null ? $"ended: {refusal.Message}"
                : run.Stop.IsCancellationRequested ? "ended: asked to"
                : "ended: nothing left to do");
            return refusal is null ? Exit.Success : run.Refuse(refusal);
        }
        catch (Exception error) when (Noted(log, error))
        {
            // never reached: the filter only writes the bug down, where its console is /dev/null
            throw;
        }
    }

    private static bool Noted(ExecutorLog log, Exception error)
    {
        log.Write(error is OperationCanceledException ? "ended: asked to" : $"ended by a bug, please report it: {error}");
        return false;
    }

    private static async Task<ExecutorLock?> TakeLockAsync(Invocation run, InterlockConfiguration configuration, DataFolder folder)
    {
        var start = configuration.Clock.GetTimestamp();
        while (true)
        {
            if (folder.TryTakeExecutorLock(out var held))
            {
                return held;
            }

            if (configuration.Clock.GetElapsedTime(start) >= Patience)
            {
                return null;
            }

            await Task.Delay(Pause, configuration.Clock, run.Stop);
        }
    }
}
