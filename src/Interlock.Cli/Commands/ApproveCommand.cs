using System.CommandLine;

namespace Interlock.Cli.Commands;

/// <summary>
/// <c>approve</c>: shows what <c>show</c> shows, makes a statement of that very review and has the person sign it. If the plan would by
/// then do anything else, the engine refuses. <c>--write-statement</c> and <c>--signature</c> split it for a signer elsewhere.
/// </summary>
internal static class ApproveCommand
{
    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Plan("proposed");
        var by = Grammar.By();
        var key = Grammar.Key();
        var reason = Grammar.Reason();
        var yes = new Option<bool>("--yes") { Description = "approve without typing the hash" };
        var drift = new Option<bool>("--drift") { Description = "accept what looks different by now than when you approved" };
        var write = Grammar.WriteStatement();
        var signature = Grammar.Signature();
        var full = Grammar.Full();
        var json = Grammar.Json();
        return grammar.Command(
            "approve",
            "show a plan and countersign exactly what was shown",
            run => run.DecideAsync(run.Text(plan), (opened, id) =>
            {
                var approval = new Approval(run, opened, id, new Manner(
                    run.Value(by), run.Value(key), run.Value(reason), run.Value(yes), run.Value(drift), run.Value(full), run.Value(json)));
                return run.Value(signature) is { } signed ? approval.TakeAsync(signed)
                    : run.Value(write) is { } file ? approval.WriteAsync(file)
                    : approval.SignAsync();
            }),
            plan,
            by,
            key,
            reason,
            yes,
            drift,
            write,
            signature,
            full,
            json);
    }

    /// <summary>How somebody wants to approve.</summary>
    internal sealed record Manner(string? By, string? Key, string? Reason, bool Yes, bool Drift, bool Full, bool Json);
}
