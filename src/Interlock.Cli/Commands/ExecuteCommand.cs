using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Plans;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>execute</c>: asks for an approved plan to be executed and shows the run. Ctrl-C ends the looking, never the run; a second
/// call joins the run or shows what came of it.
/// </summary>
internal static class ExecuteCommand
{
    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan("approved");
        var by = new Option<string?>("--by") { Description = "who asks (default: the operating-system user)", HelpName = "NAME" };
        var json = Grammar.Json();
        return grammar.Command(
            "execute",
            "execute an approved plan and show the run",
            run => run.DecideAsync(run.Text(plan), (opened, id) => RunAsync(run, opened, id, run.Value(by), run.Value(json))),
            plan,
            by,
            json);
    }

    private static async Task<int> RunAsync(Invocation run, Installation opened, PlanId id, string? by, bool json)
    {
        var who = by ?? run.Around.UserName;
        var progress = json ? null : new RunProgress(run.Around);
        JsonObject answer;
        try
        {
            answer = await opened.Engine.ForPerson().ExecuteAsync(id, $"person:{who}", progress, run.Stop);
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            run.Complain($"no longer looking; a run that was started goes on: `interlock show {id.ToString()[..8]}` shows it, `interlock stop-all` halts it");
            return Exit.Interrupted;
        }

        if (json)
        {
            run.Answer(answer);
        }
        else
        {
            run.Answer(End(Page.For(run.Around), answer, id));
        }

        return answer.Text("status") == "executed" ? Exit.Success : Exit.Refused;
    }

    private static Page End(Page page, JsonObject answer, PlanId id)
    {
        var reason = Escape.Line(answer.Text("reason") ?? "");
        var repeated = answer["repeated"] is JsonBoolean { Value: true };
        switch (answer.Text("status"))
        {
            case "executed":
                page.Line(0, 2, new Part("executed", Ink.Good), repeated ? " (this run was already there; nothing was done twice)" : "");
                break;
            case "halted":
                page.Line(0, 2, new Part($"halted ({Escape.Line(answer.Text("halt_code") ?? "")})", Ink.Bad), $": {reason}");
                if (answer.Text("halt_code") == HaltCode.InDoubt.Word)
                {
                    page.Line(0, 2, $"look at the target, then: interlock resolve {id.ToString()[..8]} --outcome happened|did_not|unknown --by NAME");
                }

                page.Line(0, 2, $"what was committed stays done, and nothing is undone by itself; `interlock show {id.ToString()[..8]}` tells what was printed");
                page.Line(0, 2, $"for the rest, propose a new plan: interlock propose FILE --continues {id.ToString()[..8]}");
                break;
            default:
                page.Line(0, 2, new Part("not executed", Ink.Bad), $": {reason}");
                break;
        }

        return page;
    }
}
