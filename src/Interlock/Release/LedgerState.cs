using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Release;

/// <summary>
/// Everything that decisions are made on, folded from a chain without gaps. Only <see cref="VerifiedLedger"/> feeds it.
/// </summary>
internal sealed class LedgerState
{
    private readonly Dictionary<StreamId, long> versions = [];
    private readonly Dictionary<PlanId, PlanRecord> plans = [];
    private readonly Dictionary<string, PlanId> holders = new(StringComparer.Ordinal);
    private readonly HashSet<PlanId> unfinished = [];
    private readonly HashSet<PlanId> requested = [];
    private readonly SortedSet<(DateTimeOffset At, string Plan)> waiting = [];
    private readonly HashSet<PlanId> lapsed = [];

    /// <summary>The head up to which the chain was verified.</summary>
    public ChainHead Head { get; private set; }

    /// <summary>The tree over every line that was verified.</summary>
    public MerkleTree Tree { get; } = new();

    /// <summary>The time of the newest entry.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>Which instance this is and what decided last; null before the genesis.</summary>
    public GovernanceState? Governance { get; private set; }

    /// <summary>Who stopped everything and why, while an emergency stop is in force.</summary>
    public Brake? Stop => Brakes.Stop is { } stop ? new Brake(stop.Event.Text("by") ?? string.Empty, stop.Event.Text("reason"), stop.At) : null;

    /// <summary>The brakes.</summary>
    public BrakeState Brakes { get; private set; } = BrakeState.None;

    /// <summary>The plans that have not ended, or hold locks: what a sweep and a recovery look at.</summary>
    public IReadOnlyCollection<PlanRecord> Unfinished => [.. unfinished.Select(id => plans[id])];

    /// <summary>The plans whose execution was asked for and not answered yet.</summary>
    public IReadOnlyCollection<PlanId> Requested => [.. requested];

    /// <summary>
    /// Whether the ledger itself shows that a waiting plan's time ran out: an entry stands in it that is of that time or later.
    /// Only the newest entry's time is compared by a claim, and anyone's entry becomes the newest; so without this a clock that
    /// is set back, and one entry written under it, would revive an approval.
    /// </summary>
    public bool HasLapsed(PlanId id) => lapsed.Contains(id);

    /// <summary>A plan, or null.</summary>
    public PlanRecord? Plan(PlanId id) => plans.GetValueOrDefault(id);

    /// <summary>What the next entry is judged by; null before the genesis.</summary>
    public StateBefore? Before(LedgerEntry entry) => Governance is not { } governance ? null
        : new StateBefore(governance, PlanId.TryParse(entry.Event.Text(EventKinds.PlanField), out var id) ? Plan(id) : null, Brakes, Tree);

    /// <summary>A stream's version, to be compared by the append that decides on it.</summary>
    public StreamVersion Version(StreamId stream) => new(stream, versions.GetValueOrDefault(stream));

    /// <summary>The plan that holds a resource's lock, or null.</summary>
    public PlanId? Holder(string resource) => holders.TryGetValue(resource, out var plan) ? plan : null;

    /// <summary>Folds one entry. A refusal leaves the state as it was: the ledger breaks its own rules here.</summary>
    public Refusal? Apply(LedgerEntry entry) => Apply(entry, TreeHash.Leaf(entry.Line.Span));

    /// <summary>The same where the entry's hash in the tree is known.</summary>
    public Refusal? Apply(LedgerEntry entry, Sha256Digest leaf)
    {
        if (PlanRow.Concerns(entry) is { } id)
        {
            if (!PlanLifecycle.Next(Plan(id), entry).TryGet(out var next, out var refusal))
            {
                return refusal;
            }

            if (next.Locks.FirstOrDefault(name => Holder(name) is { } other && other != id) is { } taken)
            {
                return Refusal.Of(
                    RefusalCode.Corrupt, $"entry {entry.Seq} takes `{taken}`, which another plan holds; run `interlock fsck`");
            }

            Settle(next);
        }

        switch (entry.Kind)
        {
            case EventKinds.Genesis or EventKinds.Configured or EventKinds.GovernanceCountersigned or EventKinds.Recovered:
                if (!GovernanceState.Next(Governance, entry).TryGet(out var governance, out var illegal))
                {
                    return illegal;
                }

                Governance = governance;
                break;
            case EventKinds.Stopped or EventKinds.ResumeCountersigned or EventKinds.Resumed:
                Brakes = Brakes.Next(entry);
                break;
        }

        foreach (var stream in entry.Streams)
        {
            versions[stream] = versions.GetValueOrDefault(stream) + 1;
        }

        while (waiting.Count > 0 && waiting.Min.At <= entry.At)
        {
            lapsed.UnionWith(PlanId.TryParse(waiting.Min.Plan, out var over) ? [over] : []);
            waiting.Remove(waiting.Min);
        }

        Tree.Append(leaf);
        Head = entry.Head;
        LastAt = entry.At;
        return null;
    }

    private void Settle(PlanRecord plan)
    {
        var before = plans.GetValueOrDefault(plan.Id);
        var waited = before is not null && Waits(before) ? before.ExpiresAt : (DateTimeOffset?)null;
        var waits = Waits(plan) ? plan.ExpiresAt : (DateTimeOffset?)null;
        if (waited != waits)
        {
            _ = waited is { } until && waiting.Remove((until, plan.Id.ToString()));
            _ = waits is { } from && waiting.Add((from, plan.Id.ToString()));
        }

        foreach (var resource in before?.Locks ?? [])
        {
            holders.Remove(resource);
        }

        foreach (var resource in plan.Locks)
        {
            holders[resource] = plan.Id;
        }

        plans[plan.Id] = plan;
        _ = plan.RequestedBy is null ? requested.Remove(plan.Id) : requested.Add(plan.Id);
        _ = plan.HasEnded && plan.Locks.IsEmpty ? unfinished.Remove(plan.Id) : unfinished.Add(plan.Id);
    }

    private bool Waits(PlanRecord plan) => plan.Status is PlanStatus.Proposed or PlanStatus.Approved && !lapsed.Contains(plan.Id);
}

/// <summary>What held before an entry: what it is judged by. It stays what it is while the state goes on.</summary>
/// <param name="Governance">What decided.</param>
/// <param name="Plan">The plan that the entry is of; null for an entry of none.</param>
/// <param name="Brakes">The brakes.</param>
/// <param name="Tree">The tree of the lines before the entry, or of more.</param>
internal sealed record StateBefore(GovernanceState Governance, PlanRecord? Plan, BrakeState Brakes, MerkleTree Tree);

/// <summary>An emergency stop in force.</summary>
/// <param name="By">Who stopped everything.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
public sealed record Brake(string By, string? Reason, DateTimeOffset At);
