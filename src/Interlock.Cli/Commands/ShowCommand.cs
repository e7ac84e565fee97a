using System.CommandLine;
using Interlock.Cli.Terminal;
using Interlock.Plans;

namespace Interlock.Cli.Commands;

/// <summary><c>show</c>: one plan as a reviewer sees it.</summary>
internal static class ShowCommand
{
    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan();
        var full = Grammar.Full();
        var json = Grammar.Json();
        return grammar.Command(
            "show",
            "show what a plan would do, what its checks see now, and what the agent says",
            run => run.ReadAsync(rules: true, async opened =>
            {
                var person = opened.Engine.ForPerson();
                if (!(await person.FindAsync(run.Text(plan), run.Stop)).TryGet(out var id, out var refusal)
                    || !(await person.ReviewAsync(id, run.Stop)).TryGet(out var review, out refusal))
                {
                    return run.RefusePlan(refusal, opened.Configuration.Place);
                }

                if (run.Value(json))
                {
                    run.Answer(review.ToJson().With("isolation", "none"));
                }
                else
                {
                    var printed = "";
                    if (review.Plan.Status == PlanStatus.Halted && !(await person.LastOutputAsync(id, run.Stop)).TryGet(out printed, out refusal))
                    {
                        return run.Refuse(refusal);
                    }

                    run.Answer(ReviewPage.Of(Page.For(run.Around), review, run.Now, run.Value(full), printed));
                }

                return Exit.Success;
            }),
            plan,
            full,
            json);
    }
}
