using Interlock.Ledger;

namespace Interlock.Release;

/// <summary>
/// Has the newest anchored checkpoint held by the witnesses. Runs beside each other share a round: whoever waits while one is under way is
/// answered by the next, which covers all that was appended meanwhile. Only the executor waits here; brakes and decisions never do.
/// </summary>
/// <param name="ledger">The fold that was verified: proofs come from its tree, not from stored hashes.</param>
/// <param name="anchor">Where the newest signed checkpoint is.</param>
/// <param name="options">The witnesses.</param>
/// <param name="clock">The clock of the bound.</param>
internal sealed class Witnessing(VerifiedLedger ledger, IAnchor anchor, WitnessOptions options, TimeProvider clock) : IDisposable
{
    private readonly WitnessQuorum quorum = new(options, clock);
    private readonly SemaphoreSlim turn = new(1, 1);
    private long lastBegan;
    private WitnessedCheckpoint? last;

    /// <summary>
    /// Whether the witnesses vouch for the ledger as it is now: a claim whose cover would not come afterwards burns an approval. They are
    /// given the newest checkpoint, which finds everything that a mere sign of life would not.
    /// </summary>
    /// <returns>Why not; null where they do.</returns>
    public async Task<Refusal?> ProbeAsync(CancellationToken shutdown) =>
        (await HoldAsync(covered: -1, patient: false, shutdown)).TryGet(out _, out var refusal) ? null
        : shutdown.IsCancellationRequested ? Refusal.Of(RefusalCode.Busy, "the executor was asked to end; nothing ran, ask again")
        : refusal;

    /// <summary>Waits until a checkpoint that covers an entry is held.</summary>
    /// <param name="seq">The entry.</param>
    /// <param name="shutdown">Ends the wait.</param>
    public Task<Result<WitnessedCheckpoint>> CoverAsync(long seq, CancellationToken shutdown) => HoldAsync(seq, patient: true, shutdown);

    public void Dispose() => turn.Dispose();

    private async Task<Result<WitnessedCheckpoint>> HoldAsync(long covered, bool patient, CancellationToken shutdown)
    {
        var asked = clock.GetTimestamp();
        using var bound = new CancellationTokenSource(options.Wait, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, shutdown);
        try
        {
            await turn.WaitAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            return Refusal.Of(RefusalCode.Unwitnessed, "the witnesses were still being waited for on behalf of another plan when the time was over");
        }

        try
        {
            // a round that began after this one was asked for answers it too
            return last is { } shared && lastBegan >= asked && shared.Checkpoint.Head.Size > covered
                ? shared
                : await RoundAsync(covered, patient, over.Token);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Result<WitnessedCheckpoint>> RoundAsync(long covered, bool patient, CancellationToken over)
    {
        var began = clock.GetTimestamp();
        if (!anchor.Read().TryGet(out var reading, out var refusal))
        {
            return refusal;
        }

        if (reading.Newest is not { } newest || newest.Head.Size <= covered)
        {
            return Refusal.Of(RefusalCode.Corrupt, $"{anchor.Name} does not cover entry {covered}, which was acknowledged; run `interlock fsck`");
        }

        var ours = await ledger.ReadAsync(state => state.Tree.Size >= newest.Head.Size && state.Tree.RootAt(newest.Head.Size) == newest.Head.Root, CancellationToken.None);
        if (!ours.TryGet(out var isOurs, out refusal))
        {
            return refusal;
        }

        if (!isOurs)
        {
            return Refusal.Of(RefusalCode.Corrupt, $"{anchor.Name} is not of this ledger; run `interlock fsck`");
        }

        var held = await quorum.HoldAsync(newest, ProveAsync, patient, over);
        if (held.TryGet(out var checkpoint, out _))
        {
            (last, lastBegan) = (checkpoint, began);
        }

        return held;
    }

    private Task<Result<ConsistencyProof>> ProveAsync(long older, long newer, CancellationToken cancellationToken) =>
        ledger.ReadAsync(state => state.Tree.ProveConsistency(older, newer), cancellationToken);
}
