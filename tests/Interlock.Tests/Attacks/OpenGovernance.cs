using Interlock.Ledger;
using Interlock.Tests.Execution;
using Interlock.Tests.Ledger;

namespace Interlock.Tests.Attacks;

/// <summary>
/// What decided at some time is what the ledger says, and in an open governance whoever writes it can say so. What takes effect today is
/// therefore asked of the keys that the process loaded, too.
/// </summary>
public sealed class OpenGovernance
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_that_was_ended_by_signers_whom_an_attacker_appended_is_in_force_for_the_gate(bool restored)
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.Running.StopAsync();
        Assert.Equal("stopped", (await ledger.Running.RefusedAtTheGateAsync(id)).Code);
        var loaded = (await ledger.Running.Store.ReadStreamAsync(StreamId.Governance, default)).Value()[^1].Event;
        var statement = Bench.Must(await ledger.Running.Person.BrakeAsync("resume", "mallory", null, default));
        await ledger.StopAsync();
        await ledger.Hand.AppendAsync(ledger.Clock, async forger =>
        {
            await forger.AppendAsync([AttackedLedger.Configured("mallory")], AttackedLedger.ConfiguredBlobs("mallory"));
            await forger.ResumeAsync(Forgery.Of(statement, SignedBench.Sign("mallory", statement)) with { Key = SignedBench.KeyOf("mallory").Fingerprint });
            if (restored)
            {
                // the true signers again, as if nothing had been
                await forger.AppendAsync([loaded.With("kind", "configured").With("old", "code").Without("random").Without("log_key")]);
            }
        });

        await ledger.StartAsync();

        Assert.Equal("stopped", (await ledger.Running.RefusedAtTheGateAsync(id)).Code);
    }

    /// <summary>The honest limit, written down in <c>docs/threat-model.md</c>; whoever closes it makes this fail, and changes that page.</summary>
    [Fact]
    public async Task A_lock_in_doubt_can_still_be_freed_by_signers_whom_an_attacker_appended()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var doubtful = await ledger.Running.InDoubtAsync();
        var waiting = await ledger.Running.ApprovedAsync();
        Assert.Equal("locked", (await ledger.Running.RefusedAtTheGateAsync(waiting)).Code);
        var statement = Bench.Must(await ledger.Running.Person.ResolutionAsync(doubtful, "did_not", "mallory", null, default));
        await ledger.StopAsync();
        await ledger.Hand.AppendAsync(ledger.Clock, async forger =>
        {
            await forger.AppendAsync([AttackedLedger.Configured("mallory")], AttackedLedger.ConfiguredBlobs("mallory"));
            await forger.ResolveAsync(
                doubtful, Forgery.Of(statement, SignedBench.Sign("mallory", statement)) with { Key = SignedBench.KeyOf("mallory").Fingerprint, Reason = null });
        });

        await ledger.StartAsync();

        Assert.Equal("executed", (await ledger.Running.Inner.ExecuteAsync(waiting)).Text("status"));
    }
}
