using System.Globalization;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>
/// An anchor that is a file: the newest signed checkpoint, byte for byte, with mode 0600. It is to lie where whoever writes to the data
/// folder does not write. It is only ever replaced whole: written beside its place, synced, exchanged with what was there, and the folder
/// synced. The lock file beside it keeps other processes out between the look and the exchange.
/// </summary>
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
            return ReadFile();
        }
    }

    /// <inheritdoc/>
    public Refusal? Begin() => UnderLock(
        () => !ReadFile().TryGet(out var reading, out var refusal) ? refusal
            : reading.Newest is null ? Write(TreeHead.Empty)
            : null);

    /// <inheritdoc/>
    public Refusal? Advance(TreeHead head, TreeHead? known, Func<long, long, Result<ConsistencyProof>> prove) => UnderLock(() =>
    {
        if (!ReadFile().TryGet(out var reading, out var refusal)
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
        if (File.Exists(path))
        {
            // a copy, not a move: whenever this process dies, an anchor stands there
            File.Copy(path, string.Create(CultureInfo.InvariantCulture, $"{path}.before-epoch-{epoch}"), overwrite: true);
        }

        return Write(head);
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
    /// Who only reads holds no lock, and the file that it has open may be written over once it is the one before: what does not verify
    /// is read again, and refused where it is the same again.
    /// </summary>
    private Result<AnchorReading> ReadFile()
    {
        byte[] before = [];
        for (var look = 1; ; look++)
        {
            if (!ReadBytes().TryGet(out var bytes, out var refusal))
            {
                return refusal.Code == RefusalCode.NotFound ? new AnchorReading(null) : refusal;
            }

            if (seenAs is not null && bytes.AsSpan().SequenceEqual(seen))
            {
                // the very bytes that were verified before
                return new AnchorReading(seenAs);
            }

            if (verifier.Open(bytes, Name).TryGet(out var checkpoint, out refusal))
            {
                Remember(bytes, checkpoint);
                return new AnchorReading(checkpoint);
            }

            if (look == MostLooks || (look > 1 && bytes.AsSpan().SequenceEqual(before)))
            {
                return refusal;
            }

            before = bytes;
        }
    }

    /// <summary>What stands there; <see cref="RefusalCode.NotFound"/> for nothing. Whether that is right depends on the ledger.</summary>
    private Result<byte[]> ReadBytes()
    {
        // a link or a device is not followed: who may put one there could choose what is believed, or what is overwritten
        if (RegularFile.ReplaceFault(path) is { } fault)
        {
            return Refusal.Of(RefusalCode.Storage, $"{Name} cannot be used: {fault}");
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var buffer = new byte[Math.Min(file.Length, SignedNote.MaxBytes) + 1];
            return buffer[..file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Unreadable(path, "the anchor", error);
        }
    }

    private Refusal? Write(TreeHead head)
    {
        if (signer is null)
        {
            return Refusal.Of(RefusalCode.Forbidden, $"{Name} was opened for reading; nothing was written");
        }

        var signed = signer.Sign(head);
        var bytes = signed.Note.ToBytes();
        Fault?.Invoke(AnchorMoment.BeforeWrite);
        using (var file = Spare())
        {
            file.Write(bytes);
            file.SetLength(bytes.Length);
            AnchorSwap.Sync(file);
        }

        Fault?.Invoke(AnchorMoment.Written);
        AnchorSwap.Replace(path, SparePath);
        FolderSync.Sync(folder);
        Fault?.Invoke(AnchorMoment.Renamed);
        Remember(bytes, signed);
        return null;
    }

    /// <summary>
    /// The file that is to take the anchor's place: the one before it, which is overwritten, or a new one. A new file at every commit
    /// was rejected: its blocks and its name cost a commit of the file system's journal each time. What a crash left there is of no
    /// use to anybody; a link, or a file that has another name too, is not written to.
    /// </summary>
    private FileStream Spare()
    {
        if (RegularFile.HasOneName(SparePath))
        {
            return PrivateFiles.Open(SparePath, FileMode.Open, FileAccess.Write, FileShare.Read);
        }

        File.Delete(SparePath);
        return PrivateFiles.Open(SparePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    private void Remember(byte[] bytes, SignedCheckpoint checkpoint) => (seen, seenAs) = (bytes, checkpoint);
}

/// <summary>Where writing an anchor can fail.</summary>
internal enum AnchorMoment
{
    /// <summary>Never passed.</summary>
    Unknown = 0,

    /// <summary>Signed; nothing is on the disk.</summary>
    BeforeWrite,

    /// <summary>On the disk beside its place.</summary>
    Written,

    /// <summary>In its place, durably; only the answer is lost.</summary>
    Renamed,
}
