using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Release;

namespace Interlock.Tests.Ledger.Checkpoints;

/// <summary>What a ledger that does not agree with its anchor comes to: in the rules, in a store in memory, and before the gate.</summary>
public sealed class AnchorRulesTests
{
    private static readonly Sha256Digest Root = TreeHash.Leaf("root"u8);

    [Fact]
    public void An_empty_ledger_without_an_anchor_is_a_new_one() => Assert.Null(AnchorRules.Start("it", 0, null, default));

    [Fact]
    public void A_ledger_ahead_of_its_anchor_and_consistent_goes_on()
    {
        Assert.Null(AnchorRules.Start("it", 9, new TreeHead(7, Root), Root));
        Assert.Null(AnchorRules.Start("it", 7, new TreeHead(7, Root), Root));
    }

    [Theory]
    [InlineData(1, null, true, "is missing")]
    [InlineData(6, 7, true, "its end was cut off")]
    [InlineData(0, 7, true, "its end was cut off")]
    [InlineData(9, 7, false, "something was changed")]
    public void Any_other_ledger_is_refused_and_the_mend_is_named(int entries, int? anchored, bool same, string reason)
    {
        var refusal = AnchorRules.Start(
            "the anchor `a`", entries, anchored is { } size ? new TreeHead(size, Root) : null, same ? Root : Sha256Digest.Zero);

        Assert.Equal(RefusalCode.Corrupt, refusal?.Code);
        Assert.Contains(reason, refusal?.Message, StringComparison.Ordinal);
        Assert.Contains("the anchor `a`", refusal?.Message, StringComparison.Ordinal);
        Assert.Contains("`interlock recover`", refusal?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_anchor_is_moved_only_along_a_proof()
    {
        var tree = Tree(9);
        var fork = Tree(9, "other");
        var head = new TreeHead(6, tree.RootAt(6));
        Assert.Equal(AnchorMove.Write, Move(new TreeHead(4, tree.RootAt(4)), null));
        Assert.Equal(AnchorMove.Write, Move(TreeHead.Empty, null));
        Assert.Equal(AnchorMove.Covered, Move(head, null));
        Assert.Equal(AnchorMove.Covered, Move(new TreeHead(8, tree.RootAt(8)), null));

        // what the caller has seen itself needs no proof
        Assert.Equal(AnchorMove.Write, AnchorRules.Move("it", new TreeHead(4, Root), head, new TreeHead(4, Root), (_, _) => throw new InvalidOperationException()).Value());
        foreach (var other in (TreeHead?[])[null, new(4, fork.RootAt(4)), new(6, fork.RootAt(6)), new(8, fork.RootAt(8))])
        {
            Assert.Equal(RefusalCode.Corrupt, AnchorRules.Move("it", other, head, null, (a, b) => tree.ProveConsistency(a, b)).Refusal().Code);
        }

        AnchorMove Move(TreeHead current, TreeHead? known) =>
            AnchorRules.Move("it", current, head, known, (a, b) => tree.ProveConsistency(a, b)).Value();
    }

    [Fact]
    public async Task A_store_in_memory_answers_an_append_only_once_it_is_anchored()
    {
        var anchor = new MemoryAnchor();
        await using var store = new MemoryLedgerStore(new SetClock(), anchor);
        await store.AppendOkAsync(Events.Proposal(1));
        Assert.Equal(1, anchor.Head?.Size);

        anchor.Broken = Refusal.Of(RefusalCode.Storage, "the disk is full; make room");
        var unknown = Assert.IsType<AppendAnswer.OutcomeUnknown>(await store.AppendAsync(Events.Proposal(2), default));
        Assert.Contains("not anchored", unknown.Refusal.Message, StringComparison.Ordinal);
        Assert.Contains("make room", unknown.Refusal.Message, StringComparison.Ordinal);
        Assert.IsType<AppendAnswer.Refused>(await store.AppendAsync(Events.Proposal(3), default));
        Assert.Equal(RefusalCode.Storage, (await store.ReopenAsync(default)).Refusal().Code);

        anchor.Broken = null;
        Assert.Equal(2, (await store.ReopenAsync(default)).Value().Size);
        Assert.Equal(2, anchor.Head?.Size);
        await store.AppendOkAsync(Events.Proposal(3));
        Assert.Null(await store.CheckAnchorAsync(anchor, default));
    }

    [Fact]
    public async Task The_gates_ledger_is_refused_for_good_where_its_verified_lines_are_not_those_of_the_anchor()
    {
        await using var store = new MemoryLedgerStore(new SetClock());
        for (var i = 1; i <= 3; i++)
        {
            await store.AppendOkAsync(Events.Append(JsonObject.Of(("kind", i % 2 == 1 ? EventKinds.Stopped : EventKinds.Resumed))));
        }

        var root = (await store.RootAtAsync(2, default)).Value();
        foreach (var wrong in (TreeHead?[])[null, new(2, Root), new(4, root)])
        {
            var anchor = MemoryAnchor.At(wrong);
            using var ledger = new VerifiedLedger(store, anchor);
            Assert.Contains("`interlock recover`", (await ledger.ReadAsync(state => state.Head, default)).Refusal().Message, StringComparison.Ordinal);
            Assert.Equal(RefusalCode.Corrupt, (await store.CheckAnchorAsync(anchor, default))?.Code);

            anchor.Head = new TreeHead(2, root);
            Assert.Equal(RefusalCode.Corrupt, (await ledger.ReadAsync(state => state.Head, default)).Refusal().Code);
        }

        using var sound = new VerifiedLedger(store, MemoryAnchor.At(new TreeHead(2, root)));
        Assert.Equal(3, (await sound.ReadAsync(state => state.Tree.Size, default)).Value());
    }

    private static MerkleTree Tree(int size, string salt = "")
    {
        var tree = new MerkleTree();
        for (var i = 0; i < size; i++)
        {
            tree.Append(TreeHash.Leaf(System.Text.Encoding.ASCII.GetBytes($"{salt}{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}")));
        }

        return tree;
    }
}
