using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Release;

/// <summary>
/// The only state that the release gate trusts: folded from a chain that this process verified from its first entry to its
/// head, then entry by entry. A fold of one plan's stream proves integrity, not completeness: a deleted <c>rejected</c>
/// leaves the rest well-formed. Here it breaks the chain, and a broken chain releases nothing ever after.
/// </summary>
/// <param name="store">The ledger.</param>
/// <param name="anchor">Where its newest checkpoint is kept; null where nothing is signed.</param>
/// <param name="signatures">
/// Judges the entries that open what was closed, a stage in doubt or an emergency stop, and those that change what decides; null where
/// nobody judges them.
/// </param>
/// <param name="genesis">The hash of the genesis entry as somebody pinned it; null where nobody did.</param>
internal sealed class VerifiedLedger(
    ILedgerStore store, IAnchor? anchor = null, EntrySignatures? signatures = null, Sha256Digest? genesis = null) : IDisposable
{
    private const int Page = 4_096;

    private readonly SemaphoreSlim turn = new(1, 1);
    private Refusal? broken;
    private TreeHead? held;
    private ReadOnlyMemory<byte> last;

    private LedgerState State { get; } = new();

    /// <summary>Verifies and folds what was appended since, and hands the state to one reader at a time.</summary>
    public async Task<Result<T>> ReadAsync<T>(Func<LedgerState, T> read, CancellationToken cancellationToken)
        where T : notnull
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await LookAsync(cancellationToken) is { } refusal ? refusal : read(State);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    /// <summary>
    /// Each look holds what was verified against the anchor: a chain without a gap may still have lost its end, also under a running
    /// engine, where an entry of another process was acknowledged and taken out again before this one has seen it.
    /// </summary>
    private async Task<Refusal?> LookAsync(CancellationToken cancellationToken)
    {
        if (anchor is null)
        {
            return await CatchUpAsync(cancellationToken);
        }

        // the anchor first: what is appended after it was read makes the ledger longer, never shorter than it
        if (!anchor.Read().TryGet(out var reading, out var refusal))
        {
            return broken ?? refusal;
        }

        var newest = reading.Newest?.Head;
        if (await CatchUpAsync(cancellationToken) is { } unread)
        {
            return unread;
        }

        if (held is not null && held == newest)
        {
            return null;
        }

        broken = AnchorRules.Start(
            anchor.Name, State.Tree.Size, newest, newest is { } head && head.Size <= State.Tree.Size ? State.Tree.RootAt(head.Size) : default);
        held = broken is null ? newest : null;
        return broken;
    }

    private async Task<Refusal?> CatchUpAsync(CancellationToken cancellationToken)
    {
        while (broken is null)
        {
            // from the last verified line on, so that one look shows both what came and whether that line is still there
            var known = last.IsEmpty ? 0 : 1;
            var read = await store.ReadAsync(State.Head.Size - known, Page, cancellationToken);
            if (!read.TryGet(out var lines, out var refusal))
            {
                // a ledger that cannot be read just now says nothing about the chain: only a wrong one breaks it for good
                return refusal;
            }

            broken = known > 0 && (lines.IsEmpty || !lines[0].Span.SequenceEqual(last.Span))
                ? Refusal.Of(
                    RefusalCode.Corrupt,
                    $"entry {State.Head.Size - 1}, which this process has verified, is gone or is another one by now;"
                    + " the ledger was cut or replaced, run `interlock fsck`")
                : null;
            for (var i = known; i < lines.Length && broken is null; i++)
            {
                refusal = await TakeAsync(lines[i], cancellationToken);
                if (refusal is not null && refusal.Code != RefusalCode.Corrupt)
                {
                    return refusal;
                }

                broken = refusal;
            }

            if (lines.Length < Page)
            {
                return broken;
            }
        }

        return broken;
    }

    private async Task<Refusal?> TakeAsync(ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        if (!LedgerEntry.TryVerify(State.Head, line, out var entry, out var error))
        {
            return Refusal.Of(RefusalCode.Corrupt, $"the ledger does not verify: {error}; nothing is released from it, run `interlock fsck`");
        }

        if (State.Governance is null && genesis is { } pinned && entry.Hash != pinned)
        {
            return GenesisPin.OtherLedger(pinned, entry.Hash);
        }

        if (signatures is not null && await signatures.StandingFaultAsync(entry, State.Before(entry), cancellationToken) is { } forged)
        {
            return forged;
        }

        last = entry.Line;
        return State.Apply(entry);
    }
}
