using System.CommandLine;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>reject</c>: ends a plan that nobody has claimed.</summary>
internal static class RejectCommand
{
    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan();
        var by = Grammar.By();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "reject",
            "reject a plan that has not been claimed",
            run => run.DecideAsync(run.Text(plan), async (opened, id) =>
                (await opened.Engine.ForPerson().RejectAsync(id, run.Text(by), run.Value(reason), run.Stop))
                    .TryGet(out var rejected, out var refusal)
                        ? run.Changed(rejected, run.Value(json), $"rejected: plan {rejected.Id} by {Escape.Line(run.Text(by))}")
                        : run.Refuse(refusal)),
            plan,
            by,
            reason,
            json);
    }
}
