using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.People;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Sessions;

namespace Interlock.Cli.Commands;

/// <summary>One agreement to a change of what decides: look, sign, hand in; at a terminal, or in a file for a signer elsewhere.</summary>
internal sealed class GovernanceSigning(Invocation run, Installation opened, bool json)
{
    private readonly GovernanceSession session = opened.Engine.ForGovernance();

    /// <summary>Shows the change, asks, signs and hands in.</summary>
    public async Task<int> SignAsync(string? by, string? key, string? reason, bool yes)
    {
        // those who decide now: who is new in the files here has nothing to say yet
        if (!(await session.StandingAsync(run.Stop)).TryGet(out var standing, out var refusal)
            || !(await Signatories.FindAsync(run.Around, standing.Recorded.Signers, allowUnsigned: false, by, key, run.Stop)).TryGet(out var who, out refusal)
            || !(await session.StatementAsync(who.Person, reason, run.Stop)).TryGet(out var statement, out refusal))
        {
            return run.Refuse(refusal);
        }

        Explain(standing, who.Signing);
        if (!yes && Confirmation.To("sign", "look at the change and pass `--yes`").Ask(run, run.Around.Error, standing.Here.Digest.ToString()) is { } unsure)
        {
            return run.Refuse(unsure);
        }

        return (await who.SignAsync(statement, run.Stop)).TryGet(out var signature, out refusal)
            ? await HandInAsync(new SignedStatement(statement, signature))
            : run.Refuse(refusal);
    }

    /// <summary>Writes the statement, and what it is about, for a signer elsewhere.</summary>
    public async Task<int> WriteAsync(string file, string? by, string? reason)
    {
        if (by is null)
        {
            return run.Refuse(StatementFiles.Nobody);
        }

        if (!(await session.StandingAsync(run.Stop)).TryGet(out var standing, out var refusal)
            || (refusal = Signatories.Unregistered(standing.Recorded.Signers, by)) is not null
            || !(await session.StatementAsync(by, reason, run.Stop)).TryGet(out var statement, out refusal)
            || (refusal = StatementFiles.Write(run, file, statement, CanonicalJson.Write(GovernanceCommand.Json(standing, opened.Configuration.GenesisFile)))) is not null)
        {
            return run.Refuse(refusal);
        }

        Explain(standing, $"to be signed by {Escape.Line(by)}");
        StatementFiles.Say(run, file, statement, "interlock governance sign");
        return Exit.Success;
    }

    /// <summary>Takes the signature of a statement that was written before.</summary>
    public async Task<int> TakeAsync(string file) =>
        StatementFiles.Signed(run, file).TryGet(out var signed, out var refusal) ? await HandInAsync(signed) : run.Refuse(refusal);

    private async Task<int> HandInAsync(SignedStatement signed)
    {
        if (!(await session.SignAsync(signed.Statement, signed.Signature, run.Stop)).TryGet(out var entry, out var refusal))
        {
            return run.Refuse(refusal);
        }

        if (json)
        {
            run.Answer(LedgerLines.Json(entry));
            return Exit.Success;
        }

        run.Say(entry.Kind == EventKinds.Configured
            ? "signed, and recorded: the policy and the signers here decide from now on"
            : "signed: what decides stays as it is until others have signed too; `interlock governance show` says who could");
        return Exit.Success;
    }

    private void Explain(GovernanceStanding standing, string who)
    {
        var page = Page.For(run.Around);
        page.Line($"old  {standing.Recorded.Digest}");
        page.Line($"new  {standing.Here.Digest}");
        foreach (var line in GovernanceExplain.Lines(standing))
        {
            page.Line(0, 4, new Part(line, line[0] == '+' ? Ink.Good : Ink.Bad));
        }

        page.Line(0, 2, who);
        var screen = json ? run.Around.Error : run.Around.Out;
        screen.Write(page.ToString());
        screen.Flush();
    }
}
