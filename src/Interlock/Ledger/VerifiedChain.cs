namespace Interlock.Ledger;

/// <summary>
/// Reads a store's chain and lets out only what verifies without a gap: the one way to fold a state on which something is
/// decided (architecture, the ledger is the truth).
/// </summary>
public static class VerifiedChain
{
    /// <summary>How many lines are held at once: at most 512 times 64 KiB.</summary>
    private const int PageSize = 512;

    /// <summary>Verifies from a head that this process verified before, up to the stored head.</summary>
    /// <param name="store">The store.</param>
    /// <param name="from">Where to go on; <see cref="ChainHead.Empty"/> for the whole chain.</param>
    /// <param name="visit">Gets each entry once it is verified, in order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>
    /// The head that was reached. Refused as corrupt where a line does not verify, where the chain ends before
    /// <paramref name="from"/>, or where it holds another entry there: then what was visited must be thrown away.
    /// </returns>
    public static async Task<Result<ChainHead>> ReadAsync(
        ILedgerStore store,
        ChainHead from,
        Func<LedgerEntry, ValueTask> visit,
        CancellationToken cancellationToken)
    {
        if (!(await store.HeadAsync(cancellationToken)).TryGet(out var stored, out var refusal))
        {
            return refusal;
        }

        var head = from;
        while (head.Size < stored.Size)
        {
            var page = await store.ReadAsync(head.Size, PageSize, cancellationToken);
            if (!page.TryGet(out var lines, out refusal))
            {
                return refusal;
            }

            if (lines.IsEmpty)
            {
                return LedgerRefusals.Broken($"entry {head.Size} is missing");
            }

            foreach (var line in lines)
            {
                if (!LedgerEntry.TryVerify(head, line, out var entry, out var error))
                {
                    return LedgerRefusals.Broken(error);
                }

                await visit(entry);
                head = entry.Head;
            }
        }

        // a page may run past the head that was read first; the head is then an entry that was just verified
        if (stored.Size < from.Size)
        {
            return LedgerRefusals.Broken($"it holds {stored.Size} entries where {from.Size} were read before; its end is gone");
        }

        return stored.Size == head.Size && stored.Hash != head.Hash
            ? LedgerRefusals.Broken($"entry {head.Size - 1} is not the one that was read before")
            : head;
    }

    /// <summary>The same with a visitor that has nothing to wait for.</summary>
    /// <param name="store">The store.</param>
    /// <param name="from">Where to go on; <see cref="ChainHead.Empty"/> for the whole chain.</param>
    /// <param name="visit">Gets each entry once it is verified, in order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static Task<Result<ChainHead>> ReadAsync(
        ILedgerStore store,
        ChainHead from,
        Action<LedgerEntry> visit,
        CancellationToken cancellationToken) =>
        ReadAsync(
            store,
            from,
            entry =>
            {
                visit(entry);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
}
