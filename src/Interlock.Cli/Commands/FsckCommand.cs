using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Cli.Commands;

/// <summary><c>fsck</c>: rebuilds all that follows from the chain and compares. Changes nothing.</summary>
internal static class FsckCommand
{
    public static Command Create(Grammar grammar)
    {
        var json = Grammar.Json();
        return grammar.Command(
            "fsck",
            "verify the whole ledger and everything that follows from it; changes nothing",
            run => run.ReadAsync(rules: false, async opened =>
            {
                if (!(await FindAsync(opened, run.Stop)).TryGet(out var found, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                if (run.Value(json))
                {
                    run.Answer(JsonObject.Of(
                        ("ok", found.Findings.Count == 0),
                        ("entries", found.Entries),
                        ("findings", new JsonArray(found.Findings.Select(finding => (JsonValue)finding)))));
                }
                else if (found.Findings.Count == 0)
                {
                    run.Say($"sound: {found.Entries} entries, and everything that follows from them");
                }
                else
                {
                    foreach (var finding in found.Findings)
                    {
                        run.Say(Escape.Line(finding));
                    }

                    run.Complain($"the ledger is not sound: {found.Findings.Count} findings; restore it from a backup");
                }

                return found.Findings.Count == 0 ? Exit.Success : Exit.DoesNotVerify;
            }),
            json);
    }

    /// <summary>What does not follow from the chain, and what the chain itself breaks of the lifecycle.</summary>
    public static async Task<Result<Soundness>> FindAsync(Installation opened, CancellationToken stop)
    {
        if (!(await opened.Store.HeadAsync(stop)).TryGet(out var head, out var refusal) && refusal.Code != RefusalCode.Corrupt)
        {
            return refusal;
        }

        if (!(await opened.Store.CheckAsync(stop)).TryGet(out var stored, out refusal))
        {
            return refusal;
        }

        var findings = stored.ToList();
        if (findings.Count == 0 && await LifecycleAsync(opened.Store, stop) is { } broken)
        {
            findings.Add(broken.Message);
        }

        // what the chain cannot show: that those agreed whose names stand in it, also to what was erased
        if (findings.Count == 0 && await opened.Engine.VerifyAsync(stop) is { } forged)
        {
            findings.Add(forged.Message);
        }

        if (await AnchorFindingAsync(opened, stop) is { } unanchored)
        {
            findings.Add(unanchored.Message);
        }

        return new Soundness(head.Size, findings);
    }

    /// <summary>What the anchor has against the ledger, where one is configured and anything was written yet.</summary>
    private static async Task<Refusal?> AnchorFindingAsync(Installation opened, CancellationToken stop) =>
        opened.Configuration.Log is not { } log ? null
        : LogAnchor.ForReading(log).TryGet(out var anchor, out var refusal) ? await opened.Store.CheckAnchorAsync(anchor, stop)
        : refusal;

    private static async Task<Refusal?> LifecycleAsync(ILedgerStore store, CancellationToken stop)
    {
        var plans = new Dictionary<PlanId, PlanRecord>();
        Refusal? broken = null;
        var read = await VerifiedChain.ReadAsync(
            store,
            ChainHead.Empty,
            entry =>
            {
                if (broken is null && PlanRow.Concerns(entry) is { } id)
                {
                    if (PlanLifecycle.Next(plans.GetValueOrDefault(id), entry).TryGet(out var next, out var illegal))
                    {
                        plans[id] = next;
                    }
                    else
                    {
                        broken = illegal;
                    }
                }
            },
            stop);
        return read.TryGet(out _, out var refusal) ? broken : refusal;
    }

    internal sealed record Soundness(long Entries, IReadOnlyList<string> Findings);
}
