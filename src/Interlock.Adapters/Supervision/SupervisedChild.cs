using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Adapters.Supervision;

/// <summary>The engine's side of a supervisor process.</summary>
internal sealed class SupervisedChild : IDisposable
{
    /// <summary>The variable that every process of a stage's tree carries, its supervisor too.</summary>
    public const string StageVariable = "INTERLOCK_STAGE";

    private static readonly TimeSpan GreetingBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(10);

    private readonly MemoryStream output = new();
    private readonly MemoryStream both = new();

    /// <summary>Whether the supervisor has said that nothing of the tree is alive, or was never told to start anything.</summary>
    private bool isOver;

    private SupervisedChild()
    {
    }

    /// <summary>Runs one child to its end.</summary>
    /// <param name="command">How a supervisor is started.</param>
    /// <param name="request">What it runs.</param>
    /// <param name="stage">The value of <see cref="StageVariable"/>.</param>
    /// <param name="records">Where the supervisor is written down before it starts anything; null for a probe, which changes nothing.</param>
    /// <param name="timeout">After this the whole tree is killed.</param>
    /// <param name="time">The clock of the bounds.</param>
    /// <param name="cancellationToken">Kills the tree too; for probes only.</param>
    public static async Task<ChildResult> RunAsync(
        SupervisorCommand command,
        ChildRequest request,
        string stage,
        StageRecords? records,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var carried = request with { Variables = request.Variables.SetItem(StageVariable, stage) };
        Process process;
        try
        {
            process = await Launcher.StartAsync(StartInfo(command, stage));
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return new ChildResult.NotStarted($"the supervisor process could not be started: {SpawnReason.Of(failure)}");
        }

        using (process)
        {
            using var child = new SupervisedChild();
            if (records?.Write(stage, process.Id) is { } fault)
            {
                process.Kill(entireProcessTree: true);
                return new ChildResult.NotStarted($"the supervisor process was started and ended again, because {fault}");
            }

            var result = await child.FollowAsync(process, carried, timeout, time, cancellationToken);
            if (child.isOver)
            {
                records?.Remove(stage);
            }

            return result;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        output.Dispose();
        both.Dispose();
    }

    private static ProcessStartInfo StartInfo(SupervisorCommand command, string stage)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            CreateNoWindow = true,
        };
        foreach (var name in start.Environment.Keys.ToArray())
        {
            // only what the runtime needs to find itself: a start-up hook or a profiler in the engine's environment stays out
            if (!name.StartsWith("DOTNET_ROOT", StringComparison.Ordinal) && name is not ("PATH" or "SystemRoot" or "TMPDIR"))
            {
                start.Environment.Remove(name);
            }
        }

        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        start.Environment[StageVariable] = stage;
        return start;
    }

    private async Task<ChildResult> FollowAsync(
        Process process, ChildRequest request, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var reports = process.StandardOutput.BaseStream;
        try
        {
            using var greeting = new CancellationTokenSource(GreetingBound, time);
            // a pipe's own reads and writes do not all honour a token on every system: the waits do
            await Task.Run(() => Frame.Write(process.StandardInput.BaseStream, FrameKind.Run, request.Write()), greeting.Token)
                .WaitAsync(greeting.Token);
            var hello = await Frame.ReadAsync(reports).WaitAsync(greeting.Token);
            if (hello.Kind == FrameKind.SpawnFailed)
            {
                isOver = true;
                return new ChildResult.NotStarted(Encoding.UTF8.GetString(hello.Payload));
            }

            if (hello.Kind != FrameKind.Hello || !hello.Payload.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(SupervisorCommand.Greeting)))
            {
                return NoSupervisor(process);
            }
        }
        catch (IOException)
        {
            // whoever does not read its request to the end has started nothing
            return NoSupervisor(process);
        }
        catch (OperationCanceledException)
        {
            // not `NotStarted`: the greeting may be on its way, and the child is started right after it
            process.Kill(entireProcessTree: true);
            return Lost("the supervisor of the command did not answer in time and was killed; whether it had started the command is not known");
        }

        return await FollowChildAsync(process, reports, timeout, time, cancellationToken);
    }

    private ChildResult.NotStarted NoSupervisor(Process process)
    {
        isOver = true;
        process.Kill(entireProcessTree: true);
        return new ChildResult.NotStarted(
            "the program that was started as supervisor is none; call `Supervisor.TryRun` first in its `Main`");
    }

    private async Task<ChildResult> FollowChildAsync(
        Process process, Stream reports, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var bound = new CancellationTokenSource();
        await using var stop = either.Token.UnsafeRegister(
            _ =>
            {
                // closing the control pipe is the request to kill the tree; what it printed until then is still read
                process.StandardInput.Close();
                bound.CancelAfter(KillBound);
            },
            null);
        try
        {
            while (true)
            {
                var frame = await Frame.ReadAsync(reports).WaitAsync(bound.Token);
                switch (frame.Kind)
                {
                    case FrameKind.Spawned:
                        break;
                    case FrameKind.SpawnFailed:
                        isOver = true;
                        return new ChildResult.NotStarted(Encoding.UTF8.GetString(frame.Payload));
                    case FrameKind.Output:
                        output.Write(frame.Payload);
                        both.Write(frame.Payload);
                        break;
                    case FrameKind.ErrorOutput:
                        both.Write(frame.Payload);
                        break;
                    case FrameKind.Done:
                        isOver = true;
                        return Done(frame.Payload, timeout, deadline.IsCancellationRequested);
                    case FrameKind.Unknown:
                    case FrameKind.Run:
                    case FrameKind.Hello:
                    default:
                        return Lost("the supervisor of the command was lost");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // only `bound` is waited with, and only a request to stop sets it
            return Lost("the command was told to stop and did not end in time");
        }
        catch (IOException broken)
        {
            return Lost($"the supervisor of the command was lost: {broken.Message}");
        }
    }

    private ChildResult Done(byte[] payload, TimeSpan timeout, bool late)
    {
        if (!JsonReader.TryReadCanonical(payload, JsonReadOptions.PlanBody, out var value, out _)
            || value is not JsonObject json
            || json["exit_code"] is not JsonNumber exitCode
            || json["killed"] is not JsonNumber killed
            || json["dropped_output"] is not JsonNumber droppedOutput
            || json["dropped_error"] is not JsonNumber droppedError
            || json["stopped"] is not JsonBoolean stopped)
        {
            return Lost("the supervisor of the command gave a report that cannot be read");
        }

        var captured = new Captured(output.ToArray(), both.ToArray(), (long)(droppedOutput.Value + droppedError.Value));
        return stopped.Value
            ? new ChildResult.Stopped(
                late
                    ? $"the command did not end within {timeout.TotalSeconds:0.###} s; it and all its descendants were killed"
                    : "the command was stopped; it and all its descendants were killed",
                captured)
            : new ChildResult.Ended((int)exitCode.Value, (int)killed.Value, captured);
    }

    private ChildResult.Stopped Lost(string reason) => new(reason, new Captured(output.ToArray(), both.ToArray(), 0));
}
