using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.People;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Sessions;

namespace Interlock.Cli.Commands;

/// <summary>One recovery: look, sign, hand in, and write the new anchor; at a terminal, or in a file for a signer elsewhere.</summary>
internal sealed class Recovering
{
    private readonly Invocation run;
    private readonly LogAnchor? log;
    private readonly bool restored;
    private readonly bool json;
    private readonly RecoverySession session;
    private readonly TreeHead? anchor;
    private readonly string? damage;

    public Recovering(Invocation run, Installation opened, LogAnchor? log, bool restored, bool json)
    {
        this.run = run;
        this.log = log;
        this.restored = restored;
        this.json = json;
        session = opened.Engine.ForRecovery();
        (anchor, damage) = Anchor(log);
    }

    /// <summary>Looks whether there is anything to recover from, and goes on with whoever agrees to it.</summary>
    public async Task<int> RunAsync(Func<RecoveryStanding, Task<int>> agree)
    {
        if (!(await session.StandingAsync(anchor, run.Stop)).TryGet(out var standing, out var refusal))
        {
            return run.Refuse(refusal);
        }

        if (standing.IsDone)
        {
            run.Complain("the new epoch has begun already, only its anchor was missing");
            return await AnchoredAsync(standing.Instance.Epoch);
        }

        return restored || (!standing.Agrees && log is not null)
            ? await agree(standing)
            : run.Refuse(Refusal.Of(
                RefusalCode.WrongStatus,
                (log is null ? "there is no anchor (no `log:`) that could disagree with the ledger" : "the ledger agrees with its anchor")
                + "; where it was put back from a copy all the same, say so with `--restored`"));
    }

    /// <summary>Shows what would be done, asks, signs and hands in.</summary>
    public async Task<int> SignAsync(RecoveryStanding standing, string? by, string? key, string? reason)
    {
        if (!(await Signatories.FindAsync(run.Around, standing.Signers, standing.TakesUnsigned, by, key, run.Stop)).TryGet(out var who, out var refusal)
            || !(await session.StatementAsync(anchor, who.Person, reason, run.Stop)).TryGet(out var statement, out refusal))
        {
            return run.Refuse(refusal);
        }

        Explain(standing, who.Signing);
        if (Confirmation.To("recover", "a recovery is confirmed at a terminal").Ask(run, run.Around.Error, standing.NewDigest.ToString()) is { } unsure)
        {
            return run.Refuse(unsure);
        }

        return (await who.SignAsync(statement, run.Stop)).TryGet(out var signature, out refusal)
            ? await HandInAsync(standing, new SignedStatement(statement, signature))
            : run.Refuse(refusal);
    }

    /// <summary>Writes the statement, and what it is about, for a signer elsewhere.</summary>
    public async Task<int> WriteAsync(RecoveryStanding standing, string file, string? by, string? reason)
    {
        if (by is null)
        {
            return run.Refuse(StatementFiles.Nobody);
        }

        var refusal = Signatories.Unregistered(standing.Signers, by);
        if (refusal is not null
            || !(await session.StatementAsync(anchor, by, reason, run.Stop)).TryGet(out var statement, out refusal)
            || (refusal = StatementFiles.Write(run, file, statement, CanonicalJson.Write(About(standing)))) is not null)
        {
            return run.Refuse(refusal);
        }

        Explain(standing, $"to be signed by {Escape.Line(by)}");
        StatementFiles.Say(run, file, statement, restored ? "interlock recover --restored" : "interlock recover");
        return Exit.Success;
    }

    /// <summary>Takes the signature of a statement that was written before: whoever signed it has confirmed it.</summary>
    public async Task<int> TakeAsync(RecoveryStanding standing, string file) =>
        StatementFiles.Signed(run, file).TryGet(out var signed, out var refusal) ? await HandInAsync(standing, signed) : run.Refuse(refusal);

    private async Task<int> HandInAsync(RecoveryStanding standing, SignedStatement signed)
    {
        if (!(await session.SignAsync(anchor, signed.Statement, signed.Signature, run.Stop)).TryGet(out var entry, out var refusal))
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

        var last = (entry.Event["size"] is JsonNumber size ? (long)size.Value : standing.Head.Size) - 1;
        Said(entry, $"recovered: epoch {standing.Epoch} begins behind entry {last}; nothing that was approved before counts, have it proposed again");
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

    /// <summary>What the anchor holds; no head where it is missing or cannot be read, and then why.</summary>
    private static (TreeHead? Head, string? Damage) Anchor(LogAnchor? log) =>
        log is null ? (null, null)
        : !log.Anchor.Read().TryGet(out var reading, out var refusal) ? (null, refusal.Message)
        : (reading.Newest?.Head, reading.Newest is null ? $"{log.Anchor.Name} is missing" : null);

    /// <summary>Signs and anchors where the ledger ends now, as this process verified it: what the tree's table says nobody has compared.</summary>
    private async Task<int> AnchoredAsync(int epoch) =>
        !(await session.StandingAsync(anchor, run.Stop)).TryGet(out var now, out var refusal) ? run.Refuse(refusal)
        : log?.Replace(now.Head, epoch) is { } unwritten ? run.Refuse(unwritten)
        : Exit.Success;

    /// <summary>What the digests of the statement are the digests of, so that a signer elsewhere can hold them against each other.</summary>
    private static JsonObject About(RecoveryStanding standing) => JsonObject.Of(
        ("instance", standing.Instance.ToString()),
        ("epoch", standing.Epoch),
        ("ledger", standing.Head.ToJson()),
        ("anchor", standing.Anchor is { } head ? head.ToJson() : (JsonValue)JsonNull.Instance),
        ("old_digest", standing.OldDigest.ToString()),
        ("new_digest", standing.NewDigest.ToString()));

    private void Explain(RecoveryStanding standing, string who)
    {
        var page = Page.For(run.Around);
        page.Line($"ledger   {standing.Head.Size} entries, root {standing.Head.Root}");
        page.Line(0, 9, standing.Anchor is { } head ? $"anchor   {head.Size} entries, root {head.Root}"
            : damage is not null ? $"anchor   {Escape.Line(damage, 4_096)}" : "anchor   none is configured");
        page.Line(0, 9, $"lost     {(standing.Anchor is { } there && there.Size > standing.Head.Size ? $"{there.Size - standing.Head.Size} entries at least: decisions, runs and locks of that time are forgotten" : "nobody can say from here")}");
        page.Line($"epoch    {standing.Epoch} begins: every approval of epoch {standing.Instance.Epoch} is void");
        page.Line($"old      {standing.OldDigest}");
        page.Line($"new      {standing.NewDigest}");
        page.Line(0, 2, who);
        var screen = json ? run.Around.Error : run.Around.Out;
        screen.Write(page.ToString());
        screen.Flush();
    }
}
