using System.Globalization;
using Interlock.Storage;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Storage;

/// <summary>The child process of a test; it ends only by being killed, so it holds nothing that has to be cleaned up.</summary>
public sealed class AppendingChild
{
    internal const string Variable = "INTERLOCK_TEST_LEDGER";

    [Fact(Explicit = true)]
    public async Task Append_until_killed()
    {
        var path = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(path is null, "only a child process runs this");
        await using var store = (await SqliteLedgerStore.OpenAsync(path, TimeProvider.System, null, default)).Value();
        await using var log = new FileStream($"{path}.acknowledged", FileMode.Create);
        using var one = new SemaphoreSlim(1);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 1_000_000; i++)
            {
                var entry = (await store.AppendOkAsync(Events.Proposal((writer * 1_000_000) + i)))[0];
                await one.WaitAsync();
                await log.WriteAsync(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entry.Hash}\n")));
                await log.FlushAsync();
                one.Release();
            }
        })));
    }
}
