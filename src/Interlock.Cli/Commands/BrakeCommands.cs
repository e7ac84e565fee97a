using System.CommandLine;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
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
        var key = Grammar.Key();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "stop-all",
            "emergency stop: nothing new starts, and runs halt before their next dispatch",
            async run =>
            {
                Result<LedgerEntry>? stopped = null;
                var name = run.Value(by) ?? run.Around.UserName;
                var exit = await run.BrakeAsync(async ledger =>
                {
                    stopped = await EmergencyBrake.StopAsync(ledger, name, run.Value(reason), run.Stop);
                    return Exit.Success;
                });
                if (stopped is not { } answer)
                {
                    return exit;
                }

                // in force before anybody is asked for a passphrase: what follows keeps it from being cut off, and proves who it was
                if (answer.TryGet(out _, out _) && await AnchoredAsync(run) is { } configuration
                    && await ProveAsync(run, configuration, run.Value(by), run.Value(key), run.Value(reason)) is { } proven)
                {
                    answer = proven;
                }

                return Answer(run, answer, run.Value(json), "stopped: nothing new starts, and runs halt before their next dispatch; `interlock resume-all` ends it");
            },
            by,
            key,
            reason,
            json);
    }

    public static Command ResumeAll(Grammar grammar)
    {
        var by = Grammar.By();
        var key = Grammar.Key();
        var reason = Grammar.Reason();
        var json = Grammar.Json();
        return grammar.Command(
            "resume-all",
            "end an emergency stop; halted plans stay halted",
            run => run.DecideAsync(async opened =>
            {
                var person = opened.Engine.ForPerson();
                var signed = await run.SignAsync(
                    opened, run.Value(by), run.Value(key), name => person.BrakeAsync("resume", name, run.Value(reason), run.Stop));
                if (!signed.TryGet(out var said, out var refusal)
                    || !(await person.ResumeAllAsync(said.Statement, said.Signature, run.Stop)).TryGet(out var entry, out refusal))
                {
                    return run.Refuse(refusal);
                }

                return Answer(run, entry, run.Value(json), entry.Kind == EventKinds.Resumed
                    ? "resumed: plans may start again; those that were halted stay halted"
                    : "countersigned: the stop holds until others have signed too");
            }),
            by,
            key,
            reason,
            json);
    }

    /// <summary>
    /// Anchors the stop, which was written without asking for anything that could be missing. Where that cannot be done the stop is in
    /// force all the same, and the person is told what it lacks.
    /// </summary>
    /// <returns>The configuration; null where it cannot be read.</returns>
    private static async Task<InterlockConfiguration?> AnchoredAsync(Invocation run)
    {
        const string Lacking = "the stop is in force but not anchored, so whoever writes the ledger can take it back until the next entry is";
        if (!Installation.TryConfigure(run.Around, run.ConfigPath, out var configuration, out _))
        {
            run.Complain($"{Lacking}: the configuration cannot be read; mend it (`interlock config check`), then stop once more");
            return null;
        }

        if (configuration.Log is not null && !(await Installation.AnchorAsync(configuration, run.Stop)).TryGet(out _, out var refusal))
        {
            run.Complain($"{Lacking}: {refusal.Message}");
        }

        return configuration;
    }

    /// <summary>Puts a proven name behind the stop where somebody registered sits here. Null where nobody does: the stop stands all the same.</summary>
    private static async Task<Result<LedgerEntry>?> ProveAsync(
        Invocation run, InterlockConfiguration configuration, string? by, string? key, string? reason)
    {
        if (configuration.Signers is null)
        {
            return null;
        }

        if (!(await Installation.OpenAsync(configuration, run.Around, run.Stop)).TryGet(out var opened, out var refusal))
        {
            run.Complain($"the stop is in force but unsigned: {refusal.Message}");
            return null;
        }

        await using (opened)
        {
            var person = opened.Engine.ForPerson();
            var signed = await run.SignAsync(opened, by, key, name => person.BrakeAsync("stop", name, reason, run.Stop));
            if (signed.TryGet(out var said, out refusal)
                && (await person.StopAllAsync(said.Statement, said.Signature, run.Stop)).TryGet(out var entry, out refusal))
            {
                return entry;
            }

            run.Complain($"the stop is in force but unsigned: {refusal.Message}");
            return null;
        }
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
