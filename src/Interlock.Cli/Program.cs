using Interlock.Adapters.Supervision;

namespace Interlock.Cli;

internal static class Program
{
    private static int Main(string[] args) => Supervisor.TryRun(args, out var exitCode) ? exitCode : 0;
}
