using System.CommandLine;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>init</c>: writes a commented configuration that works as it stands. Overwrites nothing.</summary>
internal static class InitCommand
{
    public static Command Create(Grammar grammar)
    {
        var folder = new Argument<string?>("folder") { Description = "where; made if it is not there (default: here)", Arity = ArgumentArity.ZeroOrOne };
        return grammar.Command(
            "init",
            "write a commented interlock.yaml that works as it stands",
            run =>
            {
                if (!InitTemplate.Write(run.Around.PathOf(run.Value(folder) ?? ".")).TryGet(out var path, out var refusal))
                {
                    return Task.FromResult(run.Refuse(refusal));
                }

                run.Say($"wrote {Escape.Line(path)}");
                var there = run.Value(folder) is { } named && run.Around.PathOf(named) != run.Around.WorkingDirectory ? "in that folder " : "";
                run.Say($"next: {there}`interlock config check` explains it, `interlock doctor` looks at everything else");
                return Task.FromResult(Exit.Success);
            },
            folder);
    }
}
