using System.CommandLine;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.People;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Sessions;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>recover</c>: takes a ledger up again that was put back from a copy, or whose anchor is lost. The only way around the rules of the anchor,
/// and a signed one: a new epoch begins, and nothing that was approved before counts.
/// </summary>
internal static class RecoverCommand
{
    public static Command Create(Grammar grammar)
    {
        var by = Grammar.By();
        var key = Grammar.Key();
        var reason = Grammar.Reason();
        var restored = new Option<bool>("--restored")
        {
            Description = "begin a new epoch although ledger and anchor agree: both were put back from a copy together",
        };
        var json = Grammar.Json();
        return grammar.Command(
            "recover",
            "take the ledger up again after a restore: a new epoch, in which nothing approved before counts",
            async run =>
            {
                if (!run.TryConfigure(out var configuration))
                {
                    return Exit.Configuration;
                }

                if (!Installation.HasLedger(configuration))
                {
                    return run.Refuse(Refusal.Of(
                        RefusalCode.NotFound, $"there is no ledger in {Plain.Text(configuration.DataFolder)}; put a copy of it back first"));
                }

                LogAnchor? log = null;
                if ((configuration.Log is { } place && !LogAnchor.Open(place).TryGet(out log, out var refusal))
                    || !DataFolder.Open(configuration.DataFolder).TryGet(out var folder, out refusal))
                {
                    return run.Refuse(refusal);
                }

                using (log)
                {
                    // nobody may execute from a ledger that is about to be another one
                    if (!folder.TakeExecutorLock().TryGet(out var executor, out refusal))
                    {
                        return run.Refuse(refusal);
                    }

                    using (executor)
                    {
                        if (!(await Installation.OpenForRecoveryAsync(configuration, folder, run.Stop)).TryGet(out var opened, out refusal))
                        {
                            return run.Refuse(refusal);
                        }

                        await using (opened)
                        {
                            return await new Recovering(run, opened, log, run.Value(restored), run.Value(json))
                                .RunAsync(run.Value(by), run.Value(key), run.Value(reason));
                        }
                    }
                }
            },
            by,
            key,
            reason,
            restored,
            json);
    }

    /// <summary>One recovery.</summary>
    private sealed class Recovering(Invocation run, Installation opened, LogAnchor? log, bool restored, bool json)
    {
        private readonly RecoverySession session = opened.Engine.ForRecovery();

        public async Task<int> RunAsync(string? by, string? key, string? reason)
        {
            var anchor = Anchor(out var damage);
            if (!(await session.StandingAsync(anchor, run.Stop)).TryGet(out var standing, out var refusal))
            {
                return run.Refuse(refusal);
            }

            if (standing.IsDone)
            {
                run.Complain("the new epoch has begun already, only its anchor was missing");
                return await AnchoredAsync(standing.Instance.Epoch);
            }

            if (!restored && (standing.Agrees || log is null))
            {
                return run.Refuse(Refusal.Of(
                    RefusalCode.WrongStatus,
                    (log is null ? "there is no anchor (no `log:`) that could disagree with the ledger" : "the ledger agrees with its anchor")
                    + "; where it was put back from a copy all the same, say so with `--restored`"));
            }

            if (!(await Signatories.FindAsync(run.Around, standing.Signers, standing.TakesUnsigned, by, key, run.Stop)).TryGet(out var who, out refusal)
                || !(await session.StatementAsync(anchor, who.Person, reason, run.Stop)).TryGet(out var statement, out refusal))
            {
                return run.Refuse(refusal);
            }

            Explain(standing, damage, who);
            if (Confirmation.Ask(run, standing.NewDigest.ToString(), "recover", "a recovery is confirmed at a terminal") is { } unsure)
            {
                return run.Refuse(unsure);
            }

            if (!(await who.SignAsync(statement, run.Stop)).TryGet(out var signature, out refusal)
                || !(await session.SignAsync(anchor, statement, signature, run.Stop)).TryGet(out var entry, out refusal))
            {
                return run.Refuse(refusal);
            }

            if (entry.Kind != EventKinds.Recovered)
            {
                Said(entry, "signed: the ledger stays closed until others have signed too, each with `interlock recover`");
                return Exit.Success;
            }

            if (await AnchoredAsync(standing.Epoch) is var exit and not Exit.Success)
            {
                return exit;
            }

            Said(entry, $"recovered: epoch {standing.Epoch} begins behind entry {standing.Head.Size - 1}; nothing that was approved before counts, have it proposed again");
            return Exit.Success;
        }

        private void Said(LedgerEntry entry, string sentence)
        {
            if (json)
            {
                run.Answer(LedgerLines.Json(entry));
            }
            else
            {
                run.Say(sentence);
            }
        }

        /// <summary>What the anchor holds; null where it is missing or cannot be read, and then why.</summary>
        private TreeHead? Anchor(out string? damage)
        {
            damage = null;
            if (log is null)
            {
                return null;
            }

            if (!log.Anchor.Read().TryGet(out var reading, out var refusal))
            {
                damage = refusal.Message;
                return null;
            }

            damage = reading.Newest is null ? $"{log.Anchor.Name} is missing" : null;
            return reading.Newest?.Head;
        }

        private async Task<int> AnchoredAsync(int epoch) =>
            !(await opened.Store.TreeHeadAsync(run.Stop)).TryGet(out var head, out var refusal) ? run.Refuse(refusal)
            : log?.Replace(head, epoch) is { } unwritten ? run.Refuse(unwritten)
            : Exit.Success;

        private void Explain(RecoveryStanding standing, string? damage, Signatory who)
        {
            var page = Page.For(run.Around);
            page.Line($"ledger   {standing.Head.Size} entries, root {standing.Head.Root}");
            page.Line(0, 9, standing.Anchor is { } anchor ? $"anchor   {anchor.Size} entries, root {anchor.Root}"
                : damage is not null ? $"anchor   {Escape.Line(damage, 4_096)}" : "anchor   none is configured");
            page.Line(0, 9, $"lost     {(standing.Anchor is { } there && there.Size > standing.Head.Size ? $"{there.Size - standing.Head.Size} entries at least: decisions, runs and locks of that time are forgotten" : "nobody can say from here")}");
            page.Line($"epoch    {standing.Epoch} begins: every approval of epoch {standing.Instance.Epoch} is void");
            page.Line($"old      {standing.OldDigest}");
            page.Line($"new      {standing.NewDigest}");
            page.Line(0, 2, $"signing as {Escape.Line(who.Person)}", who.Key is { } key
                ? $" with {key.KeyType} {key.Fingerprint}, {Signatory.Custody(key)}"
                : ": unsigned (assurance: none), nothing proves who typed the name");
            var screen = json ? run.Around.Error : run.Around.Out;
            screen.Write(page.ToString());
            screen.Flush();
        }
    }
}
