using System.Diagnostics.CodeAnalysis;

namespace Interlock.Ledger;

/// <summary>
/// The rules of a witness (C2SP tlog-witness, add-checkpoint), without its files and its network: which requests are cosigned. The order is
/// the protocol's: which log, whose signature, from where, and only then whether it continues.
/// </summary>
public static class WitnessRules
{
    /// <summary>Finds out which log a request is of, and whether that log signed it.</summary>
    /// <param name="body">The body of the request.</param>
    /// <param name="logs">The logs that the witness knows, by their origin.</param>
    /// <param name="request">The request.</param>
    /// <param name="checkpoint">Its checkpoint, verified.</param>
    /// <param name="refusal">400, 403 or 404 with the reason.</param>
    public static bool TryOpen(
        ReadOnlySpan<byte> body,
        IReadOnlyDictionary<string, LogVerifier> logs,
        [NotNullWhen(true)] out AddCheckpoint? request,
        [NotNullWhen(true)] out SignedCheckpoint? checkpoint,
        [NotNullWhen(false)] out AddCheckpointReply? refusal)
    {
        checkpoint = null;
        refusal = null;
        if (!AddCheckpoint.TryParse(body, out request, out var error))
        {
            refusal = AddCheckpointReply.Refuse(400, error);
        }
        else if (!Checkpoint.TryParse(request.Note.Text, out var claimed, out error))
        {
            refusal = AddCheckpointReply.Refuse(400, error);
        }
        else if (!logs.TryGetValue(claimed.Origin, out var log))
        {
            refusal = AddCheckpointReply.Refuse(404, "this log is not known here");
        }
        else if (!log.HasSigned(request.Note))
        {
            refusal = AddCheckpointReply.Refuse(403, "no valid signature by the key that is known for this log");
        }
        else
        {
            checkpoint = new SignedCheckpoint(claimed, request.Note);
        }

        return checkpoint is not null;
    }

    /// <summary>Whether a checkpoint may follow the newest one that was cosigned. Decide and keep in one step: two at once would roll back.</summary>
    /// <param name="request">The request.</param>
    /// <param name="head">The size and root of its verified checkpoint.</param>
    /// <param name="latest">The newest cosigned head of that log; null where there is none.</param>
    /// <returns>400, 409 or 422; null where it may.</returns>
    public static AddCheckpointReply? Fault(AddCheckpoint request, TreeHead head, TreeHead? latest)
    {
        if (request.OldSize > head.Size)
        {
            return AddCheckpointReply.Refuse(400, "the old size is larger than the checkpoint's");
        }

        var old = latest ?? TreeHead.Empty;
        if (request.OldSize != old.Size)
        {
            return AddCheckpointReply.Conflict(old.Size);
        }

        if (head.Size == 0 && head.Root != TreeHash.Empty)
        {
            return AddCheckpointReply.Refuse(422, "the root of a tree without entries is the hash of nothing");
        }

        return new ConsistencyProof(old.Size, head.Size, request.Hashes).Verify(old.Root, head.Root)
            ? null
            : AddCheckpointReply.Refuse(422, "the checkpoint does not continue the newest one that was cosigned");
    }
}
