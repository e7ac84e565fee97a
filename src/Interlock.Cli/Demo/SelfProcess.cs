using System.Diagnostics;
using Interlock.Adapters.Supervision;

namespace Interlock.Cli.Demo;

/// <summary>This program once more, as a child with pipes.</summary>
internal static class SelfProcess
{
    /// <summary>The program and what stands before its arguments (under <c>dotnet program.dll</c> the latter).</summary>
    public static IReadOnlyList<string> Command
    {
        get
        {
            var self = SupervisorCommand.ForThisProcess();

            // all but the last, which would make it a supervisor
            return [self.Program, .. self.Arguments.SkipLast(1)];
        }
    }

    /// <summary>Starts a child whose standard input and output are pipes of ours.</summary>
    public static Process Start(string folder, bool quiet, params IEnumerable<string> arguments)
    {
        var command = Command;
        var start = new ProcessStartInfo(command[0], command.Skip(1).Concat(arguments))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = quiet,
            WorkingDirectory = folder,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("no process was started");
    }

    /// <summary>Closes a child's input, which is its sign to end, and ends it by force where it does not.</summary>
    public static async Task EndAsync(Process child, TimeSpan patience)
    {
        try
        {
            child.StandardInput.Close();
        }
        catch (IOException)
        {
            // it is gone already
        }

        using var bound = new CancellationTokenSource(patience);
        try
        {
            await child.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            // its patience ran out: ended by force
            child.Kill(entireProcessTree: true);
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }
}
