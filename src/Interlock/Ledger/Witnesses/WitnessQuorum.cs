using System.Collections.Immutable;

namespace Interlock.Ledger;

/// <summary>
/// So many of the configured witnesses. All are asked at once; the wait ends with the answer that completes the quorum, and as soon as it
/// cannot be completed any more. What a witness says counts only when its cosignature verifies.
/// </summary>
internal sealed class WitnessQuorum(WitnessOptions options, TimeProvider clock)
{
    private readonly ImmutableArray<QuorumMember> members = [.. options.Witnesses.Select(one => new QuorumMember(one, clock))];

    /// <summary>Gets one checkpoint held by as many as are required. One call at a time.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="prove">Proves that it continues what a witness holds.</param>
    /// <param name="patient">Whether witnesses that do not answer are asked again until the wait is over.</param>
    /// <param name="over">Ends the wait.</param>
    public async Task<Result<WitnessedCheckpoint>> HoldAsync(
        SignedCheckpoint checkpoint, ProveConsistency prove, bool patient, CancellationToken over)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(over);
        var open = members.Select(member => member.HoldAsync(checkpoint, prove, patient, enough.Token)).ToList();
        var held = new List<HeldBy>();
        var refusals = new List<Refusal>();
        while (held.Count < options.Require && held.Count + open.Count >= options.Require)
        {
            var next = await Task.WhenAny(open);
            open.Remove(next);
            if ((await next).TryGet(out var by, out var refusal))
            {
                held.Add(by);
            }
            else
            {
                refusals.Add(refusal);
            }
        }

        await enough.CancelAsync();
        await Task.WhenAll(open);
        return held.Count >= options.Require ? WitnessedCheckpoint.Of(checkpoint, held) : Short(refusals);
    }

    /// <summary>
    /// A history that a witness contradicts comes before a witness that is only away. How many vouched for it is not said: the rest were not
    /// waited for.
    /// </summary>
    private Refusal Short(List<Refusal> refusals) => Refusal.Of(
        refusals.Exists(static refusal => refusal.Code == RefusalCode.Corrupt) ? RefusalCode.Corrupt : RefusalCode.Unwitnessed,
        $"too few witnesses vouched for the ledger's checkpoint (required: {options.Require}): "
        + string.Join("; ", refusals.OrderBy(static refusal => refusal.Code == RefusalCode.Corrupt ? 0 : 1).Select(static refusal => refusal.Message)));
}
