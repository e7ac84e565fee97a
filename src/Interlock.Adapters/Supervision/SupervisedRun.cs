using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Adapters.Supervision;

/// <summary>One child inside a supervisor process: starts it, forwards what it prints, and leaves nothing alive behind it.</summary>
internal sealed class SupervisedRun(ChildRequest request, Stream control, Stream reports) : IDisposable
{
    private const int ChunkSize = 32 << 10;

    private static readonly TimeSpan ReapEvery = TimeSpan.FromSeconds(5);

    private readonly Lock reporting = new();
    private readonly ManualResetEventSlim over = new();
    private volatile bool stopped;

    /// <summary>Returns when the child has ended or was stopped, and no process of its tree is alive.</summary>
    public void Run()
    {
        using var child = Start();
        if (child is null)
        {
            return;
        }

        // in this order: a child that ends at once must find someone who listens
        child.Exited += (_, _) => over.Set();
        child.EnableRaisingEvents = true;
        Report(FrameKind.Spawned, Encoding.ASCII.GetBytes(child.Id.ToString(CultureInfo.InvariantCulture)));
        if (!OperatingSystem.IsLinux())
        {
            child.StandardInput.Close();
        }

        long droppedOutput = 0;
        long droppedError = 0;
        var output = new Thread(() => droppedOutput = Forward(child.StandardOutput.BaseStream, FrameKind.Output));
        var error = new Thread(() => droppedError = Forward(child.StandardError.BaseStream, FrameKind.ErrorOutput));
        var watch = new Thread(WaitForStop) { IsBackground = true };
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        output.Start();
        error.Start();
        watch.Start();
        while (!over.Wait(ReapEvery))
        {
            if (OperatingSystem.IsLinux())
            {
                ProcessTree.ReapOrphans(child.Id);
            }
        }

        var killed = EndTree(child);
        child.WaitForExit();
        output.Join();
        error.Join();
        Report(FrameKind.Done, CanonicalJson.Write(JsonObject.Of(
            ("dropped_error", droppedError),
            ("dropped_output", droppedOutput),
            ("exit_code", child.ExitCode),
            ("killed", killed),
            ("stopped", stopped))));
    }

    /// <inheritdoc/>
    public void Dispose() => over.Dispose();

    private static int EndTree(Process child)
    {
        if (OperatingSystem.IsLinux())
        {
            return ProcessTree.KillAll(child.Id);
        }

        // elsewhere there is no subreaper: what has detached itself is not found (said in docs/reference/adapters.md)
        child.Kill(entireProcessTree: true);
        return 0;
    }

    private Process? Start()
    {
        var start = new ProcessStartInfo(request.Argv[0], request.Argv.Skip(1))
        {
            WorkingDirectory = request.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = !OperatingSystem.IsLinux(),
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in request.Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start);
        }
        catch (Exception failure) when (failure is Win32Exception or IOException or UnauthorizedAccessException)
        {
            Report(FrameKind.SpawnFailed, Encoding.UTF8.GetBytes(SpawnReason.Of(failure)));
            return null;
        }
    }

    /// <summary>Forwards up to the limit; the rest is drained and counted, so that a child that prints on and on never blocks.</summary>
    private long Forward(Stream from, FrameKind kind)
    {
        var buffer = new byte[ChunkSize];
        var left = request.OutputLimit;
        long dropped = 0;
        int read;
        while ((read = from.Read(buffer)) > 0)
        {
            var kept = Math.Min(read, left);
            left -= kept;
            dropped += read - kept;
            if (kept > 0)
            {
                Report(kind, buffer.AsSpan(0, kept));
            }
        }

        return dropped;
    }

    /// <summary>The engine never writes a second frame: whatever ends this read means stop.</summary>
    private void WaitForStop()
    {
        try
        {
            _ = control.Read(new byte[1]);
        }
        catch (IOException)
        {
            // a broken control pipe is an engine that is gone
        }

        stopped = !over.IsSet;
        over.Set();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stopped = !over.IsSet;
        over.Set();
    }

    private void Report(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        lock (reporting)
        {
            try
            {
                Frame.Write(reports, kind, payload);
            }
            catch (IOException)
            {
                // nobody listens any more: the control pipe ends too and the tree is killed
            }
        }
    }
}
