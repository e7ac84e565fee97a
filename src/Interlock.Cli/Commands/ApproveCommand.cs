using System.CommandLine;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Plans;
using Interlock.Sessions;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>approve</c>: shows what <c>show</c> shows and then approves that very review. If the plan would by then do anything else,
/// the engine refuses.
/// </summary>
internal static class ApproveCommand
{
    private const int Typed = 8;
    private const int LongestAnswer = 256;

    /// <summary>One slip of the finger is no decision; three are.</summary>
    private const int Tries = 3;

    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan("proposed");
        var by = Grammar.By();
        var reason = Grammar.Reason();
        var yes = new Option<bool>("--yes") { Description = "approve without typing the hash" };
        var full = Grammar.Full();
        var json = Grammar.Json();
        return grammar.Command(
            "approve",
            "show a plan and approve exactly what was shown",
            run => run.DecideAsync(run.Text(plan), (opened, id) => RunAsync(
                run, opened, id, run.Text(by), run.Value(reason), new Manner(run.Value(yes), run.Value(full), run.Value(json)))),
            plan,
            by,
            reason,
            yes,
            full,
            json);
    }

    private static async Task<int> RunAsync(
        Invocation run, Installation opened, PlanId id, string by, string? reason, Manner manner)
    {
        var person = opened.Engine.ForPerson();
        if (!(await person.ReviewAsync(id, run.Stop)).TryGet(out var review, out var refusal))
        {
            return run.Refuse(refusal);
        }

        if (review.Plan.Status != PlanStatus.Proposed)
        {
            return run.Refuse(Refusal.Of(
                RefusalCode.WrongStatus, $"plan `{id}` is {review.Plan.Status.Word()}; only a proposed plan can be approved"));
        }

        // the page goes to people: with --json standard output holds the answer alone
        var screen = manner.Json ? run.Around.Error : run.Around.Out;
        var page = ReviewPage.Of(Page.For(run.Around), review, run.Now, manner.Full);
        page.Line().Line(
            0,
            2,
            $"approving as {Escape.Line(by)}: ",
            ReviewPage.Unsigned("none"),
            new Part(", nothing proves who typed the name", Ink.Dim));
        await screen.WriteAsync(page.ToString());
        if (!manner.Yes && Refused(run, review, screen) is { } unsure)
        {
            return run.Refuse(unsure);
        }

        return (await person.ApproveAsync(review, by, reason, run.Stop)).TryGet(out var approved, out refusal)
            ? run.Changed(approved, manner.Json, Sentence(run, approved))
            : run.Refuse(refusal);
    }

    /// <summary>Asks for the first characters of the hash. Null where they were typed.</summary>
    private static Refusal? Refused(Invocation run, Review review, TextWriter screen)
    {
        if (!run.Around.InputIsTerminal)
        {
            return Refusal.Of(
                RefusalCode.Forbidden,
                "nobody can type the hash, because standard input is no terminal; nothing was approved: look at the plan and pass `--yes`");
        }

        var hash = review.Plan.Hash.ToString();
        for (var asked = 0; asked < Tries; asked++)
        {
            screen.Write($"type the first {Typed} characters of the hash to approve ({hash[..Typed]}): ");
            screen.Flush();
            if (run.Around.ReadLine(LongestAnswer)?.Trim() is not { } answer)
            {
                return Refusal.Of(RefusalCode.Forbidden, "nothing was typed and nothing was approved");
            }

            if (string.Equals(answer, hash[..Typed], StringComparison.OrdinalIgnoreCase) || string.Equals(answer, hash, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return Refusal.Of(RefusalCode.Forbidden, $"what was typed is not the first {Typed} characters of the hash; nothing was approved");
    }

    private static string Sentence(Invocation run, PlanRecord plan) =>
        plan.Status == PlanStatus.Approved
            ? $"approved: plan {plan.Id} by {Escape.Line(plan.Approval?.By ?? "")}, unsigned (assurance: none),"
                + $" holds until {Moment.Exact(plan.ExpiresAt)} ({Moment.Relative(plan.ExpiresAt, run.Now)})"
            : $"plan {plan.Id} is {plan.Status.Word()}";

    private sealed record Manner(bool Yes, bool Full, bool Json);
}
