using System.CommandLine;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
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
        var write = Grammar.WriteStatement();
        var signature = Grammar.Signature();
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
                            var recovering = new Recovering(run, opened, log, run.Value(restored), run.Value(json));
                            return await recovering.RunAsync(standing =>
                                run.Value(signature) is { } signed ? recovering.TakeAsync(standing, signed)
                                : run.Value(write) is { } file ? recovering.WriteAsync(standing, file, run.Value(by), run.Value(reason))
                                : recovering.SignAsync(standing, run.Value(by), run.Value(key), run.Value(reason)));
                        }
                    }
                }
            },
            by,
            key,
            reason,
            restored,
            write,
            signature,
            json);
    }
}
