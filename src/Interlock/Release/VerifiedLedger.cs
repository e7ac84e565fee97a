using Interlock.Ledger;

namespace Interlock.Release;

/// <summary>
/// The only state that the release gate trusts: folded from a chain that this process verified from its first entry to its
/// head, then entry by entry. A fold of one plan's stream proves integrity, not completeness: a deleted <c>rejected</c>
/// leaves the rest well-formed. Here it breaks the chain, and a broken chain releases nothing ever after.
/// </summary>
internal sealed class VerifiedLedger(ILedgerStore store) : IDisposable
{
    private const int Page = 4_096;

    private readonly SemaphoreSlim turn = new(1, 1);
    private Refusal? broken;

    private LedgerState State { get; } = new();

    /// <summary>Verifies and folds what was appended since, and hands the state to one reader at a time.</summary>
    public async Task<Result<T>> ReadAsync<T>(Func<LedgerState, T> read, CancellationToken cancellationToken)
        where T : notnull
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await CatchUpAsync(cancellationToken) is { } refusal ? refusal : read(State);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<Refusal?> CatchUpAsync(CancellationToken cancellationToken)
    {
        while (broken is null)
        {
            var read = await store.ReadAsync(State.Head.Size, Page, cancellationToken);
            if (!read.TryGet(out var lines, out var refusal))
            {
                return refusal;
            }

            foreach (var line in lines)
            {
                broken ??= Take(line);
            }

            if (lines.Length < Page)
            {
                var ended = broken ?? await CompareHeadAsync(cancellationToken);

                // a head that cannot be read just now says nothing about the chain: only a wrong one breaks it for good
                broken = ended?.Code == RefusalCode.Corrupt ? ended : broken;
                return ended;
            }
        }

        return broken;
    }

    private Refusal? Take(ReadOnlyMemory<byte> line) =>
        LedgerEntry.TryVerify(State.Head, line, out var entry, out var error)
            ? State.Apply(entry)
            : Refusal.Of(RefusalCode.Corrupt, $"the ledger does not verify: {error}; nothing is released from it, run `interlock fsck`");

    /// <summary>A ledger that is shorter than what this process has already verified was cut under its feet.</summary>
    private async Task<Refusal?> CompareHeadAsync(CancellationToken cancellationToken)
    {
        if (!(await store.HeadAsync(cancellationToken)).TryGet(out var head, out var refusal))
        {
            return refusal;
        }

        if (head.Size > State.Head.Size || head == State.Head)
        {
            return null;
        }

        return Refusal.Of(
            RefusalCode.Corrupt,
            $"the ledger holds {head.Size} entries where this process has verified {State.Head.Size}, or ends in another entry;"
            + " it was cut or replaced, run `interlock fsck`");
    }
}
