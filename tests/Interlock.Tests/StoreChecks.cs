using Interlock.Ledger;

namespace Interlock.Tests;

/// <summary>The check of a store where nobody looks at its entries.</summary>
internal static class StoreChecks
{
    public static Task<Result<StoreCheck>> CheckAsync(this ILedgerStore store, CancellationToken cancellationToken) =>
        store.CheckAsync(visit: null, cancellationToken);
}
