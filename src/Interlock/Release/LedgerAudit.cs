using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Release;

/// <summary>
/// The half of <c>fsck</c> that asks people's signatures: the whole chain is folded as the gate folds it, and every entry that says of
/// itself that a person stands behind it is judged by the rules and the keys of then, on all cores.
/// </summary>
/// <param name="store">The ledger.</param>
/// <param name="readSigners">Reads a set of signers.</param>
public sealed class LedgerAudit(ILedgerStore store, SignerReader readSigners)
{
    /// <summary>What this version looks at. A mark of another version counts for nothing: raise it with every rule that is added.</summary>
    public const int Version = 2;

    /// <summary>After so many findings a ledger is beyond a list.</summary>
    private const int MaxFindings = 100;

    private const int Page = 4_096;

    private readonly EntrySignatures signatures = new(store.ReadBlobAsync, new PastRules(store.ReadBlobAsync, readSigners));
    private readonly LedgerState state = new();
    private readonly ImmutableArray<string>.Builder findings = ImmutableArray.CreateBuilder<string>();

    /// <summary>Checks the ledger.</summary>
    /// <param name="verified">
    /// Up to where every signature was verified before: believed where the ledger's tree had that very root at that size.
    /// </param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>What was found, and up to where; refused where the ledger cannot be read.</returns>
    public async Task<Result<AuditedLedger>> RunAsync(TreeHead? verified, CancellationToken cancellationToken)
    {
        if (!(await KnownAsync(verified, cancellationToken)).TryGet(out var known, out var refusal))
        {
            return refusal;
        }

        if (known.IsWhole)
        {
            return new AuditedLedger(known.Head, known.Head.Size, 0, []);
        }

        var checkedEntries = 0L;
        while (findings.Count < MaxFindings)
        {
            if (!(await store.ReadAsync(state.Head.Size, Page, cancellationToken)).TryGet(out var lines, out refusal))
            {
                return refusal;
            }

            var jobs = new List<Judgement>();
            var broken = await FoldAsync(lines, known.Head.Size, jobs, cancellationToken);
            checkedEntries += jobs.Count;
            await JudgeAsync(jobs, cancellationToken);
            if (broken is not null)
            {
                findings.Add(broken.Message);
                break;
            }

            if (lines.Length < Page)
            {
                break;
            }
        }

        return new AuditedLedger(state.Tree.Head, known.Head.Size, checkedEntries, findings.ToImmutable());
    }

    /// <summary>How far the mark reaches: nowhere, where the ledger is not the one that it speaks of.</summary>
    private async Task<Result<Reach>> KnownAsync(TreeHead? verified, CancellationToken cancellationToken)
    {
        if (!(await store.HeadAsync(cancellationToken)).TryGet(out var head, out var refusal))
        {
            return refusal;
        }

        if (verified is not { } mark || mark.Size > head.Size || mark.Size == 0)
        {
            return new Reach(TreeHead.Empty, IsWhole: false);
        }

        return !(await RootAsync(mark.Size, cancellationToken)).TryGet(out var root, out refusal) ? refusal
            : root == mark.Root ? new Reach(mark, mark.Size == head.Size)
            : new Reach(TreeHead.Empty, IsWhole: false);
    }

    /// <summary>The root over the lines themselves: the stored hashes of the tree may be anybody's.</summary>
    private async Task<Result<Sha256Digest>> RootAsync(long size, CancellationToken cancellationToken)
    {
        var tree = new Frontier();
        var leaves = new Sha256Digest[Page];
        while (tree.Size < size)
        {
            if (!(await store.ReadAsync(tree.Size, (int)Math.Min(Page, size - tree.Size), cancellationToken)).TryGet(out var lines, out var refusal))
            {
                return refusal;
            }

            if (lines.IsEmpty)
            {
                return LedgerRefusals.Broken($"entry {tree.Size} is missing");
            }

            Parallel.For(0, lines.Length, i => leaves[i] = TreeHash.Leaf(lines[i].Span));
            for (var i = 0; i < lines.Length; i++)
            {
                tree.Append(leaves[i]);
            }
        }

        return tree.Root;
    }

    private async Task<Refusal?> FoldAsync(
        ImmutableArray<ReadOnlyMemory<byte>> lines, long known, List<Judgement> jobs, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
        {
            if (!LedgerEntry.TryVerify(state.Head, line, out var entry, out var error))
            {
                return LedgerRefusals.Broken(error);
            }

            if (entry.Seq >= known && state.Governance is { } governance)
            {
                if (EntrySignatures.SignedAs(entry) is not null)
                {
                    jobs.Add(new Judgement(entry, governance, state.PlanOf(entry)));
                }
                else if (entry.Kind == EventKinds.Resumed
                    && await signatures.ResumeFaultAsync(entry, governance, state.Brakes, cancellationToken) is { } forged)
                {
                    findings.Add(forged.Message);
                }
            }

            if (state.Apply(entry) is { } illegal)
            {
                return illegal;
            }
        }

        return null;
    }

    /// <summary>Judges the entries of a page. The tree stands still meanwhile, and answers for every size before.</summary>
    private async Task JudgeAsync(List<Judgement> jobs, CancellationToken cancellationToken)
    {
        var faults = new Refusal?[jobs.Count];
        await Parallel.ForAsync(0, jobs.Count, cancellationToken, async (i, stop) =>
            faults[i] = await signatures.FaultAsync(jobs[i].Entry, jobs[i].Governance, jobs[i].Plan, state.Tree, stop));
        findings.AddRange(faults.OfType<Refusal>().Select(static fault => fault.Message));
    }

    private sealed record Judgement(LedgerEntry Entry, GovernanceState Governance, PlanRecord? Plan);

    private sealed record Reach(TreeHead Head, bool IsWhole);
}

/// <summary>What an audit of signatures came to.</summary>
/// <param name="Head">The head up to which it looked: every signature up to there holds, where nothing was found.</param>
/// <param name="KnownBefore">How many entries at the beginning were verified by an earlier one.</param>
/// <param name="Signatures">How many entries of people it judged.</param>
/// <param name="Findings">What is wrong, for people; empty where all is well.</param>
public sealed record AuditedLedger(TreeHead Head, long KnownBefore, long Signatures, ImmutableArray<string> Findings);
