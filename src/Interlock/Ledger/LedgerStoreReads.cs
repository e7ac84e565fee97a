using System.Collections.Immutable;

namespace Interlock.Ledger;

/// <summary>Short forms of what a store is asked most.</summary>
public static class LedgerStoreReads
{
    /// <summary>All stored lines of one stream, see <see cref="ILedgerStore.ReadStreamAsync"/>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(
        this ILedgerStore store, StreamId stream, CancellationToken cancellationToken) =>
        store.ReadStreamAsync(new StreamVersion(stream, 0), cancellationToken);
}
