using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using Interlock.Cli.Composition;
using Interlock.Ledger;
using Interlock.Mcp;
using Interlock.Sessions;

namespace Interlock.Cli.Commands;

/// <summary><c>mcp</c>: the agent's surface on standard input and output. Nothing but the protocol is written there.</summary>
internal static class McpCommand
{
    public static Command Create(Grammar grammar)
    {
        var agent = new Option<string?>("--agent") { Description = "which agent connects (default: the only one there is)", HelpName = "NAME" };
        return grammar.Command(
            "mcp",
            "serve an agent over MCP on standard input and output",
            run =>
            {
                var warm = WarmUpAsync(run);
                return run.DecideAsync(opened => ServeNamedAsync(run, opened, warm, run.Value(agent)));
            },
            agent);
    }

    private static async Task<int> ServeNamedAsync(Invocation run, Installation opened, Task warm, string? agent)
    {
        if (!opened.Configuration.AgentNamed(agent).TryGet(out var named, out var refusal))
        {
            return run.Refuse(refusal);
        }

        await RecoverAsync(opened, run.Stop);
        await warm;
        return await ServeAsync(run, opened, named);
    }

    /// <summary>A run that a crash left behind is looked after when the host comes back, not when somebody asks for it again.</summary>
    private static async Task RecoverAsync(Installation opened, CancellationToken stop)
    {
        var query = new PlanQuery { Status = "executing", Limit = 1 };
        if ((await opened.Store.ListPlansAsync(query, stop)).TryGet(out var page, out _) && !page.Rows.IsEmpty)
        {
            opened.StartExecutor();
        }
    }

    /// <summary>Apart, so that no other command loads the protocol's assemblies; on a thread of the pool, beside the reading of the configuration.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task WarmUpAsync(Invocation run) => Task.Run(() => McpStdioServer.WarmUpAsync(Settings(run, hint: "")));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> ServeAsync(Invocation run, Installation opened, Agent agent)
    {
        var settings = Settings(run, opened.Configuration.File is { } file
            ? $"declare actions and probes in `{file}`"
            : "run `interlock init` and start `interlock mcp` in that folder or with `--config`: it writes a commented `interlock.yaml`");
        return McpStdioServer.RunAsync(opened.Engine.ForAgent(agent), settings, run.Around.Input, run.Around.Output, run.Stop);
    }

    private static McpServerSettings Settings(Invocation run, string hint) => new()
    {
        Version = typeof(McpCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0",
        ConfigurationHint = hint,
        Clock = run.Around.Clock,
        Log = run.Around.Error,
    };
}
