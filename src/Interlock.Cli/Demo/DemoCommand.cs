using System.CommandLine;
using Interlock.Cli.Commands;

namespace Interlock.Cli.Demo;

/// <summary><c>demo</c>, and the hidden commands that it starts.</summary>
internal static class DemoCommand
{
    /// <summary>The hidden command of a web server.</summary>
    public const string Server = "demo-server";

    /// <summary>The hidden command that edits the pool.</summary>
    public const string Tool = "demo-tool";

    public static Command Create(Grammar grammar)
    {
        var yes = new Option<bool>("--yes") { Description = "approve without typing the hash" };
        var broken = new Option<bool>("--break") { Description = "the second server fails its health check after its restart" };
        var keep = new Option<string?>("--keep")
        {
            Description = "a new or empty folder in which everything is kept: configuration, ledger, audit.jsonl, transcript.txt",
            HelpName = "DIR",
        };
        return grammar.Command(
            "demo",
            "watch an agent's plan held, reviewed, approved, executed and audited (0: it showed what it says; 1: it did not, or nobody approved)",
            run => DemoRun.RunAsync(run, new DemoWishes(run.Value(yes), run.Value(broken), run.Value(keep))),
            yes,
            broken,
            keep);
    }

    public static Command CreateServer(Grammar grammar)
    {
        var name = new Argument<string>("name") { Description = "its name" };
        var port = new Option<int>("--port") { Description = "its port; 0 for any" };
        var generation = new Option<int>("--generation") { Description = "how many processes of it there were" };
        var unhealthy = new Option<bool>("--unhealthy") { Description = "fail the health check" };
        var command = grammar.Command(
            Server,
            "one of the demo's web servers",
            run => DemoServer.RunAsync(
                new ServerStart(run.Text(name), run.Value(port), run.Value(generation), !run.Value(unhealthy)),
                run.Around.Input,
                run.Around.Out,
                run.Stop),
            name,
            port,
            generation,
            unhealthy);
        command.Hidden = true;
        return command;
    }

    public static Command CreateTool(Grammar grammar)
    {
        var verb = new Argument<string>("verb") { Description = "drain or undrain" };
        var server = new Argument<string>("server") { Description = "the server" };
        var command = grammar.Command(
            Tool,
            "takes one of the demo's web servers out of the pool, or puts it back",
            async run =>
            {
                var folder = run.Around.WorkingDirectory;
                if (await DemoTool.RunAsync(run.Text(verb), run.Text(server), folder, run.Around.Clock, run.Stop) is not { } problem)
                {
                    return Exit.Success;
                }

                run.Complain(problem);
                return Exit.Refused;
            },
            verb,
            server);
        command.Hidden = true;
        return command;
    }
}

/// <summary>What the person asked for.</summary>
/// <param name="Yes">Whether nobody types the hash.</param>
/// <param name="Break">Whether the second server fails.</param>
/// <param name="Keep">Where everything is kept; null for nowhere.</param>
internal sealed record DemoWishes(bool Yes, bool Break, string? Keep);
