using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>
/// The tree over the lines, as far as it is stored: the hash of each full block of 16 entries, of 256, and so on. The hashes of single entries
/// follow from the lines, those between from these; so an append writes about one row for 15 entries.
/// </summary>
internal static class SqliteTree
{
    /// <summary>The version of the file from which on it has blocks.</summary>
    private const int FirstVersion = 2;

    /// <summary>Writes blocks that an append completes.</summary>
    public static void Put(SqliteSession session, IEnumerable<TreeBlock> blocks)
    {
        foreach (var block in blocks)
        {
            session.Execute(
                "INSERT INTO tree(level, number, hash) VALUES($1, $2, $3)", (long)block.Level, block.Number, SqliteRows.Key(block.Hash));
        }
    }

    /// <summary>Makes the blocks of a file that has none yet, out of its lines.</summary>
    public static void Build(SqliteSession session)
    {
        var edge = new Frontier();
        var completed = new List<TreeBlock>();
        using var reader = session.Query("SELECT line FROM entries ORDER BY seq");
        while (reader.Read())
        {
            edge.Append(TreeHash.Leaf(SqliteSession.Span(reader, 0)), completed);
            Put(session, completed);
            completed.Clear();
        }
    }

    /// <summary>Whether the file has blocks: one of the first version has none.</summary>
    public static bool Has(SqliteSession session) => session.Number("PRAGMA user_version") >= FirstVersion;

    /// <summary>A stored block: its level, its number and its hash.</summary>
    public static TreeBlock Block(SqliteDataReader reader)
    {
        // a hash of another length is none; it differs from every one that is expected
        var hash = SqliteSession.Span(reader, 2);
        return new TreeBlock(
            (int)Math.Clamp(reader.GetInt64(0), 0, int.MaxValue),
            reader.GetInt64(1),
            hash.Length == Sha256Digest.Size ? Sha256Digest.FromBytes(hash) : Sha256Digest.Zero);
    }

    /// <summary>The hashes of a tile.</summary>
    public static Result<ImmutableArray<Sha256Digest>> Tile(SqliteSession session, TreeTile tile)
    {
        var hashes = tile.Level == 0 ? Leaves(session, tile)
            : Has(session) ? Stored(session, tile)
            : Computed(session, tile);
        return hashes.Length == tile.Width ? hashes : LedgerRefusals.TileShort(tile, hashes.Length);
    }

    private static ImmutableArray<Sha256Digest> Leaves(SqliteSession session, TreeTile tile)
    {
        var hashes = ImmutableArray.CreateBuilder<Sha256Digest>(tile.Width);
        using var reader = session.Query(
            "SELECT line FROM entries WHERE seq >= $1 AND seq < $2 ORDER BY seq", tile.First, tile.First + tile.Width);
        while (reader.Read())
        {
            hashes.Add(TreeHash.Leaf(SqliteSession.Span(reader, 0)));
        }

        return hashes.DrainToImmutable();
    }

    private static ImmutableArray<Sha256Digest> Stored(SqliteSession session, TreeTile tile)
    {
        var hashes = ImmutableArray.CreateBuilder<Sha256Digest>(tile.Width);
        using var reader = session.Query(
            "SELECT hash FROM tree WHERE level = $1 AND number >= $2 AND number < $3 ORDER BY number",
            (long)tile.Level,
            tile.First,
            tile.First + tile.Width);
        while (reader.Read() && SqliteSession.Span(reader, 0).Length == Sha256Digest.Size)
        {
            hashes.Add(Sha256Digest.FromBytes(SqliteSession.Span(reader, 0)));
        }

        return hashes.DrainToImmutable();
    }

    /// <summary>What a file of the first version has not stored; slow on a large one, until something is appended to it.</summary>
    private static ImmutableArray<Sha256Digest> Computed(SqliteSession session, TreeTile tile)
    {
        var hashes = ImmutableArray.CreateBuilder<Sha256Digest>(tile.Width);
        for (var i = 0; i < tile.Width; i++)
        {
            if (!Tile(session, new TreeTile(tile.Level - 1, tile.First + i, TreeTile.MaxWidth)).TryGet(out var below, out _))
            {
                break;
            }

            hashes.Add(TreeHash.Full(below.AsSpan()));
        }

        return hashes.DrainToImmutable();
    }
}
