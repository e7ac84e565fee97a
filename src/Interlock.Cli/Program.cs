using Interlock.Adapters.Supervision;
using Interlock.Cli.Commands;
using Interlock.Cli.Terminal;

namespace Interlock.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        // before anything else: a supervisor is this same program, and must stay small
        if (Supervisor.TryRun(args, out var exitCode))
        {
            return exitCode;
        }

        using var signals = new StopSignals();
        await using var surroundings = Surroundings.OfProcess();
        return await CommandLine.RunAsync(args, surroundings, signals.Token);
    }
}
