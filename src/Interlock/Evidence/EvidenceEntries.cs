using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Release;

namespace Interlock.Evidence;

/// <summary>The entries of a bundle, folded: the governance as far as it matters to the plan, and every entry of the plan.</summary>
internal sealed class EvidenceEntries
{
    private EvidenceEntries(ImmutableArray<LedgerEntry> all, LedgerEntry genesis, PlanRecord plan, ImmutableArray<SignedEntry> signed)
    {
        All = all;
        Genesis = genesis;
        Plan = plan;
        Signed = signed;
    }

    /// <summary>All of them, in order.</summary>
    public ImmutableArray<LedgerEntry> All { get; }

    /// <summary>The first entry of the ledger.</summary>
    public LedgerEntry Genesis { get; }

    /// <summary>The plan.</summary>
    public PlanRecord Plan { get; }

    /// <summary>The entries that a person stands behind, with what decided then.</summary>
    public ImmutableArray<SignedEntry> Signed { get; }

    /// <summary>The entries of a kind.</summary>
    public IEnumerable<LedgerEntry> Of(string kind) => All.Where(entry => entry.Kind == kind);

    /// <summary>The files that are named by a digest, with it: what the entries speak of.</summary>
    public ImmutableSortedDictionary<string, Sha256Digest> Blobs()
    {
        var blobs = ImmutableSortedDictionary.CreateBuilder<string, Sha256Digest>(StringComparer.Ordinal);
        foreach (var entry in All)
        {
            Add("policy", EvidenceNames.Policy);
            Add("allowed_signers", EvidenceNames.Signers);
            Add("revoked_keys", EvidenceNames.Revoked);
            Add("statement", EvidenceNames.Statement);
            Add("signature", EvidenceNames.Signature);
            Add("render_digest", EvidenceNames.Review);

            void Add(string field, Func<Sha256Digest, string> name)
            {
                if (Sha256Digest.TryParse(entry.Event.Text(field), out var digest))
                {
                    blobs[name(digest)] = digest;
                }
            }
        }

        return blobs.ToImmutable();
    }

    /// <summary>
    /// Which entries of the governance matter to a plan: the genesis, what decided when it was proposed, each change until its end, and each
    /// recovery before that: statements name the epoch, which is how often the ledger was taken up again.
    /// </summary>
    public static IEnumerable<LedgerEntry> Matter(ImmutableArray<LedgerEntry> governance, ImmutableArray<LedgerEntry> plan)
    {
        var states = governance.Where(static entry => entry.Kind is EventKinds.Genesis or EventKinds.Configured && entry.Event["policy"] is not null).ToList();
        var first = states.FindLastIndex(entry => entry.Seq < plan[0].Seq);
        return
        [
            .. states.Where((entry, i) => i == 0 || (i >= first && entry.Seq < plan[^1].Seq)),
            .. governance.Where(entry => entry.Kind == EventKinds.Recovered && entry.Seq < plan[^1].Seq),
        ];
    }

    /// <summary>Folds entries.</summary>
    /// <param name="id">The plan that they are about.</param>
    /// <param name="entries">The entries, in the order of the ledger.</param>
    /// <returns>Refused with the name of the entry that cannot stand there.</returns>
    public static Result<EvidenceEntries> Fold(PlanId id, ImmutableArray<LedgerEntry> entries)
    {
        GovernanceState? governance = null;
        PlanRecord? plan = null;
        var signed = ImmutableArray.CreateBuilder<SignedEntry>();
        foreach (var entry in entries)
        {
            if (entry.Kind is EventKinds.Genesis or EventKinds.Configured or EventKinds.Recovered)
            {
                if (!GovernanceState.Next(governance, entry).TryGet(out governance, out var illegal))
                {
                    return Fault(entry, illegal.Message);
                }

                continue;
            }

            if (PlanRow.Concerns(entry) != id)
            {
                return Fault(entry, "the entry is not about this plan");
            }

            if (governance is null)
            {
                return Fault(entry, "the genesis is not before it");
            }

            if (!PlanLifecycle.Next(plan, entry).TryGet(out plan, out var broken))
            {
                return Fault(entry, broken.Message);
            }

            if (EntrySignatures.SignedAs(entry) is { } says)
            {
                signed.Add(new SignedEntry(entry, governance, says.Type, entry.Event.Text(says.Person) ?? string.Empty));
            }
        }

        return plan is null || entries is not [{ Kind: EventKinds.Genesis } genesis, ..]
            ? Refusal.Of(RefusalCode.Corrupt, "the bundle does not hold the genesis of the ledger and the proposal of the plan; ask for the whole bundle again")
            : new EvidenceEntries(entries, genesis, plan, signed.ToImmutable());
    }

    private static Refusal Fault(LedgerEntry entry, string why) =>
        new(RefusalCode.Corrupt, EvidenceNames.Entry(entry.Seq), $"{why}; an entry was left out, or put in");
}

/// <summary>An entry that a person stands behind.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Governance">What decided when it was written.</param>
/// <param name="Type">What it must be; a drift may stand in the place of an approval.</param>
/// <param name="Person">Who, as the entry names them.</param>
internal sealed record SignedEntry(LedgerEntry Entry, GovernanceState Governance, StatementType Type, string Person)
{
    /// <summary>The digest of the statement; null where the entry names none.</summary>
    public Sha256Digest? Statement => Of("statement");

    /// <summary>The digest of the signature; null where there is none.</summary>
    public Sha256Digest? Signature => Of("signature");

    private Sha256Digest? Of(string field) => Sha256Digest.TryParse(Entry.Event.Text(field), out var digest) ? digest : null;
}
