using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>What may follow an anchor.</summary>
public enum AnchorMove
{
    /// <summary>Never decided.</summary>
    Unknown = 0,

    /// <summary>The anchor is earlier: it is to be replaced.</summary>
    Write,

    /// <summary>The anchor holds this head or a later one: it stays.</summary>
    Covered,
}

/// <summary>
/// The rules of the anchor (docs/spec/checkpoints.md, the anchor), without its file and without a ledger: whether a ledger may be used, and
/// whether an anchor may be moved.
/// </summary>
public static class AnchorRules
{
    /// <summary>The rule at the start: a ledger that is ahead of its anchor and consistent goes on, any other is refused.</summary>
    /// <param name="name">What the anchor is, for messages.</param>
    /// <param name="entries">How many entries the ledger has.</param>
    /// <param name="anchor">What the anchor says; null where there is none.</param>
    /// <param name="rootThere">The ledger's root at the anchor's size; not looked at where the ledger is shorter.</param>
    /// <returns>Why the ledger must not be used; null where it may.</returns>
    public static Refusal? Start(string name, long entries, TreeHead? anchor, Sha256Digest rootThere)
    {
        if (anchor is not { } head)
        {
            return entries == 0
                ? null
                : Corrupt($"the ledger has {Number(entries)} entries and {name} is missing: nobody can say whether its end was cut off; put the anchor back");
        }

        return entries < head.Size
                ? Corrupt($"the ledger has {Number(entries)} entries and {name} says {Number(head.Size)}: its end was cut off, or an older copy was put"
                    + " back; put the newest copy back")
            : rootThere != head.Root
                ? Corrupt($"the first {Number(head.Size)} entries of the ledger are not those of {name}: something was changed, taken out or put in;"
                    + " put the true ledger back")
            : null;
    }

    /// <summary>The rule of the swap: an anchor is only ever replaced by a checkpoint of a tree that begins with its own.</summary>
    /// <param name="name">What the anchor is, for messages.</param>
    /// <param name="current">What it says now; null where there is none.</param>
    /// <param name="head">The head that was committed.</param>
    /// <param name="known">An earlier head that the tree is known to have grown from; null for none.</param>
    /// <param name="prove">Proves from the tree that the one size is the beginning of the other.</param>
    public static Result<AnchorMove> Move(
        string name, TreeHead? current, TreeHead head, TreeHead? known, Func<long, long, Result<ConsistencyProof>> prove)
    {
        if (current is not { } now)
        {
            return Corrupt($"{name} is gone; put it back");
        }

        if (now == head)
        {
            return AnchorMove.Covered;
        }

        if (now.Size < head.Size && now == known)
        {
            return AnchorMove.Write;
        }

        var (older, newer) = now.Size <= head.Size ? (now, head) : (head, now);
        if (!prove(older.Size, newer.Size).TryGet(out var proof, out var refusal))
        {
            return refusal;
        }

        return !proof.Verify(older.Root, newer.Root)
                ? Corrupt($"{name} holds a checkpoint of {Number(now.Size)} entries that the ledger's {Number(head.Size)} do not agree with: one of the"
                    + " two was changed")
            : now.Size < head.Size ? AnchorMove.Write
            : AnchorMove.Covered;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static Refusal Corrupt(string what) => Refusal.Of(RefusalCode.Corrupt, $"{what}, or run `interlock recover`");
}
