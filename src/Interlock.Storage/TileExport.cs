using System.Buffers.Binary;
using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Storage;

/// <summary>
/// Writes a ledger as the files of a log (C2SP tlog-tiles): <c>checkpoint</c>, <c>tile/L/N</c> and <c>tile/entries/N</c>, the last ones
/// of each level with <c>.p/W</c>. Whoever serves the folder serves the log.
/// </summary>
public static class TileExport
{
    /// <summary>How many levels of the tree a tile of the export spans; those of the store span fewer.</summary>
    private const int Height = 8;

    private const int Page = 1 << Height;

    /// <summary>Writes the entries of a checkpoint. Every line is verified as part of the chain, and the tree over them against the checkpoint.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="checkpoint">The checkpoint, signed and verified.</param>
    /// <param name="folder">The folder; not there yet, or empty.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <returns>
    /// What was written, or why not. The checkpoint is written last: a folder without one is no log.
    /// </returns>
    public static async Task<Result<TreeHead>> WriteAsync(
        ILedgerStore store, SignedCheckpoint checkpoint, string folder, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(folder);
        try
        {
            if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            {
                return Refusal.Of(RefusalCode.Storage, $"the tiles cannot be written to `{folder}`: something stands there; name a new folder");
            }

            var tree = new MerkleTree();
            if (await EntriesAsync(store, checkpoint.Head.Size, target, tree, cancellationToken) is { } refusal)
            {
                return refusal;
            }

            if (tree.Head != checkpoint.Head)
            {
                return LedgerRefusals.Broken($"its first {checkpoint.Head.Size} entries are not those of the signed checkpoint");
            }

            for (var level = 0; tree.Size >> (level * Height) > 0; level++)
            {
                await LevelAsync(tree, level, target, cancellationToken);
            }

            await WriteAsync(Path.Combine(target, "checkpoint"), checkpoint.Note.ToBytes(), cancellationToken);
            return tree.Head;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return PrivateFiles.Denied(folder, "the folder of tiles", error);
        }
    }

    private static async Task<Refusal?> EntriesAsync(
        ILedgerStore store, long size, string target, MerkleTree tree, CancellationToken cancellationToken)
    {
        var head = ChainHead.Empty;
        while (head.Size < size)
        {
            var first = head.Size;
            var count = (int)Math.Min(Page, size - first);
            if (!(await store.ReadAsync(first, count, cancellationToken)).TryGet(out var lines, out var refusal))
            {
                return refusal;
            }

            if (lines.Length < count)
            {
                return LedgerRefusals.Broken($"entry {first + lines.Length} is missing");
            }

            using var bundle = new MemoryStream();
            foreach (var line in lines)
            {
                if (!LedgerEntry.TryVerify(head, line, out var entry, out var error))
                {
                    return LedgerRefusals.Broken(error);
                }

                // a line has at most 65,535 bytes, so that its length fits
                var length = new byte[sizeof(ushort)];
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)line.Length);
                bundle.Write(length);
                bundle.Write(line.Span);
                tree.Append(TreeHash.Leaf(line.Span));
                head = entry.Head;
            }

            await WriteAsync(PathOf(target, "entries", first / Page, count), bundle.ToArray(), cancellationToken);
        }

        return null;
    }

    private static async Task LevelAsync(MerkleTree tree, int level, string target, CancellationToken cancellationToken)
    {
        var count = tree.Size >> (level * Height);
        for (long number = 0; number * Page < count; number++)
        {
            var width = (int)Math.Min(Page, count - (number * Page));
            var bytes = new byte[width * Sha256Digest.Size];
            var at = 0;
            foreach (var hash in Tiles(tree, level, number * Page, width).SelectMany(tree.Tile))
            {
                hash.CopyTo(bytes.AsSpan(at));
                at += Sha256Digest.Size;
            }

            await WriteAsync(PathOf(target, level.ToString(CultureInfo.InvariantCulture), number, width), bytes, cancellationToken);
        }
    }

    /// <summary>The tiles of a store that make up one of the export.</summary>
    private static IEnumerable<TreeTile> Tiles(MerkleTree tree, int level, long first, int width)
    {
        for (var at = first; at < first + width; at += TreeTile.MaxWidth)
        {
            yield return TreeTile.Of(level * Height / TreeTile.Height, at >> TreeTile.Height, tree.Size);
        }
    }

    /// <summary>Three digits a folder, all but the last with an <c>x</c> before them: 1,234,067 is <c>x001/x234/067</c>.</summary>
    private static string PathOf(string target, string level, long number, int width)
    {
        var name = (number % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (var rest = number / 1000; rest > 0; rest /= 1000)
        {
            name = $"x{(rest % 1000).ToString("000", CultureInfo.InvariantCulture)}/{name}";
        }

        var partial = width == Page ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{width}");
        return Path.Combine(target, "tile", level, name + partial);
    }

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path) ?? path);
        await using var file = PrivateFiles.Open(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        await file.WriteAsync(bytes, cancellationToken);
    }
}
