using System.Diagnostics;
using Interlock.Adapters.Supervision;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>
/// Starts the executor of embedded mode as a process of its own, in a session of its own, by a process in between that ends at
/// once: a host that kills its MCP server with its process group, or its descendants, does not reach it.
/// </summary>
internal sealed class DetachedExecutor(InterlockConfiguration configuration, DataFolder folder, Surroundings surroundings)
{
    /// <summary>The hidden command.</summary>
    public const string Command = "executor";

    /// <summary>Its switch for the process in between.</summary>
    public const string DetachSwitch = "--detach";

    /// <summary>Its switch for the executor behind it, which leaves its starter's session and streams first.</summary>
    public const string QuietSwitch = "--quiet";

    /// <summary>An executor needs a part of a second to take its lock; two that start together would do no harm, only cost.</summary>
    private static readonly TimeSpan Throttle = TimeSpan.FromMilliseconds(900);

    private readonly Lock turn = new();
    private long? lastStart;

    /// <summary>
    /// Starts an executor where none runs. Cheap where one does; called again every second by whoever waits for a run, so that
    /// an executor that was about to end is followed by another.
    /// </summary>
    public void Start()
    {
        lock (turn)
        {
            if (folder.IsExecutorRunning()
                || (lastStart is { } last && configuration.Clock.GetElapsedTime(last) < Throttle))
            {
                return;
            }

            lastStart = configuration.Clock.GetTimestamp();
        }

        var arguments = Arguments(configuration.File);
        if (surroundings.StartDetached is { } start)
        {
            start(arguments);
        }
        else
        {
            Launch([.. arguments, DetachSwitch], folder.Path);
        }
    }

    /// <summary>The arguments of an executor.</summary>
    public static IReadOnlyList<string> Arguments(string? configurationFile) =>
        configurationFile is null ? [Command] : [Command, "--config", configurationFile];

    /// <summary>
    /// Starts this program again with pipes for its standard streams, which belong to nobody: in an MCP server standard output
    /// is the protocol's, and a child must not hold it open.
    /// </summary>
    public static void Launch(IReadOnlyList<string> arguments, string workingDirectory)
    {
        var self = SupervisorCommand.ForThisProcess();
        var start = new ProcessStartInfo(self.Program)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };

        // all but the last, which would make it a supervisor
        foreach (var argument in self.Arguments.SkipLast(1).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("the executor's process was not started");
    }
}
