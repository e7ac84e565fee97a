using System.CommandLine;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Cli.Commands;

/// <summary><c>watch</c>: the ledger as it grows, whoever writes, each entry verified against the one before.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Offering(new Argument<string?>("plan_id")
        {
            Description = "only this plan (default: everything)",
            Arity = ArgumentArity.ZeroOrOne,
        });
        var json = new Option<bool>("--json") { Description = "one JSON object a line, see docs/reference/cli.md" };
        return grammar.Command(
            "watch",
            "show the ledger's new entries as they are written, until Ctrl-C or the end of the plan that is watched",
            async run =>
            {
                try
                {
                    return await UntilThereAsync(run, plan) is { } code
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
    private static async Task<int?> UntilThereAsync(Invocation run, Argument<string?> plan)
    {
        if (!run.TryConfigure(out var configuration))
        {
            return Exit.Configuration;
        }

        if (run.Value(plan) is { } prefix && !Installation.HasLedger(configuration))
        {
            return run.RefusePlan(Invocation.NoPlan(prefix), configuration.Place);
        }

        if (!Installation.HasLedger(configuration))
        {
            run.Complain($"waiting for the first entry in {configuration.Place}; Ctrl-C ends it");
        }

        while (!Installation.HasLedger(configuration))
        {
            await Task.Delay(Look, run.Around.Clock, run.Stop);
        }

        return null;
    }

    private static async Task<int> FollowAsync(Invocation run, Installation opened, string? prefix, bool json)
    {
        PlanRecord? plan = null;
        if (prefix is not null
            && (!(await opened.Engine.ForPerson().FindAsync(prefix, run.Stop)).TryGet(out var id, out var unknown)
                || !(await opened.Engine.ForPerson().PlanAsync(id, run.Stop)).TryGet(out plan, out unknown)))
        {
            return run.RefusePlan(unknown, opened.Configuration.Place);
        }

        if (!(await opened.Store.HeadAsync(run.Stop)).TryGet(out var head, out var refusal))
        {
            return run.Refuse(refusal);
        }

        run.Complain(plan is null ? "watching the ledger; Ctrl-C ends it" : $"watching plan {plan.Id}; its end or Ctrl-C ends it");
        while (true)
        {
            // looked at before the entries are read: those that brought the plan to its end are shown
            if (plan is not null && !(await opened.Engine.ForPerson().PlanAsync(plan.Id, run.Stop)).TryGet(out plan, out refusal))
            {
                return run.Refuse(refusal);
            }

            if (!(await VerifiedChain.ReadAsync(opened.Store, head, entry => Write(run, entry, plan?.Id, json), run.Stop))
                .TryGet(out head, out refusal))
            {
                return run.Refuse(refusal);
            }

            await run.Around.Out.FlushAsync(run.Stop);
            if (plan is not null && End(run, plan) is { } code)
            {
                return code;
            }

            await opened.Store.WaitAsync(head.Size, Look, run.Stop);
        }
    }

    /// <summary>The exit code where a plan has ended: 0 where it was executed, else 1.</summary>
    private static int? End(Invocation run, PlanRecord plan)
    {
        // expiry is written down by whoever comes next; until then nobody may, and there is nothing left to watch
        var overdue = plan.Status is PlanStatus.Proposed or PlanStatus.Approved && plan.ExpiresAt <= run.Now;
        if (!plan.HasEnded && !overdue)
        {
            return null;
        }

        run.Complain(overdue ? $"the plan ran out of time, {Moment.Of(plan.ExpiresAt, run.Now)}" : $"the plan is {plan.Status.Word()}");
        return plan.Status == PlanStatus.Executed ? Exit.Success : Exit.Refused;
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
