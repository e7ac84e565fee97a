
namespace Interlock.Ledger;

/// <summary>
/// The name of a stream: the unit that compare-and-append compares. <c>plan:ID</c>, <c>lock:KIND:ID</c>, <c>brakes</c>,
/// <c>governance</c>, <c>refusals</c>, <c>archive</c>; and two that are only compared, <c>ledger</c>, which is all of them, and <c>proposals:AGENT</c>. Which streams an entry belongs to follows from its event
/// (<see cref="EventKinds"/>), so that it is written down nowhere else.
/// </summary>
public readonly record struct StreamId
{
    private const string ProposalsPrefix = "proposals:";

    private StreamId(string name) => Name = name;

    /// <summary>Emergency stops.</summary>
    public static StreamId Brakes { get; } = new("brakes");

    /// <summary>Genesis, configuration digests, who signed their changes, recoveries.</summary>
    public static StreamId Governance { get; } = new("governance");

    /// <summary>Proposals that were refused, and refusals that were repeated: nothing is ever decided on them.</summary>
    public static StreamId Refusals { get; } = new("refusals");

    /// <summary>Imported logs of other systems and what was erased: never folded into a state.</summary>
    public static StreamId Archive { get; } = new("archive");

    /// <summary>
    /// The whole ledger, to be compared and never read: its version is its size, so that whatever anybody appends is a conflict. For what
    /// is counted over many streams.
    /// </summary>
    public static StreamId Ledger { get; } = new("ledger");

    /// <summary>The stream's name.</summary>
    public string Name { get; }

    /// <summary>The agent whose <see cref="Proposals"/> it stands for; null for every other stream.</summary>
    public string? Proposer => Name.StartsWith(ProposalsPrefix, StringComparison.Ordinal) ? Name[ProposalsPrefix.Length..] : null;

    /// <summary>Whether it is the stream of a plan.</summary>
    public bool IsPlan => Name.StartsWith("plan:", StringComparison.Ordinal);

    /// <summary>
    /// All proposals of an agent, to be compared and never read: its version is that of the ledger after the newest of them, so that another
    /// one is a conflict, whichever process wrote it. For what is counted over the plans of an agent.
    /// </summary>
    /// <param name="agent">The agent's name.</param>
    public static StreamId Proposals(string agent) => new(ProposalsPrefix + agent);

    /// <summary>The stream of a plan.</summary>
    /// <param name="plan">The plan.</param>
    public static StreamId Plan(PlanId plan) => new($"plan:{plan}");

    /// <summary>The stream of a resource's lock.</summary>
    /// <param name="resource">The resource, as <c>kind:id</c>.</param>
    public static StreamId Lock(string resource) => new($"lock:{resource}");

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A stream as somebody read it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Version">How many entries it held; 0 for a stream that did not exist.</param>
public readonly record struct StreamVersion(StreamId Stream, long Version);
