using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Sessions;

namespace Interlock.Cli.Commands;

/// <summary><c>governance</c>: what decides, who agreed to change it, and which ledger counts.</summary>
internal static class GovernanceCommand
{
    public static Command Create(Grammar grammar)
    {
        var command = new Command("governance", "what decides: show it, sign a change of it, pin the ledger that counts");
        command.Subcommands.Add(Show(grammar));
        command.Subcommands.Add(Sign(grammar));
        command.Subcommands.Add(Pin(grammar));
        return command;
    }

    private static Command Show(Grammar grammar)
    {
        var json = Grammar.Json();
        return grammar.Command(
            "show",
            "show what decides, whether the files here are that, and who signed a change",
            run => run.ReadAsync(rules: true, async opened =>
            {
                if (!(await opened.Engine.ForGovernance().StandingAsync(run.Stop)).TryGet(out var standing, out var refusal))
                {
                    return run.Refuse(refusal);
                }

                if (run.Value(json))
                {
                    run.Answer(Json(standing, opened.Configuration.GenesisFile));
                }
                else
                {
                    Write(run, standing, opened.Configuration.GenesisFile);
                }

                return Exit.Success;
            }),
            json);
    }

    private static Command Sign(Grammar grammar)
    {
        var by = Grammar.By();
        var key = Grammar.Key();
        var reason = Grammar.Reason();
        var yes = new Option<bool>("--yes") { Description = "sign without typing the digest" };
        var write = Grammar.WriteStatement();
        var signature = Grammar.Signature();
        var json = Grammar.Json();
        return grammar.Command(
            "sign",
            "agree that the policy and the signers here take the place of those that decide",
            run => run.DecideAsync(opened =>
            {
                var signing = new GovernanceSigning(run, opened, run.Value(json));
                return run.Value(signature) is { } signed ? signing.TakeAsync(signed)
                    : run.Value(write) is { } file ? signing.WriteAsync(file, run.Value(by), run.Value(reason))
                    : signing.SignAsync(run.Value(by), run.Value(key), run.Value(reason), run.Value(yes));
            }),
            by,
            key,
            reason,
            yes,
            write,
            signature,
            json);
    }

    private static Command Pin(Grammar grammar) => grammar.Command(
        "pin",
        "write down which ledger counts, in the genesis file; begins the ledger where there is none",
        async run =>
        {
            if (!run.TryConfigure(out var configuration))
            {
                return Exit.Configuration;
            }

            if (!(await Installation.BeginAsync(configuration, run.Stop)).TryGet(out var genesis, out var refusal))
            {
                return run.Refuse(refusal);
            }

            run.Say($"genesis: {genesis}");
            if (configuration.GenesisFile is not { } path)
            {
                run.Say("no genesis file is configured; name one with `governance: {mode: locked, genesis: PATH}`");
                return Exit.Success;
            }

            return Write(run, path, genesis);
        });

    private static int Write(Invocation run, string path, Sha256Digest genesis)
    {
        var name = Escape.Line(path);
        if (GenesisFile.Read(path).TryGet(out var pinned, out var refusal))
        {
            return pinned == genesis
                ? Said($"{name} pins it already")
                : run.Refuse(Refusal.Of(
                    RefusalCode.Mismatch, $"`{name}` pins `{pinned}`, another ledger; put the true ledger back, or move that file away if you mean this one"));
        }

        if (refusal.Code != RefusalCode.NotFound)
        {
            return run.Refuse(refusal);
        }

        if (GenesisFile.Write(path, genesis) is { } unwritten)
        {
            run.Complain(unwritten.Message);
            run.Say($"write it as somebody who may:  echo {genesis} | sudo tee {name}");
            return Exit.Storage;
        }

        return Said(GenesisFile.Weakness(path) is { } weakness
            ? $"wrote {name}, which {weakness}: give it to somebody else, `sudo chown root: {name}` and its folder too"
            : $"wrote {name}");

        int Said(string sentence)
        {
            run.Say(sentence);
            return Exit.Success;
        }
    }

    private static void Write(Invocation run, GovernanceStanding standing, string? genesisFile)
    {
        var page = Page.For(run.Around);
        page.Line($"instance  {standing.Instance}");
        page.Line($"mode      {(standing.Recorded.IsLocked ? $"locked: a change needs {standing.Recorded.Approval.Governance.Change}" : "open: a change is recorded as it comes")}");
        page.Line($"policy    {standing.Recorded.PolicyDigest}");
        page.Line($"signers   {standing.Recorded.SignersDigest}");
        page.Line($"decides   {standing.Recorded.Digest}");
        if (standing.Recorded.IsLocked || genesisFile is not null)
        {
            page.Line(0, 10, $"pinned    {Pinned(standing, genesisFile)}");
        }

        if (standing.IsUnchanged)
        {
            page.Line("the files here are what decides");
        }
        else
        {
            page.Line(0, 2, new Part($"the files here are `{standing.Here.Digest}`, which decides nothing{(standing.Recorded.IsLocked ? " until it is signed" : " until it is recorded")}", Ink.Caution));
            foreach (var line in GovernanceExplain.Lines(standing))
            {
                page.Line(0, 4, new Part(line, line[0] == '+' ? Ink.Good : Ink.Bad));
            }

            foreach (var line in standing.Recorded.IsLocked ? standing.Answer.Lines : [])
            {
                page.Line(0, 2, Escape.Line(line, 4_096));
            }
        }

        run.Answer(page);
    }

    private static string Pinned(GovernanceStanding standing, string? genesisFile) =>
        genesisFile is null ? "by no file that is configured here"
        : !GenesisFile.Read(genesisFile).TryGet(out var pinned, out var refusal) ? Escape.Line(refusal.Message, 4_096)
        : pinned != standing.Instance.Genesis ? $"{Escape.Line(genesisFile)} pins another ledger"
        : $"in {Escape.Line(genesisFile)}{(GenesisFile.Weakness(genesisFile) is { } weakness ? $", which {weakness}" : "")}";

    /// <summary>How a change stands, for programs.</summary>
    public static JsonObject Json(GovernanceStanding standing, string? genesisFile) => JsonObject.Of(
        ("instance", standing.Instance.ToString()),
        ("mode", standing.Recorded.IsLocked ? "locked" : "open"),
        ("change", standing.Recorded.Approval.Governance.Change.ToString()),
        ("recorded", Digests(standing.Recorded)),
        ("here", Digests(standing.Here)),
        ("unchanged", standing.IsUnchanged),
        ("changes", new JsonArray(GovernanceExplain.Lines(standing).Select(static line => (JsonValue)line))),
        ("signed_by", new JsonArray(standing.SignedBy.Select(static entry => (JsonValue)(entry.Event.Text("by") ?? "")))),
        ("missing", new JsonArray(standing.Answer.Missing.Select(static one => (JsonValue)one.ToString()))),
        ("genesis_file", genesisFile is null ? JsonNull.Instance : (JsonValue)genesisFile));

    private static JsonObject Digests(GovernanceTerms terms) => JsonObject.Of(
        ("digest", terms.Digest.ToString()),
        ("policy_digest", terms.PolicyDigest.ToString()),
        ("signers_digest", terms.SignersDigest.ToString()));
}
