namespace Interlock.Ledger;

/// <summary>
/// Somebody outside who remembers the newest checkpoint of the log and vouches for none that does not continue it: what alone catches a
/// ledger and an anchor that were rolled back together. The witness decides nothing about plans. What it answers is verified by whoever
/// asks, so an implementation only carries bytes.
/// </summary>
public interface IWitness
{
    /// <summary>Who it is, for people and for the ledger: the name of its key where it has one.</summary>
    string Name { get; }

    /// <summary>
    /// Hands a checkpoint over. Safe to repeat: to be asked whether it answers, a witness is given the newest checkpoint again, so that
    /// everything that could go wrong later (an unknown log, a wrong key, a fork) goes wrong now.
    /// </summary>
    /// <param name="submission">The checkpoint, and the proof that it continues the one that the witness is believed to hold.</param>
    /// <param name="cancellationToken">Ends the wait; what was sent may have been acted on.</param>
    /// <returns>What it said. An exception counts as no answer.</returns>
    Task<WitnessAnswer> SubmitAsync(WitnessSubmission submission, CancellationToken cancellationToken);
}

/// <summary>What a witness is given.</summary>
/// <param name="Checkpoint">The checkpoint, signed by the log.</param>
/// <param name="Proof">That it continues the tree of <see cref="ConsistencyProof.OldSize"/> entries; of 0 where nothing is known.</param>
public sealed record WitnessSubmission(SignedCheckpoint Checkpoint, ConsistencyProof Proof);

/// <summary>What a witness answered. Closed; zero trust: <see cref="Held"/> is a claim until its cosignature was verified.</summary>
public abstract class WitnessAnswer
{
    private WitnessAnswer()
    {
    }

    /// <summary>It says that it holds the checkpoint.</summary>
    /// <param name="proof">The signature lines of its cosignatures, or whatever else it gives as proof.</param>
    public sealed class Held(ReadOnlyMemory<byte> proof) : WitnessAnswer
    {
        /// <summary>The signature lines of its cosignatures, or whatever else it gives as proof.</summary>
        public ReadOnlyMemory<byte> Proof { get; } = proof;
    }

    /// <summary>It holds a checkpoint of another size than the proof starts from.</summary>
    /// <param name="size">The size that it holds.</param>
    public sealed class Elsewhere(long size) : WitnessAnswer
    {
        /// <summary>The size that it holds.</summary>
        public long Size { get; } = size;
    }

    /// <summary>It does not vouch for the checkpoint; asking again changes nothing.</summary>
    /// <param name="refusal">Why.</param>
    public sealed class Refused(Refusal refusal) : WitnessAnswer
    {
        /// <summary>Why.</summary>
        public Refusal Refusal { get; } = refusal;
    }

    /// <summary>No answer came, or none that says anything; it may be asked again.</summary>
    /// <param name="refusal">Why.</param>
    public sealed class Silent(Refusal refusal) : WitnessAnswer
    {
        /// <summary>Why.</summary>
        public Refusal Refusal { get; } = refusal;
    }
}
