using System.CommandLine;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Ledger;

namespace Interlock.Cli.Commands;

/// <summary><c>watch</c>: the ledger as it grows, whoever writes, each entry verified against the one before.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create(Grammar grammar)
    {
        var plan = new Argument<string?>("plan_id")
        {
            Description = "only this plan (default: everything)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "one JSON object a line, see docs/reference/cli.md" };
        return grammar.Command(
            "watch",
            "show the ledger's new entries as they are written, until Ctrl-C",
            async run =>
            {
                try
                {
                    return await UntilThereAsync(run) is { } code
                        ? code
                        : await run.ReadAsync(rules: false, opened => FollowAsync(run, opened, run.Value(plan), run.Value(json)));
                }
                catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
                {
                    // the person has seen enough: that is how this command ends
                    return Exit.Success;
                }
            },
            plan,
            json);
    }

    /// <summary>Waits for the ledger's file where nobody has written to it yet. An exit code where there is nothing to wait for.</summary>
    private static async Task<int?> UntilThereAsync(Invocation run)
    {
        if (!run.TryConfigure(out var configuration))
        {
            return Exit.Configuration;
        }

        await run.Around.Error.WriteLineAsync("interlock: watching the ledger; Ctrl-C ends it");
        while (!File.Exists(Path.Combine(configuration.DataFolder, "ledger.db")))
        {
            await Task.Delay(Look, run.Around.Clock, run.Stop);
        }

        return null;
    }

    private static async Task<int> FollowAsync(Invocation run, Installation opened, string? prefix, bool json)
    {
        PlanId? only = null;
        if (prefix is not null)
        {
            if (!(await opened.Engine.ForPerson().FindAsync(prefix, run.Stop)).TryGet(out var id, out var unknown))
            {
                return run.Refuse(unknown);
            }

            only = id;
        }

        if (!(await opened.Store.HeadAsync(run.Stop)).TryGet(out var head, out var refusal))
        {
            return run.Refuse(refusal);
        }

        while (true)
        {
            await opened.Store.WaitAsync(head.Size, Look, run.Stop);
            if (!(await VerifiedChain.ReadAsync(opened.Store, head, entry => Write(run, entry, only, json), run.Stop))
                .TryGet(out head, out refusal))
            {
                return run.Refuse(refusal);
            }

            await run.Around.Out.FlushAsync(run.Stop);
        }
    }

    private static void Write(Invocation run, LedgerEntry entry, PlanId? only, bool json)
    {
        if (only is { } plan && entry.Event.Text(EventKinds.PlanField) != plan.ToString())
        {
            return;
        }

        if (json)
        {
            run.Say(JsonText.Compact(LedgerLines.Json(entry)));
        }
        else
        {
            run.Answer(LedgerLines.Write(Page.For(run.Around), entry, run.Now));
        }
    }
}
