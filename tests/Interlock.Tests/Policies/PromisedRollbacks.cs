using Interlock.Canonical;
using Interlock.Sessions;
using Interlock.Tests.Execution;

namespace Interlock.Tests.Policies;

public sealed class PromisedRollbacks
{
    [Fact]
    public async Task A_rollback_by_an_action_that_does_not_exist_is_a_false_promise_and_refused()
    {
        await using var bench = await Bench.OpenAsync();
        var stage = Bench.Stage("a").With("rollback", JsonObject.Of(("action", "unset"), ("params", JsonObject.Empty)));

        var proposal = Bench.Must(await bench.AgentSession.ProposeAsync(
            JsonObject.Of(("intent", "set a"), ("stages", new JsonArray([stage]))), PlanLinks.None, default));

        Assert.Null(proposal.Plan);
        Assert.Contains(
            proposal.Validation.Invariants,
            invariant => !invariant.Ok && invariant.Detail.Contains("body/stages/0/rollback", StringComparison.Ordinal)
                && invariant.Detail.Contains("name one of", StringComparison.Ordinal));
    }
}
