using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// What <c>old_digest</c> and <c>new_digest</c> of a governance statement are the digests of (docs/spec/ledger.md, governance). The three
/// forms have different members, so that a signature under a change says nothing about a recovery.
/// </summary>
internal static class GovernanceDigests
{
    /// <summary>What decides: <c>{"policy_digest", "signers_digest"}</c>.</summary>
    public static Sha256Digest Of(Sha256Digest policy, Sha256Digest signers) => CanonicalJson.Hash(JsonObject.Of(
        ("policy_digest", policy.ToString()), ("signers_digest", signers.ToString())));

    /// <summary>The head that an anchor held before a recovery: <c>{"root", "size"}</c>; zeros for an anchor that was lost.</summary>
    public static Sha256Digest OfAnchor(TreeHead? anchor) =>
        anchor is { } head ? CanonicalJson.Hash(head.ToJson()) : Sha256Digest.Zero;

    /// <summary>The state to go on from: <c>{"epoch", "root", "size"}</c>.</summary>
    public static Sha256Digest OfRecovery(RecoveryPoint point) => CanonicalJson.Hash(JsonObject.Of(
        ("epoch", point.Epoch), ("root", point.Head.Root.ToString()), ("size", point.Head.Size)));

    /// <summary>Who signed one and the same change or recovery, each once, in ordinal order.</summary>
    public static ImmutableArray<LedgerEntry> Signing(ImmutableArray<LedgerEntry> pending, Sha256Digest old, Sha256Digest @new) =>
    [
        .. pending
            .Where(one => one.Event.Text("old_digest") == old.ToString() && one.Event.Text("new_digest") == @new.ToString())
            .GroupBy(static one => one.Event.Text("by"), StringComparer.Ordinal)
            .OrderBy(static same => same.Key, StringComparer.Ordinal)
            .Select(static same => same.Last()),
    ];
}

/// <summary>Where a ledger is taken up again: which epoch begins, and behind which entries.</summary>
/// <param name="Epoch">The epoch that begins, from 1.</param>
/// <param name="Head">The entries that it goes on from.</param>
/// <param name="Anchor">The head that the anchor held before; null where it was missing or could not be read.</param>
internal sealed record RecoveryPoint(int Epoch, TreeHead Head, TreeHead? Anchor)
{
    /// <summary>The digest of what is left behind.</summary>
    public Sha256Digest Old => GovernanceDigests.OfAnchor(Anchor);

    /// <summary>The digest of what is gone on from.</summary>
    public Sha256Digest New => GovernanceDigests.OfRecovery(this);

    /// <summary>The fields of entries that name it.</summary>
    public ReadOnlySpan<(string Name, JsonValue? Value)> Fields => new (string, JsonValue?)[]
    {
        ("epoch", Epoch),
        ("size", Head.Size),
        ("root", Head.Root.ToString()),
        ("anchor_size", Anchor is { } size ? (JsonValue)size.Size : null),
        ("anchor_root", Anchor is { } root ? (JsonValue)root.Root.ToString() : null),
    };

    /// <summary>Reads the fields of an entry; null where it names none, or none that could be.</summary>
    public static RecoveryPoint? Of(JsonObject @event) =>
        Number(@event, "epoch") is not (>= 1 and <= int.MaxValue and var epoch) || HeadOf(@event, "size", "root") is not { } head ? null
        : @event["anchor_size"] is null && @event["anchor_root"] is null ? new RecoveryPoint((int)epoch, head, null)
        : HeadOf(@event, "anchor_size", "anchor_root") is { } anchor ? new RecoveryPoint((int)epoch, head, anchor)
        : null;

    private static TreeHead? HeadOf(JsonObject @event, string size, string root) =>
        Number(@event, size) is { } count && Sha256Digest.TryParse(@event.Text(root), out var digest) ? new TreeHead(count, digest) : null;

    private static long? Number(JsonObject @event, string field) =>
        @event[field] is JsonNumber { Value: >= 0 and <= JsonNumber.MaxSafeInteger } number && double.IsInteger(number.Value)
            ? (long)number.Value
            : null;
}
