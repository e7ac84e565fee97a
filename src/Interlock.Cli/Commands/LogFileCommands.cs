using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary><c>verify-audit</c>, <c>export</c>, <c>import</c>: logs as JSON lines.</summary>
internal static class LogFileCommands
{
    public static Command VerifyAudit(Grammar grammar)
    {
        var file = Grammar.File("a log as JSON lines: an export, or a log of interlock-mcp");
        var json = Grammar.Json();
        return grammar.Command(
            "verify-audit",
            "verify the chain of an audit log; needs no configuration",
            async run =>
            {
                var name = run.Text(file);
                if (!(await LedgerFiles.VerifyAsync(run.Around.PathOf(name), run.Stop)).TryGet(out var report, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                if (run.Value(json))
                {
                    run.Answer(Json(report));
                }
                else
                {
                    Say(run, name, report);
                }

                // an empty log proves nothing: whoever asks for a proof must not read success
                return report.Verdict == AuditVerdict.Verified ? Exit.Success : Exit.DoesNotVerify;
            },
            file,
            json);
    }

    public static Command Import(Grammar grammar)
    {
        var file = Grammar.File("a log of interlock-mcp, or an export");
        var json = Grammar.Json();
        return grammar.Command(
            "import",
            "archive a log: its file and one entry; it never becomes state",
            run => run.DecideAsync(async opened =>
            {
                var imported = await LedgerFiles.ImportAsync(
                    opened.Store, run.Around.PathOf(run.Text(file)), LedgerFiles.DefaultMaxImportBytes, run.Stop);
                if (!imported.TryGet(out var entry, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                if (run.Value(json))
                {
                    run.Answer(LedgerLines.Json(entry));
                }
                else
                {
                    run.Say(
                        $"archived {entry.Event["entries"]} entries as {entry.Event.Text("sha256")} (entry {entry.Seq}); no plan or approval comes of it");
                }

                return Exit.Success;
            }),
            file,
            json);
    }

    private static void Say(Invocation run, string name, AuditReport report)
    {
        var shown = Escape.Line(name);
        switch (report.Verdict)
        {
            case AuditVerdict.Verified:
                run.Say($"verified: {report.Entries} entries, head {report.Head}");
                run.Say("a log alone cannot show that its end was not cut off: compare the head with one that you kept");
                break;
            case AuditVerdict.Empty:
                run.Complain($"`{shown}` holds no entry, so nothing was verified; check the path");
                break;
            case AuditVerdict.Unknown:
            case AuditVerdict.Broken:
                run.Complain($"`{shown}` does not verify: {report.Problem}; the {report.Entries} entries before verify");
                break;
        }
    }

    private static JsonObject Json(AuditReport report) => JsonObject.Of(
        ("ok", report.Verdict == AuditVerdict.Verified),
        ("verdict", report.Verdict switch
        {
            AuditVerdict.Unknown => "unknown",
            AuditVerdict.Verified => "verified",
            AuditVerdict.Empty => "empty",
            AuditVerdict.Broken => "broken",
        }),
        ("entries", report.Entries),
        ("head", report.Head.ToString()),
        ("problem", report.Problem is { } problem
            ? JsonObject.Of(
                ("line", problem.Line), ("offset", problem.ByteOffset), ("message", problem.Message), ("torn", problem.Torn))
            : JsonNull.Instance));
}
