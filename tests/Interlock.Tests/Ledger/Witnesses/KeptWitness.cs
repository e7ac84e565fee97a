using Interlock.Ledger;
using Interlock.Signing.LogKeys;
using Interlock.Tests.Faults.Simulation;
using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Ledger.Witnesses;

/// <summary>A witness in memory that keeps the rules, and that a test breaks.</summary>
internal sealed class KeptWitness : IWitness
{
    private readonly NoteCosigner cosigner;
    private readonly Dictionary<string, LogVerifier> logs = new(StringComparer.Ordinal) { [TestLog.Verifier.Origin] = TestLog.Verifier };

    public KeptWitness(int number, bool forges = false)
    {
        Name = $"witness.example/w{number}";
        var key = LogKey.CreateWitness(Name, new Dice(100 + (ulong)number)).Value();
        Verifier = LogNotes.Verifier(LogNotes.Cosigner(key).Key);

        // a forger answers under the same name and hash with a signature of another key
        var other = LogKey.CreateWitness(Name, new Dice(200 + (ulong)number)).Value();
        cosigner = forges ? new NoteCosigner(Verifier.Key, message => other.Sign(message.Span)) : LogNotes.Cosigner(key);
    }

    public string Name { get; }

    public NoteVerifier Verifier { get; }

    public TrustedWitness Trusted => new(this, Verifier);

    public TreeHead? Latest { get; private set; }

    public int Asked { get; private set; }

    /// <summary>Answers in its place, where it answers at all.</summary>
    public Func<WitnessSubmission, CancellationToken, Task<WitnessAnswer>?> Instead { get; set; } = (_, _) => null;

    public static Task<WitnessAnswer> Down() =>
        Task.FromResult<WitnessAnswer>(new WitnessAnswer.Silent(Refusal.Of(RefusalCode.Unwitnessed, "it is down")));

    public Task<WitnessAnswer> SubmitAsync(WitnessSubmission submission, CancellationToken cancellationToken)
    {
        Asked++;
        return Instead(submission, cancellationToken) ?? Task.FromResult(Answer(AddCheckpoint.Of(submission).ToBytes()).Read(Name));
    }

    public AddCheckpointReply Answer(byte[] body)
    {
        if (!WitnessRules.TryOpen(body, logs, out var request, out var checkpoint, out var refusal))
        {
            return refusal;
        }

        if (WitnessRules.Fault(request, checkpoint.Head, Latest) is { } fault)
        {
            return fault;
        }

        Latest = checkpoint.Head;
        var made = cosigner.Cosign(checkpoint.Note.Text, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        return AddCheckpointReply.Cosigned(CosignatureLines.Of(checkpoint.Note with { Signatures = [made] }));
    }
}
