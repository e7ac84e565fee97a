using System.CommandLine;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary>The options that commands share, and the way in which each command is made. One for each parse.</summary>
internal sealed class Grammar(Surroundings surroundings)
{
    /// <summary>Which configuration.</summary>
    public Option<string?> Config { get; } = new("--config")
    {
        Description = "the configuration file (default: INTERLOCK_CONFIG, else interlock.yaml in this folder)",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Answers for programs.</summary>
    public static Option<bool> Json() => new("--json") { Description = "answer with JSON, see docs/reference/cli.md" };

    /// <summary>Who decides.</summary>
    public static Option<string?> By() => new("--by") { Description = "who decides (default: whoever your SSH key is registered for)", HelpName = "NAME" };

    /// <summary>With which key.</summary>
    public static Option<string?> Key() => new("--key") { Description = "the SSH key to sign with (default: the best registered one that you have)", HelpName = "FILE" };

    /// <summary>Why.</summary>
    public static Option<string?> Reason() => new("--reason") { Description = "why, for the record", HelpName = "TEXT" };

    /// <summary>Half of what a signer elsewhere takes.</summary>
    public static Option<string?> WriteStatement() =>
        new("--write-statement") { Description = "write what is to be signed into a file, to be signed elsewhere", HelpName = "FILE" };

    /// <summary>The other half.</summary>
    public static Option<string?> Signature() =>
        new("--signature") { Description = "take the signature of a statement that was written before", HelpName = "FILE" };

    /// <summary>Everything, however long.</summary>
    public static Option<bool> Full() => new("--full") { Description = "show long texts to their end" };

    /// <summary>Which plan.</summary>
    /// <param name="status">The status of the plans that a shell offers; null for all.</param>
    public Argument<string> Plan(string? status = null) =>
        Offering(new Argument<string>("plan_id") { Description = "the plan's id, or a prefix of it that is unique" }, status);

    /// <summary>Lets a shell offer ids of plans for an argument.</summary>
    public T Offering<T>(T argument, string? status = null)
        where T : Argument
    {
        argument.CompletionSources.Add(context => PlanCompletion.Of(context, context.ParseResult.GetValue(Config), status, surroundings));
        return argument;
    }

    /// <summary>Which file.</summary>
    /// <param name="description">What is in it.</param>
    public static Argument<string> File(string description) => new("file") { Description = description };

    /// <summary>Makes a command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, for its help.</param>
    /// <param name="run">What it does.</param>
    /// <param name="symbols">Its arguments and options.</param>
    public Command Command(
        string name, string description, Func<Invocation, Task<int>> run, params ReadOnlySpan<Symbol> symbols)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
                case Option option:
                    command.Options.Add(option);
                    break;
                default:
                    throw new ArgumentException("a command takes arguments and options", nameof(symbols));
            }
        }

        command.SetAction((parsed, stop) => run(new Invocation(parsed, this, surroundings, stop)));
        return command;
    }
}
