using Interlock.Ledger;
using Interlock.Storage;

namespace Interlock.Cli.Witnesses;

/// <summary>
/// What a witness does with a request: <c>POST …/add-checkpoint</c>, and <c>GET …/HASH/checkpoint</c> for monitors (C2SP tlog-witness). A
/// checkpoint is on the disk before its cosignature leaves.
/// </summary>
/// <param name="cosigner">The witness's key.</param>
/// <param name="logs">The logs that it knows, by their origin.</param>
/// <param name="memory">What it has cosigned.</param>
/// <param name="clock">The clock of its cosignatures.</param>
/// <param name="note">Writes a line for its operator.</param>
internal sealed class WitnessDesk(
    NoteCosigner cosigner, IReadOnlyDictionary<string, LogVerifier> logs, WitnessFolder memory, TimeProvider clock, Action<string> note)
{
    private const string Submit = "/add-checkpoint";
    private const string Monitor = "/checkpoint";

    /// <summary>Answers.</summary>
    public AddCheckpointReply Answer(WitnessRequest request, ReadOnlyMemory<byte> body) => request switch
    {
        { Method: "POST", Path: Submit, Length: null } => AddCheckpointReply.Refuse(411, "the length of the body is to be said"),
        { Method: "POST", Path: Submit } => Add(body),
        { Path: Submit } => AddCheckpointReply.Refuse(405, "checkpoints are added with POST"),
        { Method: "GET", Path: var path } when path.Length > Monitor.Length && path.EndsWith(Monitor, StringComparison.Ordinal) => Show(path[1..^Monitor.Length]),
        _ => AddCheckpointReply.Refuse(404, "there is nothing here"),
    };

    private AddCheckpointReply Add(ReadOnlyMemory<byte> body)
    {
        if (!WitnessRules.TryOpen(body.Span, logs, out var request, out var checkpoint, out var refused))
        {
            return refused;
        }

        AddCheckpointReply? fault = null;
        NoteSignature? made = null;
        var failed = memory.Advance(logs[checkpoint.Checkpoint.Origin], latest =>
        {
            fault = WitnessRules.Fault(request, checkpoint.Head, latest);
            if (fault is not null)
            {
                return null;
            }

            made = cosigner.Cosign(checkpoint.Note.Text, clock.GetUtcNow());

            // kept with the log's own signatures alone: those of others are not this witness's to pass on
            var log = logs[checkpoint.Checkpoint.Origin].Key;
            return checkpoint.Note with
            {
                Signatures = [.. checkpoint.Note.Signatures.Where(one => one.Name == log.Name && one.KeyId == log.Id).Take(1), made],
            };
        });
        if (failed is not null)
        {
            note(failed.Message);
            return AddCheckpointReply.Refuse(500, "the witness cannot remember just now");
        }

        if (fault is { Status: 422 })
        {
            // signed by the log and not its continuation: evidence, which must not get lost
            note($"refused: `{checkpoint.Checkpoint.Origin}` signed a checkpoint that does not continue what it signed before:\n{Indented(checkpoint)}");
        }

        return fault ?? AddCheckpointReply.Cosigned(CosignatureLines.Of(
            checkpoint.Note with { Signatures = [made ?? throw new InvalidOperationException("neither refused nor cosigned")] }));
    }

    private AddCheckpointReply Show(string hash)
    {
        var log = logs.Values.FirstOrDefault(one => WitnessFolder.NameOf(one.Origin) == hash);
        if (log is null)
        {
            return AddCheckpointReply.Refuse(404, "this log is not known here");
        }

        if (!memory.Read(log).TryGet(out var reading, out var refusal))
        {
            note(refusal.Message);
            return AddCheckpointReply.Refuse(500, "the witness cannot remember just now");
        }

        return reading.Newest is { } newest
            ? AddCheckpointReply.Cosigned(newest.Note.ToBytes())
            : AddCheckpointReply.Refuse(404, "no checkpoint of this log was cosigned yet");
    }

    private static string Indented(SignedCheckpoint checkpoint) =>
        "  " + System.Text.Encoding.UTF8.GetString(checkpoint.Note.ToBytes()).TrimEnd('\n').Replace("\n", "\n  ", StringComparison.Ordinal);
}
