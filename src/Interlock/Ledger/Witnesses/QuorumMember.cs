using System.Globalization;

namespace Interlock.Ledger;

/// <summary>Proves from a verified tree that the one size is the beginning of the other.</summary>
internal delegate Task<Result<ConsistencyProof>> ProveConsistency(long older, long newer, CancellationToken cancellationToken);

/// <summary>One witness of a quorum, with the size that it is known to hold.</summary>
internal sealed class QuorumMember(TrustedWitness trusted, TimeProvider clock)
{
    /// <summary>Between two questions to a witness that gave no answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What a witness may give as proof, at most.</summary>
    private const int MaxProof = 64 << 10;

    private long known;

    private string Name => trusted.Witness.Name;

    /// <summary>Gets one checkpoint held. A witness that does not answer is asked again until the wait is over; never throws.</summary>
    public async Task<Result<HeldBy>> HoldAsync(SignedCheckpoint checkpoint, ProveConsistency prove, bool patient, CancellationToken over)
    {
        Refusal? last = null;
        while (!over.IsCancellationRequested)
        {
            var answer = await AskAsync(checkpoint, prove, over);
            switch (answer)
            {
                case WitnessAnswer.Held held:
                    return Verify(checkpoint, held.Proof);
                case WitnessAnswer.Refused refused:
                    return refused.Refusal;
                case WitnessAnswer.Elsewhere elsewhere:
                    last = Unwitnessed($"the witness `{Name}` says twice that it holds another size, at last {Number(elsewhere.Size)}; look at it");
                    break;
                case WitnessAnswer.Silent silent:
                    // the first reason is the witness's, the one at the end only that the time is over
                    last = over.IsCancellationRequested ? last ?? silent.Refusal : silent.Refusal;
                    break;
            }

            if (!patient)
            {
                break;
            }

            await Task.WhenAny(Task.Delay(Pause, clock, over));
        }

        return last ?? Unwitnessed($"the witness `{Name}` did not answer in time; look whether it runs");
    }

    /// <summary>Asks once, and once more from where the witness says that it stands.</summary>
    private async Task<WitnessAnswer> AskAsync(SignedCheckpoint checkpoint, ProveConsistency prove, CancellationToken over)
    {
        var size = checkpoint.Head.Size;
        var answer = await AskFromAsync(Math.Min(known, size), checkpoint, prove, over);
        if (answer is WitnessAnswer.Elsewhere elsewhere)
        {
            if (elsewhere.Size > size)
            {
                // the one thing that nobody else can know: everything here may have been put back to an older copy
                return new WitnessAnswer.Refused(Refusal.Of(
                    RefusalCode.Corrupt,
                    $"the witness `{Name}` has seen this log with {Number(elsewhere.Size)} entries, and ledger and anchor have {Number(size)}: both were"
                    + " rolled back to an older copy; stop, and put the newest copy back"));
            }

            known = elsewhere.Size;
            answer = await AskFromAsync(known, checkpoint, prove, over);
        }

        known = answer is WitnessAnswer.Held ? size : known;
        return answer;
    }

    private async Task<WitnessAnswer> AskFromAsync(long old, SignedCheckpoint checkpoint, ProveConsistency prove, CancellationToken over)
    {
        try
        {
            if (!(await prove(old, checkpoint.Head.Size, over)).TryGet(out var proof, out var refusal))
            {
                return new WitnessAnswer.Refused(refusal);
            }

            // on the pool and waited for from outside: a witness that blocks, or does not heed its token, cannot escape the bound
            return await Task.Run(() => trusted.Witness.SubmitAsync(new WitnessSubmission(checkpoint, proof), over), over).WaitAsync(over)
                ?? new WitnessAnswer.Silent(Unwitnessed($"the witness `{Name}` answered nothing"));
        }
        catch (OperationCanceledException)
        {
            return new WitnessAnswer.Silent(Unwitnessed($"the witness `{Name}` did not answer in time; look whether it runs"));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // strangers implement witnesses: whatever they throw is no answer, and no answer is not counted
            return new WitnessAnswer.Silent(Unwitnessed($"the witness `{Name}` failed with {error.GetType().Name}: {error.Message}"));
        }
    }

    private Result<HeldBy> Verify(SignedCheckpoint checkpoint, ReadOnlyMemory<byte> proof)
    {
        if (trusted.Key is not { } key)
        {
            return proof.Length <= MaxProof
                ? new HeldBy(Name, [], proof)
                : Unwitnessed($"the witness `{Name}` gave more than {MaxProof} bytes as proof");
        }

        return CosignatureLines.TryVerify(checkpoint.Note, proof.Span, key, out var signatures)
            ? new HeldBy(Name, signatures.Value, null)
            : Unwitnessed($"the witness `{Name}` gave no valid cosignature of `{key.Key}`; check its `public`, or somebody else answers in its place");
    }

    private static Refusal Unwitnessed(string why) => Refusal.Of(RefusalCode.Unwitnessed, why);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
