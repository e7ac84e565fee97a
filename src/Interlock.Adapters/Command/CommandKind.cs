using Interlock.Adapters.Declarations;

namespace Interlock.Adapters.Command;

/// <summary>Reads <c>command:</c> declarations.</summary>
internal static class CommandKind
{
    public static BuiltAction? Action(Fields section, Declaration declaration, AdapterEnvironment environment)
    {
        if (declaration.Mutating && declaration.Resources.IsEmpty)
        {
            section.Problems.Add(
                "resources",
                "a command that changes the world says what it touches: `resources: [\"service:{unit}\"]`; or declare `mutating: false`");
        }

        return CommandTemplate.Read(section, declaration.Names, environment) is { } template
            ? new BuiltAction(declaration, new CommandExecutor(declaration, template, environment), template.Facts)
            : null;
    }

    public static BuiltProbe? Probe(Fields section, Declaration declaration, AdapterEnvironment environment)
    {
        var word = section.Word("read", "stdout", "exit_code", "stdout");
        var pointer = Reading.ReadPointer(section);
        if (pointer is not null && word == "exit_code")
        {
            section.Problems.Add(section.At("json_pointer"), "an exit code holds no JSON; use `read: stdout`");
        }

        var reading = new Reading(word, pointer);
        return CommandTemplate.Read(section, declaration.Names, environment) is { } template
            ? new BuiltProbe(new CommandProbe(declaration, template, reading, environment), reading, template.Facts)
            : null;
    }
}
