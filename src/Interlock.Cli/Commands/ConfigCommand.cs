using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>config check</c> explains the configuration, <c>config schema</c> prints its schema for editors.</summary>
internal static class ConfigCommand
{
    public static Command Create(Grammar grammar)
    {
        var command = new Command("config", "explain the configuration, or print its schema");
        command.Subcommands.Add(Check(grammar));
        command.Subcommands.Add(grammar.Command(
            "schema",
            "print the JSON Schema of interlock.yaml, for editors",
            run =>
            {
                run.Print(EditorSchema.Text());
                return Task.FromResult(Exit.Success);
            }));
        return command;
    }

    /// <summary>The lines as they are, each wrapped below its own indent where the screen is narrower.</summary>
    private static Page Wrapped(Page page, string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            var words = line.TrimStart(' ');
            page.Line(line.Length - words.Length, 2, new Part(words));
        }

        return page;
    }

    private static Command Check(Grammar grammar)
    {
        var json = Grammar.Json();
        return grammar.Command(
            "check",
            "read the configuration and say in plain words what it means",
            run =>
            {
                var sound = Installation.TryConfigure(run.Around, run.ConfigPath, out var configuration, out var errors);
                if (run.Value(json))
                {
                    run.Answer(configuration is null
                        ? JsonObject.Of(("ok", false), ("errors", new JsonArray(errors.Select(error => (JsonValue)error.ToJson()))))
                        : JsonObject.Of(("ok", true), ("configuration", ConfigExplain.Json(configuration))));
                }
                else if (configuration is not null)
                {
                    run.Answer(Wrapped(Page.For(run.Around), ConfigExplain.Text(configuration)));
                }
                else
                {
                    run.Complain(errors);
                }

                return Task.FromResult(sound ? Exit.Success : Exit.Configuration);
            },
            json);
    }
}
