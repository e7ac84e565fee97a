using System.Globalization;
using System.Runtime.InteropServices;

namespace Interlock.Storage;

/// <summary>
/// The room that a ledger has: a floor of free space below which what can wait is refused, and a reserve, a file that really
/// holds its blocks, of which as much is given back as a decision, an outcome or a brake needs. The floor alone was rejected: it
/// is no use against another program that fills the same file system.
/// </summary>
internal sealed partial class FreeSpace(string ledger, SqliteOptions options)
{
    /// <summary>What is given back at a time, so that whoever fills the disk gains little of the reserve.</summary>
    private const long Step = 64 << 10;

    /// <summary>What one commit needs beside its blobs, as a rule; one that needs more is refused by the disk and gets a step more.</summary>
    private const long Margin = 96 << 10;

    /// <summary>What opening needs: the shared index of the log, 32 KiB.</summary>
    private const long OpenMargin = 64 << 10;

    private readonly string folder = Path.GetDirectoryName(ledger) ?? ledger;

    /// <summary>The file that holds the reserve.</summary>
    public string ReservePath { get; } = PathFor(ledger);

    /// <summary>The reserve of a ledger.</summary>
    public static string PathFor(string ledger) => ledger + ".reserve";

    /// <summary>The bytes that this user may still write to a folder's file system; null where the system does not say.</summary>
    public static long? Of(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // nobody knows, so nothing is refused for it: the disk itself still says when it is full
            return null;
        }
    }

    /// <summary>A size for people.</summary>
    public static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");

    /// <summary>Why what can wait has to; null where there is room. Where there is plenty again, the reserve is made whole.</summary>
    public Refusal? Refusal()
    {
        if (Free() is not { } free)
        {
            return null;
        }

        if (free >= options.FreeSpaceFloor)
        {
            MakeReserve();
            return null;
        }

        return Interlock.Refusal.Of(
            RefusalCode.Storage,
            $"the file system of the ledger `{ledger}` has {Text(free)} free, below its floor of {Text(options.FreeSpaceFloor)}: nothing new "
            + "is taken; free space, or lower `space.floor` in the configuration. People can still decide and stop");
    }

    /// <summary>Before opening: a file system without a free page cannot even be looked at.</summary>
    public void ForOpening() => Ensure(OpenMargin);

    /// <summary>Before what must not wait: gives back of the reserve what it needs.</summary>
    public void ForWriting(long bytes) => Ensure(Margin + (2 * bytes));

    /// <summary>Gives a step of the reserve back.</summary>
    /// <returns>Whether there was any left.</returns>
    public bool Release(long bytes = Step)
    {
        try
        {
            if (!IsRegular())
            {
                return false;
            }

            using var file = PrivateFiles.Open(ReservePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            var left = file.Length;
            file.SetLength(Math.Max(0, left - Math.Max(bytes, Step)));
            return left > 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // no reserve to be had: the append is tried all the same, and its own refusal says what is wrong
            return false;
        }
    }

    /// <summary>Makes the reserve, or makes it whole, where that leaves more than the floor.</summary>
    public void MakeReserve()
    {
        try
        {
            var have = IsRegular() ? new FileInfo(ReservePath).Length : 0;
            var missing = options.ReserveBytes - have;
            if (missing <= 0 || Free() is not { } free || free - missing < options.FreeSpaceFloor || (have == 0 && Path.Exists(ReservePath) && !IsRegular()))
            {
                return;
            }

            using var file = PrivateFiles.Open(ReservePath, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            if (!OperatingSystem.IsLinux() || Allocate(file.SafeFileHandle, 0, options.ReserveBytes) != 0)
            {
                Fill(file, have);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // without a reserve the floor still stands; `interlock doctor` says that there is none
        }
    }

    private void Fill(FileStream file, long from)
    {
        file.Position = from;
        var block = new byte[64 << 10];
        for (var left = options.ReserveBytes - from; left > 0; left -= block.Length)
        {
            file.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
        }

        file.Flush(flushToDisk: true);
    }

    private void Ensure(long needed)
    {
        if (Free() is { } free && free < needed)
        {
            _ = Release(needed - free);
        }
    }

    private long? Free() => options.FreeSpace is { } told ? told() : Of(folder);

    /// <summary>A link in the reserve's place leads to a file that is not ours to cut.</summary>
    private bool IsRegular() => new FileInfo(ReservePath) is { Exists: true, LinkTarget: null };

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Allocate(SafeHandle file, long offset, long length);
}
