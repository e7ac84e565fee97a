using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>
/// What a witness remembers: of each log the newest checkpoint that it cosigned, with the log's signature and its own, a file each. Looking
/// at the newest one, deciding and writing the next are one step under a lock, in this process and against others: two requests at once must
/// not take the memory back.
/// </summary>
public sealed class WitnessFolder : IDisposable
{
    private readonly string folder;
    private readonly NoteVerifier own;
    private readonly FileStream held;
    private readonly ConcurrentDictionary<string, Lock> turns = new(StringComparer.Ordinal);

    private WitnessFolder(string folder, NoteVerifier own, FileStream held)
    {
        this.folder = folder;
        this.own = own;
        this.held = held;
    }

    /// <summary>Opens the memory, for this process alone; makes the folder where there is none.</summary>
    /// <param name="path">The folder, absolute.</param>
    /// <param name="own">Verifies the witness's own cosignatures: what it did not cosign, it does not remember.</param>
    /// <returns>Refused where another process has it, or it cannot be used.</returns>
    [SuppressMessage("Reliability", "CA2000", Justification = "the lock becomes the folder's, which lets go of it")]
    public static Result<WitnessFolder> Open(string path, NoteVerifier own)
    {
        if (PrivateFiles.TryCreateFolder(path) is { } denied)
        {
            return denied;
        }

        try
        {
            return FileLock.TryTake(Path.Combine(path, "witness.lock")) is { } taken
                ? new WitnessFolder(path, own, taken)
                : Refusal.Of(RefusalCode.Busy, $"another witness uses `{path}`; end it, or name another folder");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(path, "the witness's folder", error);
        }
    }

    /// <summary>The name of a log's part in the folder and on the network: SHA-256 of its origin, in hexadecimal.</summary>
    /// <param name="origin">The first line of its checkpoints.</param>
    public static string NameOf(string origin) => Sha256Digest.Of(Encoding.UTF8.GetBytes(origin)).ToString();

    /// <summary>The newest cosigned checkpoint of a log.</summary>
    /// <param name="log">The log.</param>
    /// <returns>Null in it where there is none; refused where its file does not verify: a witness that forgot must not begin anew.</returns>
    public Result<AnchorReading> Read(LogVerifier log)
    {
        var path = PathOf(log.Origin);
        if (!SmallFile.Read(path, "the witness's memory", SignedNote.MaxBytes).TryGet(out var bytes, out var refusal))
        {
            return refusal.Code == RefusalCode.NotFound ? new AnchorReading(null) : refusal;
        }

        return !log.Open(bytes, $"`{path}`").TryGet(out var checkpoint, out refusal) ? refusal
            : own.HasSigned(checkpoint.Note) ? new AnchorReading(checkpoint)
            : Refusal.Of(RefusalCode.Corrupt, $"`{path}` carries no valid cosignature of `{own.Key}`; put it back from a copy");
    }

    /// <summary>Looks, decides and remembers in one step.</summary>
    /// <param name="log">The log.</param>
    /// <param name="decide">From the newest cosigned head (null for none) to the note that takes its place; null leaves it.</param>
    /// <returns>Why it could not be read or written; null where it stands, on the disk.</returns>
    public Refusal? Advance(LogVerifier log, Func<TreeHead?, SignedNote?> decide)
    {
        lock (turns.GetOrAdd(log.Origin, static _ => new Lock()))
        {
            if (!Read(log).TryGet(out var reading, out var refusal))
            {
                return refusal;
            }

            try
            {
                if (decide(reading.Newest?.Head) is { } note)
                {
                    SmallFile.Replace(PathOf(log.Origin), note.ToBytes());
                }

                return null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return PrivateFiles.Denied(PathOf(log.Origin), "the witness's memory", error);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private string PathOf(string origin) => Path.Combine(folder, NameOf(origin) + ".checkpoint");
}
