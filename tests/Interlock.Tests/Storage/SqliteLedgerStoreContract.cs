using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Storage;

public sealed class SqliteLedgerStoreContract : LedgerStoreContract
{
    private readonly TemporaryFolder folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    private protected override async Task<ILedgerStore> MakeAsync() =>
        (await SqliteLedgerStore.OpenAsync(folder.File("ledger.db"), Clock, null, default)).Value();
}
