using System.CommandLine;

namespace Interlock.Cli.Commands;

/// <summary><c>completion</c>: prints the script that lets a shell complete commands, options and ids of plans.</summary>
internal static class CompletionCommand
{
    public static Command Create(Grammar grammar)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return grammar.Command(
            "completion",
            "print the script that lets a shell complete commands, options and plan ids",
            run =>
            {
                run.Print(run.Text(shell) switch
                {
                    "bash" => CompletionScripts.Bash,
                    "zsh" => CompletionScripts.Zsh,
                    _ => CompletionScripts.Fish,
                });
                return Task.FromResult(Exit.Success);
            },
            shell);
    }
}
