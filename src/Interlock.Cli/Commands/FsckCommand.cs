using System.Collections.Immutable;
using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Ledger;

namespace Interlock.Cli.Commands;

/// <summary><c>fsck</c>: rebuilds all that follows from the chain, asks every signature, and compares. Changes nothing in the ledger.</summary>
internal static class FsckCommand
{
    public static Command Create(Grammar grammar)
    {
        var json = Grammar.Json();
        return grammar.Command(
            "fsck",
            "verify the whole ledger and everything that follows from it; changes nothing in it",
            run => run.ReadAsync(rules: false, async opened =>
            {
                if (!(await FindAsync(opened, run.Stop)).TryGet(out var found, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                if (!run.Value(json))
                {
                    foreach (var note in found.Notes)
                    {
                        run.Complain(Escape.Line(note));
                    }
                }

                if (run.Value(json))
                {
                    run.Answer(JsonObject.Of(
                        ("ok", found.Findings.Length == 0),
                        ("entries", found.Entries),
                        ("findings", new JsonArray(found.Findings.Select(finding => (JsonValue)finding))),
                        ("notes", new JsonArray(found.Notes.Select(note => (JsonValue)note)))));
                }
                else if (found.Findings.Length == 0)
                {
                    run.Say($"sound: {found.Entries} entries, and everything that follows from them");
                }
                else
                {
                    foreach (var finding in found.Findings)
                    {
                        run.Say(Escape.Line(finding));
                    }

                    run.Complain($"the ledger is not sound: {found.Findings.Length} findings; restore it from a backup");
                }

                return found.Findings.Length == 0 ? Exit.Success : Exit.DoesNotVerify;
            }),
            json);
    }

    /// <summary>What does not follow from the chain, and what the chain itself breaks of the lifecycle, or says in the name of people who did not sign it.</summary>
    public static async Task<Result<Soundness>> FindAsync(Installation opened, CancellationToken stop)
    {
        if (!(await opened.Store.HeadAsync(stop)).TryGet(out var head, out var refusal) && refusal.Code != RefusalCode.Corrupt)
        {
            return refusal;
        }

        if (!(await AuditMemory.RunAsync(opened, stop)).TryGet(out var audited, out refusal))
        {
            return refusal;
        }

        var found = new Soundness(head.Size, audited.Findings, audited.Notes);
        if (opened.Configuration.Log is not { } log)
        {
            return found;
        }

        // what the anchor has against the ledger, and what somebody did to the anchor
        var disagrees = LogAnchor.ForReading(log).TryGet(out var anchor, out refusal) ? await opened.Store.CheckAnchorAsync(anchor, stop) : refusal;
        return found with
        {
            Findings = disagrees is null ? found.Findings : found.Findings.Add(disagrees.Message),
            Notes = anchor is null ? found.Notes : found.Notes.AddRange(anchor.Damages()),
        };
    }

    /// <summary>What <c>fsck</c> found.</summary>
    /// <param name="Entries">How many entries there are.</param>
    /// <param name="Findings">What does not verify.</param>
    /// <param name="Notes">What is worth knowing, and is no fault of the ledger.</param>
    internal sealed record Soundness(long Entries, ImmutableArray<string> Findings, ImmutableArray<string> Notes);
}
