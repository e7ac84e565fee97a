using System.Collections.Immutable;
using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Tests.Ledger.Tree;

/// <summary>The tree against the words of the RFC and against the roots that certificate transparency logs are tested with.</summary>
public sealed class MerkleTreeTests
{
    private const int Most = 70;

    private static readonly byte[][] Entries =
        [.. Enumerable.Range(0, Most).Select(i => Encoding.ASCII.GetBytes($"entry {i}"))];

    /// <summary>The eight inputs of the reference tests of certificate transparency, and the roots after each.</summary>
    public static TheoryData<int, string> KnownRoots => new()
    {
        { 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { 1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
        { 2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
        { 3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
        { 4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
        { 5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
        { 6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
        { 7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
        { 8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
    };

    [Theory]
    [MemberData(nameof(KnownRoots))]
    public void The_roots_are_those_that_logs_are_tested_with(int size, string root)
    {
        string[] inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        var edge = new Frontier();
        foreach (var input in inputs[..size])
        {
            edge.Append(TreeHash.Leaf(Convert.FromHexString(input)));
        }

        Assert.Equal(root, edge.Root.ToString());
        Assert.Equal(size, edge.Size);
    }

    [Fact]
    public void Edge_and_tree_have_the_roots_of_the_RFC_at_every_size_and_at_every_earlier_one()
    {
        var edge = new Frontier();
        var tree = new MerkleTree();
        for (var size = 0; size <= Most; size++)
        {
            Assert.Equal(Root(size), edge.Root);
            Assert.Equal(edge.Head, tree.Head);
            for (var earlier = 0; earlier <= size; earlier++)
            {
                Assert.Equal(Root(earlier), tree.RootAt(earlier));
            }

            if (size < Most)
            {
                edge.Append(TreeHash.Leaf(Entries[size]));
                tree.Append(TreeHash.Leaf(Entries[size]));
            }
        }
    }

    [Fact]
    public void Every_inclusion_proof_is_that_of_the_RFC_and_verifies_for_its_entry_alone()
    {
        var tree = Tree();
        for (var size = 1; size <= Most; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = tree.ProveInclusion(index, size);
                Assert.Equal(NaiveTree.Path(index, Entries.AsSpan(0, size)).Select(NaiveTree.Digest), proof.Hashes);
                Assert.True(proof.Verify(Leaf(index), Root(size)));
                Assert.False(proof.Verify(TreeHash.Leaf("another"u8), Root(size)));
                Assert.False(proof.Verify(Leaf(index), Root(size - 1)));
                Assert.All(Spoiled(proof.Hashes), hashes => Assert.False((proof with { Hashes = hashes }).Verify(Leaf(index), Root(size))));
                Assert.False((proof with { Index = index + 1 }).Verify(Leaf(index), Root(size)));
                Assert.False((proof with { Index = -1 }).Verify(Leaf(index), Root(size)));
            }
        }
    }

    [Fact]
    public void Every_consistency_proof_is_that_of_the_RFC_and_verifies_for_its_two_trees_alone()
    {
        var tree = Tree();
        for (var newer = 0; newer <= Most; newer++)
        {
            for (var older = 0; older <= newer; older++)
            {
                var proof = tree.ProveConsistency(older, newer);
                Assert.True(proof.Verify(Root(older), Root(newer)));
                Assert.False(proof.Verify(TreeHash.Leaf("another"u8), Root(newer)));
                if (older > 0)
                {
                    Assert.False(proof.Verify(Root(older), TreeHash.Leaf("another"u8)));
                }

                Assert.All(Spoiled(proof.Hashes), hashes => Assert.False((proof with { Hashes = hashes }).Verify(Root(older), Root(newer))));
                if (older > 0)
                {
                    Assert.Equal(NaiveTree.Proof(older, Entries.AsSpan(0, newer)).Select(NaiveTree.Digest), proof.Hashes);
                }
            }
        }

        Assert.False(new ConsistencyProof(5, 4, []).Verify(Root(5), Root(4)));
        Assert.False(new ConsistencyProof(-1, 4, []).Verify(Root(0), Root(4)));
    }

    [Fact]
    public void Full_blocks_are_handed_out_once_each_with_the_root_over_their_entries()
    {
        var edge = new Frontier();
        var tree = new MerkleTree();
        var blocks = new List<TreeBlock>();
        for (var i = 0; i < 66_000; i++)
        {
            var leaf = TreeHash.Leaf(BitConverter.GetBytes(i));
            edge.Append(leaf, blocks);
            tree.Append(leaf);
        }

        foreach (var (level, count) in ((int, int)[])[(1, 4_125), (2, 257), (3, 16), (4, 1), (5, 0)])
        {
            Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), blocks.Where(block => block.Level == level).Select(block => block.Number));
            Assert.All(
                blocks.Where(block => block.Level == level).Take(1), block => Assert.Equal(tree.RootAt(1 << (4 * level)), block.Hash));
        }

        Assert.Equal(4_125 + 257 + 16 + 1, blocks.Count);
        foreach (var size in (int[])[15, 16, 17, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, 66_000])
        {
            var root = TreeQuery.Root(size).Answer(tile => tree.Tile(tile).ToImmutableArray()).Value();
            Assert.Equal(tree.RootAt(size), Assert.Single(root));
            var peaks = TreeQuery.Edge(size).Answer(tile => tree.Tile(tile).ToImmutableArray()).Value();
            Assert.Equal(new TreeHead(size, tree.RootAt(size)), Frontier.Of(size, peaks).Head);
            foreach (var index in (int[])[0, 1, 254, 255, size / 2, size - 1])
            {
                AssertSmall(TreeQuery.Inclusion(Math.Min(index, size - 1), size));
                AssertSmall(TreeQuery.Consistency(Math.Min(index, size), size));
                var hashes = TreeQuery.Inclusion(Math.Min(index, size - 1), size).Answer(tile => tree.Tile(tile).ToImmutableArray()).Value();
                Assert.Equal(tree.ProveInclusion(Math.Min(index, size - 1), size).Hashes, hashes);
            }
        }
    }

    [Fact]
    public void A_tile_that_is_shorter_than_it_should_be_is_refused()
    {
        var tree = Tree();
        var refusal = TreeQuery.Inclusion(3, 60).Answer(tile => tree.Tile(tile).Skip(1).ToImmutableArray()).Refusal();
        Assert.Equal(RefusalCode.Corrupt, refusal.Code);
    }

    [Fact]
    public void A_copy_of_an_edge_goes_its_own_way()
    {
        var edge = new Frontier();
        edge.Append(Leaf(0));
        var copy = edge.Copy();
        copy.Append(Leaf(1));
        Assert.Equal(Root(1), edge.Root);
        Assert.Equal(Root(2), copy.Root);
    }

    private static void AssertSmall(TreeQuery query)
    {
        Assert.All(query.Tiles.GroupBy(tile => tile.Level), level => Assert.InRange(level.Count(), 1, 2));
        Assert.All(query.Tiles, tile => Assert.InRange(tile.Width, 1, 16));
    }

    private static IEnumerable<ImmutableArray<Sha256Digest>> Spoiled(ImmutableArray<Sha256Digest> hashes)
    {
        yield return hashes.Add(TreeHash.Empty);
        for (var i = 0; i < hashes.Length; i++)
        {
            yield return hashes.SetItem(i, TreeHash.Empty);
            yield return hashes.RemoveAt(i);
        }
    }

    private static Sha256Digest Leaf(int index) => TreeHash.Leaf(Entries[index]);

    private static Sha256Digest Root(int size) => NaiveTree.Digest(NaiveTree.Root(Entries.AsSpan(0, size)));

    private static MerkleTree Tree()
    {
        var tree = new MerkleTree();
        foreach (var entry in Entries)
        {
            tree.Append(TreeHash.Leaf(entry));
        }

        return tree;
    }
}
