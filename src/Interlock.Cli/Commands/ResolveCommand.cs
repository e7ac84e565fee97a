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
        var key = Grammar.Key();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "resolve",
            "record what happened to a stage in doubt, and free the plan's locks",
            run => run.DecideAsync(run.Text(plan), async (opened, id) =>
            {
                var person = opened.Engine.ForPerson();
                var signed = await run.SignAsync(
                    opened, run.Value(by), run.Value(key), name => person.ResolutionAsync(id, run.Text(outcome), name, run.Value(reason), run.Stop));
                return signed.TryGet(out var said, out var refusal)
                    && (await person.ResolveAsync(id, said.Statement, said.Signature, run.Stop)).TryGet(out var resolved, out refusal)
                        ? run.Changed(
                            resolved,
                            run.Value(json),
                            $"resolved: plan {resolved.Id}, {run.Text(outcome)}, by {Escape.Line(said.Statement.Approver)}; its locks are free, it stays halted")
                        : run.Refuse(refusal);
            }),
            plan,
            outcome,
            by,
            key,
            reason,
            json);
    }
}
