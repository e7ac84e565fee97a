using System.CommandLine;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Sessions;

namespace Interlock.Cli.Commands;

/// <summary><c>stop-all</c> and <c>resume-all</c>: the emergency stop.</summary>
internal static class BrakeCommands
{
    public static Command StopAll(Grammar grammar)
    {
        var by = Grammar.By();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "stop-all",
            "emergency stop: nothing new starts, and runs halt before their next dispatch",
            run => run.BrakeAsync(async ledger => Answer(
                run,
                await EmergencyBrake.StopAsync(ledger, run.Text(by), run.Value(reason), run.Stop),
                run.Value(json),
                "stopped: nothing new starts, and runs halt before their next dispatch; `interlock resume-all` ends it")),
            by,
            reason,
            json);
    }

    public static Command ResumeAll(Grammar grammar)
    {
        var by = Grammar.By();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "resume-all",
            "end an emergency stop; halted plans stay halted",
            run => run.DecideAsync(async opened => Answer(
                run,
                await opened.Engine.ForPerson().ResumeAllAsync(run.Text(by), run.Value(reason), run.Stop),
                run.Value(json),
                "resumed: plans may start again; those that were halted stay halted")),
            by,
            reason,
            json);
    }

    private static int Answer(Invocation run, Result<LedgerEntry> answer, bool json, string sentence)
    {
        if (!answer.TryGet(out var entry, out var refusal))
        {
            return run.Refuse(refusal);
        }

        if (json)
        {
            run.Answer(LedgerLines.Json(entry));
        }
        else
        {
            run.Say(sentence);
        }

        return Exit.Success;
    }
}
