using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Evidence;
using Interlock.Plans;

namespace Interlock.Cli.Commands;

/// <summary><c>evidence</c> and <c>verify-evidence</c>: what outsiders need to check a plan, and the check itself.</summary>
internal static class EvidenceCommands
{
    public static Command Write(Grammar grammar)
    {
        var plan = grammar.Plan();
        var output = new Option<string>("-o", "--output") { Description = "the new folder", HelpName = "DIR", Required = true };
        var json = Grammar.Json();
        return grammar.Command(
            "evidence",
            "write what an outsider needs to check a plan with sha256sum, openssl and ssh-keygen into a new folder",
            run => run.ReadAsync(rules: false, async opened =>
            {
                var folder = run.Text(output);
                if (!(await opened.Engine.ForPerson().FindAsync(run.Text(plan), run.Stop)).TryGet(out var id, out var refusal))
                {
                    return run.RefusePlan(refusal, opened.Configuration.Place);
                }

                if (!(await EvidenceBundle.WriteAsync(opened, id, run.Around.PathOf(folder), run.Stop)).TryGet(out var report, out refusal))
                {
                    return run.Refuse(refusal);
                }

                Show(run, report, run.Value(json), $"wrote {Escape.Line(folder)}; whoever gets it reads VERIFY.md in it");
                return Exit.Success;
            }),
            plan,
            output,
            json);
    }

    public static Command Verify(Grammar grammar)
    {
        var folder = new Argument<string>("folder") { Description = "a folder that `evidence` wrote" };
        var json = Grammar.Json();
        return grammar.Command(
            "verify-evidence",
            "check the evidence about a plan; needs neither a configuration nor a ledger",
            async run =>
            {
                if (!(await EvidenceBundle.VerifyAsync(run.Around.PathOf(run.Text(folder)), run.Stop)).TryGet(out var report, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                Show(run, report, run.Value(json), "the evidence holds");
                return Exit.Success;
            },
            folder,
            json);
    }

    private static void Show(Invocation run, EvidenceReport report, bool json, string sentence)
    {
        if (json)
        {
            run.Answer(JsonObject.Of(
                ("ok", true),
                ("plan_id", report.Plan.Id.ToString()),
                ("plan_hash", report.Plan.Hash.ToString()),
                ("status", report.Plan.Status.Word()),
                ("size", report.Checkpoint.Head.Size),
                ("root", report.Checkpoint.Head.Root.ToString()),
                ("log", report.LogKey.ToString()),
                ("people", new JsonArray(report.People.Select(static person => (JsonValue)Json(person))))));
            return;
        }

        run.Say(sentence);
        run.Say("proven:");
        foreach (var line in report.Proven)
        {
            run.Say($"  {Escape.Line(line)}");
        }

        run.Say("not proven:");
        foreach (var line in EvidenceReport.NotProven)
        {
            run.Say($"  {line}");
        }
    }

    private static JsonObject Json(EvidencePerson person) => JsonObject.Of(
        ("seq", person.Seq),
        ("type", person.Type.Name),
        ("person", person.Person),
        ("key", person.Key is null ? JsonNull.Instance : (JsonValue)person.Key),
        ("assurance", person.Assurance));
}
