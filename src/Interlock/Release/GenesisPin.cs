using Interlock.Canonical;

namespace Interlock.Release;

/// <summary>What it means that a ledger is, or is not, the one that somebody pinned.</summary>
internal static class GenesisPin
{
    /// <summary>Nothing says which ledger counts.</summary>
    public static Refusal Missing => Refusal.Of(
        RefusalCode.Forbidden,
        "governance is locked and nothing pins which ledger counts; write the digest of its first entry into the file of `governance.genesis`"
        + " with `interlock governance pin`");

    /// <summary>The ledger begins with another entry.</summary>
    public static Refusal OtherLedger(Sha256Digest pinned, Sha256Digest found) => Refusal.Of(
        RefusalCode.Corrupt,
        $"the ledger begins with `{found}` and the genesis file pins `{pinned}`: it is another ledger; put the true one back");
}
