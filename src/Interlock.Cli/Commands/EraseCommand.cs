using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Terminal;

namespace Interlock.Cli.Commands;

/// <summary><c>erase</c>: erases a body, an output or another blob; its digest, and who erased it, stay.</summary>
internal static class EraseCommand
{
    public static Command Create(Grammar grammar)
    {
        var digest = new Argument<string>("digest") { Description = "the blob's digest, 64 hexadecimal digits, as `log --json` shows it" };
        var by = Grammar.By();
        var key = Grammar.Key();
        var reason = new Option<string>("--reason") { Description = "why, for the record", HelpName = "TEXT", Required = true };
        var yes = new Option<bool>("--yes") { Description = "erase without typing the digest" };
        var json = Grammar.Json();
        return grammar.Command(
            "erase",
            "erase what a digest names, of a plan that has ended; the digest stays, and who erased it",
            run => run.DecideAsync(async opened =>
            {
                if (!Sha256Digest.TryParse(run.Text(digest), out var blob))
                {
                    return run.Refuse(Refusal.Of(RefusalCode.Malformed, "a digest is 64 lower-case hexadecimal digits; `interlock log --json` shows them whole"));
                }

                // the statement is made only of a blob that can be erased: nobody types the digest of another one
                var session = opened.Engine.ForErasure();
                var signed = await run.SignAsync(opened, run.Value(by), run.Value(key), async name =>
                    !(await session.StatementAsync(blob, name, run.Text(reason), run.Stop)).TryGet(out var statement, out var needed) ? needed
                    : !run.Value(yes) && Confirmation.To("erase", "pass `--yes`").Ask(run, run.Around.Error, blob.ToString()) is { } unsure ? unsure
                    : statement);
                if (!signed.TryGet(out var said, out var refusal)
                    || !(await session.EraseAsync(said.Statement, said.Signature, run.Stop)).TryGet(out var entry, out refusal))
                {
                    return run.Refuse(refusal);
                }

                if (run.Value(json))
                {
                    run.Answer(LedgerLines.Json(entry));
                }
                else
                {
                    run.Say($"erased: {blob}; backups and exports that were made before still hold it");
                }

                return Exit.Success;
            }),
            digest,
            by,
            key,
            reason,
            yes,
            json);
    }
}
