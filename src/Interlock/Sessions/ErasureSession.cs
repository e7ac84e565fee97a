using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>
/// Erases a body, an output or another blob by a signed entry: what was in it is gone, that it was there and who erased it stays. Never one
/// that a plan still needs, and never one that proves who decided what.
/// </summary>
public sealed class ErasureSession
{
    private const int Attempts = 8;

    private readonly EngineParts parts;
    private readonly StatementCheck check;

    internal ErasureSession(EngineParts parts)
    {
        this.parts = parts;
        check = new StatementCheck(parts);
    }

    /// <summary>The statement of whoever erases a blob, to be signed.</summary>
    /// <param name="blob">The blob's digest.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<Statement>> StatementAsync(Sha256Digest blob, string by, string? reason, CancellationToken cancellationToken) =>
        !(await UsesAsync(cancellationToken)).TryGet(out var uses, out var refusal) ? refusal
        : await FaultAsync(uses, blob, cancellationToken) is { } needed ? needed
        : (await check.SourceAsync(by, reason, cancellationToken)).TryGet(out var source, out refusal)
            ? Statements.Erase(blob, source)
            : refusal;

    /// <summary>Takes the statement back with its signature, and erases the blob.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="signature">The armoured SSHSIG; empty for none, which counts only where the engine allows it.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    /// <returns>The <c>erased</c> entry.</returns>
    public async Task<Result<LedgerEntry>> EraseAsync(
        Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (!(await check.TakeAsync(StatementType.Erase, statement, signature, cancellationToken)).TryGet(out var by, out var refusal))
        {
            return refusal;
        }

        var blob = statement.DigestOf("blob_digest");
        var erased = JsonObject.Of(
            [(EventKinds.KindField, EventKinds.Erased), ("digest", blob.ToString()), ("by", by.Person), .. by.Fields]);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (!(await UsesAsync(cancellationToken)).TryGet(out var uses, out refusal))
            {
                return refusal;
            }

            if (await FaultAsync(uses, blob, cancellationToken) is { } needed)
            {
                return needed;
            }

            var answer = await parts.Store.AppendReadingAgainAsync(
                new Append
                {
                    // whatever came since may need the blob: a plan with the same body, a run that begins
                    Reads = [new StreamVersion(StreamId.Ledger, uses.Size)],
                    Events = [erased],
                    Blobs = StatementCheck.BlobsOf(statement, signature),
                    Erases = [blob],
                },
                cancellationToken);
            switch (answer)
            {
                case AppendAnswer.Appended appended:
                    return appended.Entries[0];
                case AppendAnswer.Conflict:
                    break;
                case AppendAnswer.Refused refused:
                    return refused.Refusal;
                case AppendAnswer.OutcomeUnknown unknown:
                    return unknown.Refusal;
            }
        }

        return Refusal.Of(RefusalCode.Busy, "the ledger grows faster than it can be looked through; stop everything, then erase again");
    }

    private async Task<Result<BlobUses>> UsesAsync(CancellationToken cancellationToken)
    {
        var uses = new BlobUses();
        var read = await VerifiedChain.ReadAsync(parts.Store, ChainHead.Empty, entry => uses.Take(entry), cancellationToken);
        return read.TryGet(out _, out var refusal) ? uses : refusal;
    }

    private async Task<Refusal?> FaultAsync(BlobUses uses, Sha256Digest blob, CancellationToken cancellationToken) =>
        uses.Fault(blob)
        ?? ((await parts.Store.ReadBlobAsync(blob, cancellationToken)).TryGet(out _, out var refusal) || refusal.Code == RefusalCode.Corrupt
            ? null

            // erased before, or never there: a second entry would say nothing
            : refusal);
}
