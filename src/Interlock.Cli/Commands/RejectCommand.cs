using System.CommandLine;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>reject</c>: ends a plan that nobody has claimed. One rejection does, whoever approved.</summary>
internal static class RejectCommand
{
    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan();
        var by = Grammar.By();
        var key = Grammar.Key();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "reject",
            "reject a plan that has not been claimed",
            run => run.DecideAsync(run.Text(plan), async (opened, id) =>
            {
                var person = opened.Engine.ForPerson();
                var signed = await run.SignAsync(
                    opened, run.Value(by), run.Value(key), name => person.RejectionAsync(id, name, run.Value(reason), run.Stop));
                return signed.TryGet(out var said, out var refusal)
                    && (await person.RejectAsync(id, said.Statement, said.Signature, run.Stop)).TryGet(out var rejected, out refusal)
                        ? run.Changed(rejected, run.Value(json), $"rejected: plan {rejected.Id} by {Escape.Line(said.Statement.Approver)}")
                        : run.Refuse(refusal);
            }),
            plan,
            by,
            key,
            reason,
            json);
    }
}
