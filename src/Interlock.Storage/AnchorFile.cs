using System.Collections.Immutable;
using System.Globalization;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>
/// An anchor that is a file: the newest signed checkpoint, byte for byte, with mode 0600. It is to lie where whoever writes to the data
/// folder does not write. It is only ever replaced whole: written beside its place, synced, and exchanged with what was there. The lock file
/// beside it keeps other processes out between the look and the exchange.
/// </summary>
/// <remarks>
/// The names are exchanged for people, and for whoever reads while others write; no power failure has to find them exchanged. So the folder
/// is not synced, which would cost as much again as the file: of the two files, the larger checkpoint that verifies is the anchor, under
/// whichever name the disk has kept it, and only the other one is ever written over.
/// </remarks>
public sealed class AnchorFile : IAnchor
{
    /// <summary>So many times an anchor is read that others keep writing over.</summary>
    private const int MostLooks = 20;

    private readonly string path;
    private readonly string folder;
    private readonly LogVerifier verifier;
    private readonly LogSigner? signer;
    private readonly Lock turn = new();
    private byte[] seen = [];
    private SignedCheckpoint? seenAs;
    private bool lockWorks;

    /// <summary>An anchor at a path. Nothing is looked at yet.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="verifier">The key whose checkpoints are believed.</param>
    /// <param name="signer">The same key's private half; null where the anchor is only read.</param>
    public AnchorFile(string path, LogVerifier verifier, LogSigner? signer = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signer is null || signer.Key == verifier.Key, true, nameof(signer));
        this.path = Path.GetFullPath(path);
        folder = Path.GetDirectoryName(this.path) ?? this.path;
        this.verifier = verifier;
        this.signer = signer;
    }

    /// <inheritdoc/>
    public string Name => $"the anchor `{path}`";

    /// <summary>The longest wait for another process that is at the anchor: 10 s.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Called at each step of a write, for fault tests: an exception stands for what the disk would have answered.</summary>
    internal Action<AnchorMoment>? Fault { get; init; }

    private string LockPath => path + ".lock";

    private string SparePath => path + ".new";

    /// <inheritdoc/>
    public Result<AnchorReading> Read()
    {
        lock (turn)
        {
            return Find().TryGet(out var found, out var refusal) ? new AnchorReading(found.Newest) : refusal;
        }
    }

    /// <summary>
    /// Which of the two files is there and is no checkpoint of this log. Where the other one is, that counts and the next entry writes this one
    /// anew: a crash can leave it so, and so can somebody who tries.
    /// </summary>
    /// <returns>A sentence for each, for people.</returns>
    public ImmutableArray<string> Damages()
    {
        lock (turn)
        {
            return [.. ((string[])[path, SparePath]).Select(Damage).OfType<string>()];
        }
    }

    /// <inheritdoc/>
    public Refusal? Begin() => UnderLock(
        () => !ReadInPlace().TryGet(out var reading, out var refusal) ? refusal
            : reading.Newest is null ? Write(TreeHead.Empty)
            : null);

    /// <inheritdoc/>
    public Refusal? Advance(TreeHead head, TreeHead? known, Func<long, long, Result<ConsistencyProof>> prove) => UnderLock(() =>
    {
        if (!ReadInPlace().TryGet(out var reading, out var refusal)
            || !AnchorRules.Move(Name, reading.Newest?.Head, head, known, prove).TryGet(out var move, out refusal))
        {
            return refusal;
        }

        return move switch
        {
            AnchorMove.Write => Write(head),
            AnchorMove.Covered => null,
            AnchorMove.Unknown => throw new InvalidOperationException("nothing was decided"),
            _ => throw new InvalidOperationException($"no answer to {move}"),
        };
    });

    /// <summary>
    /// Writes an anchor in the place of one that does not agree with the ledger, is damaged or is missing: the end of a recovery, and of
    /// nothing else. What was there is kept beside it under a name that ends in <c>.before-epoch-N</c>.
    /// </summary>
    /// <param name="head">The head to go on from.</param>
    /// <param name="epoch">The epoch that began.</param>
    /// <returns>Why it does not stand there now; null where it does.</returns>
    public Refusal? Replace(TreeHead head, int epoch) => UnderLock(() =>
    {
        // what stands in its place is kept, and that is to be the newest; one that cannot be read is kept as it is
        _ = ReadInPlace();
        if (File.Exists(path))
        {
            // a copy, not a move: whenever this process dies, an anchor stands there
            File.Copy(path, string.Create(CultureInfo.InvariantCulture, $"{path}.before-epoch-{epoch}"), overwrite: true);
        }

        // the one before may be larger than the new one, and would be taken for the newest
        File.Delete(SparePath);
        FolderSync.Sync(folder);
        return Write(head, keepsBefore: false);
    });

    private Refusal? UnderLock(Func<Refusal?> act)
    {
        lock (turn)
        {
            // asked once: a folder that goes away later is a fault of the open below
            if (!lockWorks && PrivateFiles.TryCreateFolder(folder) is { } denied)
            {
                return denied;
            }

            try
            {
                using var held = FileLock.TryTake(LockPath, Patience);
                return held is null ? Refusal.Of(
                        RefusalCode.Storage, $"{Name} is locked by another process for {Patience.TotalSeconds} s; wait for it or end it, then try again")
                    : LocksNothing() ? Refusal.Of(
                        RefusalCode.Storage, $"{Name} lies on a file system that does not lock files; put it on a local disk")
                    : act();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return PrivateFiles.Denied(path, "the anchor", error);
            }
        }
    }

    /// <summary>Some file systems answer every lock with yes; there two processes would write over each other. Asked once.</summary>
    private bool LocksNothing()
    {
        if (!lockWorks)
        {
            using var second = FileLock.TryTake(LockPath);
            lockWorks = second is null;
        }

        return !lockWorks;
    }

    /// <summary>
    /// The newest, put in the anchor's place where a crash left it beside it: what is beside is what the next write goes over. Under the
    /// lock only.
    /// </summary>
    private Result<AnchorReading> ReadInPlace()
    {
        if (!Find().TryGet(out var found, out var refusal))
        {
            return refusal;
        }

        if (found is { IsBeside: true, Newest: { } newest })
        {
            // whoever wrote it may have ended before it was on the disk, or the disk refused it once: a sync alone might then sync nothing
            using (var file = PrivateFiles.Open(SparePath, FileMode.Open, FileAccess.Write, FileShare.Read))
            {
                file.Write(newest.Note.ToBytes());
                AnchorSwap.Sync(file);
            }

            Swap();
        }

        return new AnchorReading(found.Newest);
    }

    /// <summary>
    /// Who only reads holds no lock, and the file that it has open may be written over once it is the one before: what does not verify
    /// is read again, and is damaged where it is the same again. A crash can leave one of the two files damaged, and it can leave the newer
    /// one beside the anchor's place; it does not leave that place empty.
    /// </summary>
    private Result<Found> Find()
    {
        if (!Look(path).TryGet(out var here, out var refusal))
        {
            return refusal.Code == RefusalCode.NotFound ? new Found(null, IsBeside: false)
                : refusal.Code == RefusalCode.Corrupt && Beside() is { } whole ? new Found(whole, IsBeside: true)
                : refusal;
        }

        // what was seen before was held against what is beside it
        if (!ReferenceEquals(here.Checkpoint, seenAs) && Beside() is { } newer && newer.Head.Size > here.Checkpoint.Head.Size)
        {
            return new Found(newer, IsBeside: true);
        }

        Remember(here.Bytes, here.Checkpoint);
        return new Found(here.Checkpoint, IsBeside: false);
    }

    /// <summary>One of the two files; corrupt where it holds no checkpoint and stays so.</summary>
    private Result<(byte[] Bytes, SignedCheckpoint Checkpoint)> Look(string file)
    {
        byte[] before = [];
        for (var look = 1; ; look++)
        {
            if (!ReadBytes(file).TryGet(out var bytes, out var refusal))
            {
                return refusal;
            }

            if (seenAs is not null && file == path && bytes.AsSpan().SequenceEqual(seen))
            {
                return (seen, seenAs);
            }

            if (verifier.Open(bytes, Name).TryGet(out var checkpoint, out refusal))
            {
                return (bytes, checkpoint);
            }

            if (look == MostLooks || (look > 1 && bytes.AsSpan().SequenceEqual(before)))
            {
                return refusal;
            }

            before = bytes;
        }
    }

    private string? Damage(string file) =>
        Look(file).TryGet(out _, out var refusal) || refusal.Code == RefusalCode.NotFound ? null
        : refusal.Code == RefusalCode.Corrupt ? $"`{file}` is there and holds no checkpoint of this log; unless something crashed here, find out who writes there"
        : refusal.Message;

    /// <summary>The checkpoint beside the anchor's place; null where there is none that verifies.</summary>
    private SignedCheckpoint? Beside() =>
        ReadBytes(SparePath).TryGet(out var bytes, out _) && verifier.Open(bytes, Name).TryGet(out var checkpoint, out _) ? checkpoint : null;

    /// <summary>What stands there; <see cref="RefusalCode.NotFound"/> for nothing. Whether that is right depends on the ledger.</summary>
    private static Result<byte[]> ReadBytes(string from) => SmallFile.Read(from, "the anchor", SignedNote.MaxBytes);

    /// <summary>Signs a head and makes it the anchor.</summary>
    /// <param name="head">The head.</param>
    /// <param name="keepsBefore">Whether the one before stays beside it.</param>
    private Refusal? Write(TreeHead head, bool keepsBefore = true)
    {
        if (signer is null)
        {
            return Refusal.Of(RefusalCode.Forbidden, $"{Name} was opened for reading; nothing was written");
        }

        var signed = signer.Sign(head);
        var bytes = signed.Note.ToBytes();
        Fault?.Invoke(AnchorMoment.BeforeWrite);
        var isNew = !RegularFile.HasOneName(SparePath);
        using (var file = Spare(isNew))
        {
            file.Write(bytes);
            if (file.Length > bytes.Length)
            {
                file.SetLength(bytes.Length);
            }

            AnchorSwap.Sync(file);
        }

        Fault?.Invoke(AnchorMoment.Written);
        if (!keepsBefore)
        {
            File.Move(SparePath, path, overwrite: true);
            FolderSync.Sync(folder);
        }
        else
        {
            Swap(isNew);
        }

        Fault?.Invoke(AnchorMoment.Renamed);
        Remember(bytes, signed);
        return null;
    }

    /// <summary>Exchanges the two names. A name that the disk may not have yet has to be on it before anything is answered.</summary>
    private void Swap(bool isNew = false)
    {
        if (!AnchorSwap.Replace(path, SparePath) || isNew)
        {
            FolderSync.Sync(folder);
        }
    }

    /// <summary>
    /// The file that is to take the anchor's place: the one before it, which is overwritten, or a new one. A new file at every commit
    /// was rejected: its blocks and its name cost a commit of the file system's journal each time. A link, or a file that has another name
    /// too, is not written to.
    /// </summary>
    private FileStream Spare(bool isNew)
    {
        if (!isNew)
        {
            return PrivateFiles.Open(SparePath, FileMode.Open, FileAccess.Write, FileShare.Read);
        }

        File.Delete(SparePath);
        return PrivateFiles.Open(SparePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    private void Remember(byte[] bytes, SignedCheckpoint checkpoint) => (seen, seenAs) = (bytes, checkpoint);

    /// <summary>The newest checkpoint, and whether a crash left it beside the anchor's place.</summary>
    private sealed record Found(SignedCheckpoint? Newest, bool IsBeside);
}

/// <summary>Where writing an anchor can fail.</summary>
internal enum AnchorMoment
{
    /// <summary>Never passed.</summary>
    Unknown = 0,

    /// <summary>Signed; nothing is on the disk.</summary>
    BeforeWrite,

    /// <summary>On the disk beside its place: from here on it is the newest there is.</summary>
    Written,

    /// <summary>In its place; only the answer is lost.</summary>
    Renamed,
}
