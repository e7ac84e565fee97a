using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Interlock.Cli.Configuration;
using Interlock.Cli.Demo;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary>The whole command line. Tests call it as <c>Main</c> does.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="surroundings">What the command touches of its process.</param>
    /// <param name="stop">Ctrl-C.</param>
    /// <returns>The exit code, see <see cref="Exit"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings surroundings, CancellationToken stop)
    {
        // a file name that starts with `@` is a file name: response files are not read
        var root = Root(surroundings);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

        // `[suggest:N] LINE` is how the scripts of `completion` ask; its line is not finished, and so never without errors
        if (parsed.Errors.Count > 0 && !root.Directives.Any(directive => directive is SuggestDirective && parsed.GetResult(directive) is not null))
        {
            Complain(parsed, surroundings);
            return Exit.Usage;
        }

        // only help, the version and completions are written here; the program is called as its users call it
        await using var help = new StringWriter();
        var configuration = new InvocationConfiguration
        {
            Output = help,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            var exit = await parsed.InvokeAsync(configuration, stop);
            await surroundings.Out.WriteAsync(help.ToString().Replace(RootCommand.ExecutableName, "interlock", StringComparison.Ordinal));
            return exit;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Exit.Interrupted;
        }
        finally
        {
            await surroundings.Out.FlushAsync(CancellationToken.None);
        }
    }

    private static RootCommand Root(Surroundings surroundings)
    {
        var grammar = new Grammar(surroundings);
        var root = new RootCommand("an agent proposes, a person countersigns the exact plan, then it is executed");
        root.Options.Add(grammar.Config);
        foreach (var command in (ReadOnlySpan<Command>)
        [
            ListCommand.Create(grammar),
            ShowCommand.Create(grammar),
            ApproveCommand.Create(grammar),
            RejectCommand.Create(grammar),
            ExecuteCommand.Create(grammar),
            ResolveCommand.Create(grammar),
            RulesCommand.Create(grammar),
            KeysCommand.Create(grammar),
            GovernanceCommand.Create(grammar),
            RecoverCommand.Create(grammar),
            EraseCommand.Create(grammar),
            BrakeCommands.StopAll(grammar),
            BrakeCommands.ResumeAll(grammar),
            WatchCommand.Create(grammar),
            LogCommand.Create(grammar),
            ProposeCommand.Create(grammar),
            ValidateCommand.Create(grammar),
            HashCommand.Create(grammar),
            LogFileCommands.VerifyAudit(grammar),
            ExportCommand.Create(grammar),
            LogFileCommands.Import(grammar),
            ProveCommand.Create(grammar),
            EvidenceCommands.Write(grammar),
            EvidenceCommands.Verify(grammar),
            FsckCommand.Create(grammar),
            DoctorCommand.Create(grammar),
            InitCommand.Create(grammar),
            ConfigCommand.Create(grammar),
            McpCommand.Create(grammar),
            WitnessCommand.Create(grammar),
            VectorsCommand.Create(grammar),
            CompletionCommand.Create(grammar),
            ExecutorCommand.Create(grammar),
            DemoCommand.Create(grammar),
            DemoCommand.CreateServer(grammar),
            DemoCommand.CreateTool(grammar),
        ])
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static void Complain(ParseResult parsed, Surroundings surroundings)
    {
        var names = string.Join(' ', Names(parsed.CommandResult));
        if (Misspelt(parsed, names) is { } unknown)
        {
            surroundings.Remark($"interlock: {unknown}");
        }
        else
        {
            foreach (var error in parsed.Errors)
            {
                surroundings.Remark($"interlock: {Sentence(error)}");
            }
        }

        surroundings.Remark($"interlock: run `{names} --help` to see what it takes");
    }

    /// <summary>What is no command or option here, with the nearest one that is. Null where that is not what is wrong.</summary>
    private static string? Misspelt(ParseResult parsed, string names)
    {
        if (parsed.UnmatchedTokens is not [var token, ..])
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        var isOption = token.StartsWith('-');
        if (!isOption && command.Subcommands.Count == 0)
        {
            return null;
        }

        var known = isOption
            ? command.Options.Where(static option => !option.Hidden).Select(static option => option.Name).Append("--config")
            : command.Subcommands.Where(static one => !one.Hidden).Select(static one => one.Name);
        var near = Spelling.Nearest(token, known) is { } one ? $"; did you mean `{one}`?" : "";
        return $"`{names}` has no {(isOption ? "option" : "command")} `{Plain.Text(token, 64)}`{near}";
    }

    private static string Sentence(ParseError error)
    {
        var text = error.Message.TrimEnd('.').Replace('\'', '`');
        return text.Length == 0 ? "the command line is wrong" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    private static IEnumerable<string> Names(SymbolResult result) =>
        result is not CommandResult { Command: var command } ? []
        : command is RootCommand || result.Parent is null ? ["interlock"]
        : Names(result.Parent).Append(command.Name);
}
