using Interlock.Ledger;
using Interlock.Storage;
using Interlock.Tests.Ledger;
using Interlock.Tests.Ledger.Checkpoints;

namespace Interlock.Tests.Storage;

/// <summary>The tree as the file keeps it: grown by appends, made for a file of the first version, compared by <c>fsck</c>.</summary>
public sealed class SqliteTreeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string LedgerFile => folder.File("ledger.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Roots_and_proofs_out_of_the_file_are_those_of_the_lines()
    {
        await using var store = await FilledAsync(600);
        await AssertTreeAsync(store, 600);
        Assert.Equal(37L + 2, Count("SELECT count(*) FROM tree"));

        // another process goes on from what is stored
        await using var other = await OpenAsync();
        await FillAsync(other, 600, 200);
        await FillAsync(store, 800, 100);
        Assert.Equal(56L + 3, Count("SELECT count(*) FROM tree"));
        await AssertTreeAsync(other, 900);
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
    }

    [Fact]
    public async Task A_file_of_the_first_version_is_read_as_it_is_and_gets_its_tree_with_the_next_append()
    {
        await (await FilledAsync(600)).DisposeAsync();
        RawDatabase.Run(LedgerFile, "DROP TABLE tree; PRAGMA user_version=1");
        await using var store = await OpenAsync();
        await AssertTreeAsync(store, 600);
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
        Assert.Equal(1L, Count("PRAGMA user_version"));

        await FillAsync(store, 600, 200);
        Assert.Equal(2L, Count("PRAGMA user_version"));
        Assert.Equal(50L + 3, Count("SELECT count(*) FROM tree"));
        Assert.Empty((await store.CheckAsync(default)).Value().Findings);
        await AssertTreeAsync(store, 800);
    }

    [Theory]
    [InlineData("UPDATE tree SET hash = zeroblob(32) WHERE number = 1", "block 1 of level 1 of the tree is not the hash of its entries")]
    [InlineData("UPDATE tree SET hash = x'00' WHERE number = 1", "block 1 of level 1 of the tree is not the hash of its entries")]
    [InlineData("DELETE FROM tree WHERE number = 0", "block 0 of level 1 of the tree is missing")]
    [InlineData("INSERT INTO tree VALUES(3, 0, zeroblob(32))", "the tree holds block 0 of level 3, which the chain does not fill")]
    public async Task What_was_changed_in_the_tree_is_found(string sql, string finding)
    {
        await using (await FilledAsync(600))
        {
        }

        await using var store = await OpenAsync();
        RawDatabase.Run(LedgerFile, sql);
        Assert.Contains((await store.CheckAsync(default)).Value().Findings, text => text.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_tiles_of_an_export_are_256_wide_whatever_a_store_reads_at_once()
    {
        await using var store = await FilledAsync(600);
        var tree = new MerkleTree();
        (await store.ChainAsync()).ForEach(entry => tree.Append(TreeHash.Leaf(entry.Line.Span)));
        var tiles = folder.File("tiles");
        Assert.Equal(tree.Head, (await TileExport.WriteAsync(store, TestLog.Signer.Sign(tree.Head), tiles, default)).Value());

        foreach (var (name, level, first, width) in ((string, int, int, int)[])
            [("0/000", 0, 0, 256), ("0/001", 0, 256, 256), ("0/002.p/88", 0, 512, 88), ("1/000.p/2", 2, 0, 2)])
        {
            var hashes = new byte[32 * width];
            for (var i = 0; i < width; i++)
            {
                var at = first + i;
                tree.Tile(new TreeTile(level, at / 16, (at % 16) + 1)).Last().CopyTo(hashes.AsSpan(32 * i));
            }

            Assert.Equal(hashes, await File.ReadAllBytesAsync(Path.Combine(tiles, "tile", name)));
        }

        Assert.Equal(4, Directory.GetFiles(Path.Combine(tiles, "tile"), "*", SearchOption.AllDirectories).Count(path => !path.Contains("entries", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task More_of_the_tree_than_there_are_entries_is_refused()
    {
        await using var store = await FilledAsync(10);
        Assert.Equal(RefusalCode.Corrupt, (await store.RootAtAsync(11, default)).Refusal().Code);
        await using var memory = new MemoryLedgerStore(TimeProvider.System);
        Assert.Equal(RefusalCode.Corrupt, (await memory.RootAtAsync(1, default)).Refusal().Code);
    }

    private async Task<SqliteLedgerStore> FilledAsync(int entries)
    {
        var store = await OpenAsync();
        await FillAsync(store, 0, entries);
        return store;
    }

    private static async Task FillAsync(SqliteLedgerStore store, int from, int entries) =>
        await Task.WhenAll(Enumerable.Range(from, entries).Select(i => store.AppendOkAsync(Events.Proposal(i))));

    private static async Task AssertTreeAsync(SqliteLedgerStore store, int entries)
    {
        var tree = new MerkleTree();
        var chain = await store.ChainAsync();
        chain.ForEach(entry => tree.Append(TreeHash.Leaf(entry.Line.Span)));
        Assert.Equal(entries, tree.Size);
        foreach (var size in new[] { 0, 1, 15, 16, 17, 255, 256, 257, 511, 512, 599, entries })
        {
            Assert.Equal(tree.RootAt(size), (await store.RootAtAsync(size, default)).Value());
            var consistency = (await store.ProveConsistencyAsync(size, entries, default)).Value();
            Assert.True(consistency.Verify(tree.RootAt(size), tree.RootAt(entries)));
            if (size > 0)
            {
                var proof = (await store.ProveInclusionAsync(size - 1, entries, default)).Value();
                Assert.True(proof.Verify(TreeHash.Leaf(chain[size - 1].Line.Span), tree.RootAt(entries)));
            }
        }
    }

    private long Count(string sql)
    {
        using var raw = new RawDatabase(LedgerFile);
        return (long)(raw.Execute(sql) ?? 0L);
    }

    private async Task<SqliteLedgerStore> OpenAsync() => (await SqliteLedgerStore.OpenAsync(LedgerFile, TimeProvider.System, null, default)).Value();
}
