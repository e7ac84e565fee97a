using Interlock.Ledger;

namespace Interlock.Tests.Ledger.Checkpoints;

/// <summary>An anchor in a field, which a test sets, reads and breaks.</summary>
internal sealed class MemoryAnchor : IAnchor
{
    public string Name => "the anchor of the test";

    public TreeHead? Head { get; set; }

    /// <summary>What every write is refused with, while it is set.</summary>
    public Refusal? Broken { get; set; }

    public int Writes { get; private set; }

    public static MemoryAnchor At(TreeHead? head) => new() { Head = head };

    public Result<AnchorReading> Read() => new AnchorReading(Head is { } head ? TestLog.Signer.Sign(head) : null);

    public Refusal? Begin() => Head is null ? Write(TreeHead.Empty) : null;

    public Refusal? Advance(TreeHead head, TreeHead? known, Func<long, long, Result<ConsistencyProof>> prove) =>
        !AnchorRules.Move(Name, Head, head, known, prove).TryGet(out var move, out var refusal) ? refusal
        : move == AnchorMove.Write ? Write(head)
        : null;

    private Refusal? Write(TreeHead head)
    {
        if (Broken is null)
        {
            Head = head;
            Writes++;
        }

        return Broken;
    }
}
