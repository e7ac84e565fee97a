using Interlock.Tests.Execution;

namespace Interlock.Tests.Attacks;

/// <summary>
/// The honest limit of a governance that is not locked, written down in <c>docs/threat-model.md</c>: what decided at some time is what the
/// ledger says. Whoever closes it makes this test fail, and changes that page.
/// </summary>
public sealed class OpenGovernance
{
    [Fact]
    public async Task Who_writes_the_ledger_alone_can_still_end_a_stop_by_signers_of_their_own()
    {
        await using var ledger = await AttackedLedger.OpenAsync();
        var id = await ledger.Running.ApprovedAsync();
        await ledger.Running.StopAsync();
        Assert.Equal("stopped", (await ledger.Running.RefusedAtTheGateAsync(id)).Code);
        var statement = Bench.Must(await ledger.Running.Person.BrakeAsync("resume", "mallory", null, default));
        await ledger.StopAsync();
        await ledger.Hand.AppendAsync(ledger.Clock, async forger =>
        {
            await forger.AppendAsync([AttackedLedger.Configured("mallory")], AttackedLedger.ConfiguredBlobs("mallory"));
            await forger.ResumeAsync(Forgery.Of(statement, SignedBench.Sign("mallory", statement)) with { Key = SignedBench.KeyOf("mallory").Fingerprint });
        });

        // the next process records what it loaded itself, so that approvals are judged by that; the stop is over all the same
        await ledger.StartAsync();
        Assert.Equal("executed", (await ledger.Running.Inner.ExecuteAsync(id)).Text("status"));
    }
}
