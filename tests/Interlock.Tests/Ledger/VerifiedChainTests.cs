using Interlock.Ledger;

namespace Interlock.Tests.Ledger;

public sealed class VerifiedChainTests
{
    [Fact]
    public async Task Reading_goes_on_from_a_head_that_was_verified_before()
    {
        await using var store = new MemoryLedgerStore(TimeProvider.System);
        for (var i = 0; i < 1_100; i++)
        {
            await store.AppendOkAsync(Events.Proposal(i));
        }

        var seen = new List<long>();
        var head = (await VerifiedChain.ReadAsync(store, ChainHead.Empty, entry => seen.Add(entry.Seq), default)).Value();
        Assert.Equal(Enumerable.Range(0, 1_100).Select(seq => (long)seq), seen);

        seen.Clear();
        Assert.Equal(head, (await VerifiedChain.ReadAsync(store, head, entry => seen.Add(entry.Seq), default)).Value());
        Assert.Empty(seen);
        await store.AppendOkAsync(Events.Proposal(2_000));
        Assert.Equal(1_101, (await VerifiedChain.ReadAsync(store, head, entry => seen.Add(entry.Seq), default)).Value().Size);
        Assert.Equal([1_100], seen);
    }

    [Fact]
    public async Task A_ledger_that_lost_its_end_or_was_written_anew_is_refused()
    {
        await using var one = new MemoryLedgerStore(TimeProvider.System);
        await using var other = new MemoryLedgerStore(TimeProvider.System);
        await one.AppendOkAsync(Events.Proposal(1));
        await other.AppendOkAsync(Events.Proposal(2));
        var first = (await one.HeadAsync(default)).Value();
        await one.AppendOkAsync(Events.Proposal(3));
        var second = (await one.HeadAsync(default)).Value();

        Assert.Contains("its end is gone", await RefusedAsync(other, second));
        Assert.Contains("not the one that was read before", await RefusedAsync(other, first));
        await other.AppendOkAsync(Events.Proposal(3));
        Assert.Contains("does not follow", await RefusedAsync(other, first));

        static async Task<string> RefusedAsync(ILedgerStore store, ChainHead from)
        {
            var refusal = (await VerifiedChain.ReadAsync(store, from, _ => { }, default)).Refusal();
            Assert.Equal(RefusalCode.Corrupt, refusal.Code);
            return refusal.Message;
        }
    }
}
