using System.CommandLine;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>resolve</c>: a person records what happened to a stage in doubt. The plan never resumes; its locks are freed.</summary>
internal static class ResolveCommand
{
    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan("halted");
        var outcome = new Option<string>("--outcome")
        {
            Description = "happened, did_not or unknown",
            HelpName = "OUTCOME",
            Required = true,
        };
        outcome.AcceptOnlyFromAmong("happened", "did_not", "unknown");
        var by = Grammar.By();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "resolve",
            "record what happened to a stage in doubt, and free the plan's locks",
            run => run.DecideAsync(run.Text(plan), async (opened, id) =>
                (await opened.Engine.ForPerson().ResolveAsync(id, run.Text(outcome), run.Text(by), run.Value(reason), run.Stop))
                    .TryGet(out var resolved, out var refusal)
                        ? run.Changed(
                            resolved,
                            run.Value(json),
                            $"resolved: plan {resolved.Id}, {run.Text(outcome)}, by {Escape.Line(run.Text(by))}; its locks are free, it stays halted")
                        : run.Refuse(refusal)),
            plan,
            outcome,
            by,
            reason,
            json);
    }
}
