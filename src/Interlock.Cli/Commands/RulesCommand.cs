using System.CommandLine;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>rules explain</c>: what is still missing before a plan may run, and who could give it.</summary>
internal static class RulesCommand
{
    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan("proposed");
        var json = Grammar.Json();
        var rules = new Command("rules", "the rules of who has to agree");
        rules.Subcommands.Add(grammar.Command(
            "explain",
            "say what is still missing before a plan may run, and who could give it",
            run => run.ReadAsync(rules: true, async opened =>
            {
                var person = opened.Engine.ForPerson();
                if (!(await person.FindAsync(run.Text(plan), run.Stop)).TryGet(out var id, out var refusal))
                {
                    return run.RefusePlan(refusal, opened.Configuration.Place);
                }

                if (!(await person.ExplainAsync(id, run.Stop)).TryGet(out var standing, out refusal))
                {
                    return run.Refuse(refusal);
                }

                if (run.Value(json))
                {
                    run.Answer(standing.ToJson());
                    return Exit.Success;
                }

                foreach (var line in standing.Lines)
                {
                    run.Say(Escape.Line(line));
                }

                return Exit.Success;
            }),
            plan,
            json));
        return rules;
    }
}
