using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>What an engine is made of. Validated when the engine is opened, and not changed after.</summary>
public sealed record EngineOptions
{
    /// <summary>Where the ledger is kept.</summary>
    public required ILedgerStore Store { get; init; }

    /// <summary>
    /// Where the ledger's newest signed checkpoint is kept: nothing is released from a ledger that does not agree with it. The store
    /// advances it, so it is to have the same one. Null where nothing is signed.
    /// </summary>
    public IAnchor? Anchor { get; init; }

    /// <summary>What is forbidden and what is required.</summary>
    public required Policy Policy { get; init; }

    /// <summary>The actions and probes that plans may name.</summary>
    public Catalog Catalog { get; init; } = Catalog.Empty;

    /// <summary>The caps of a plan.</summary>
    public PlanLimits Limits { get; init; } = new();

    /// <summary>The clock: <see cref="TimeProvider.System"/> outside of tests.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Where ids and challenges come from.</summary>
    public IRandom Random { get; init; } = SystemRandom.Instance;

    /// <summary>How long a proposal may wait for its approval: 1 minute to 90 days. Default 24 hours.</summary>
    public TimeSpan ProposalLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long an approval holds: 1 minute to 90 days. Default 1 hour.</summary>
    public TimeSpan ApprovalLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The longest wait for one check: 100 ms to 10 minutes. Default 15 seconds.</summary>
    public TimeSpan CheckTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether a countersignature without a signature counts. Default false; every surface marks one.</summary>
    public bool AllowUnsignedApprovals { get; init; }

    /// <summary>Whose signatures count, and how they are checked; null where nobody is registered.</summary>
    public ISignatureVerifier? Signers { get; init; }

    /// <summary>Reads the signers of an earlier time from the archive, to judge old entries; null where signatures cannot be read.</summary>
    public SignerReader? ReadSigners { get; init; }

    /// <summary>
    /// Everything of the policy that decides, as <c>policy_digest</c> covers it: with at least the members <c>approval</c>
    /// (<see cref="Policies.ApprovalPolicy.Json"/>) and <c>unsigned</c>. Null for what these options say themselves.
    /// </summary>
    public JsonObject? GoverningPolicy { get; init; }

    /// <summary>
    /// The digest of the ledger's first entry as a file says it that agents cannot write. A locked governance does not open without it; any
    /// ledger that begins otherwise is refused. Null where nobody pinned it.
    /// </summary>
    public Sha256Digest? PinnedGenesis { get; init; }

    /// <summary>The public half of the log key as a verifier key of C2SP signed-note; null where the log is not signed.</summary>
    public string? LogKey { get; init; }

    /// <summary>Who outside has to hold each claim before anything is dispatched; null for nobody. Takes an <see cref="Anchor"/>.</summary>
    public WitnessOptions? Witnesses { get; init; }

    /// <summary>
    /// As whom agents run that nobody vouches for: the operating-system user, who counts as the owner of an agent without one where
    /// the name is that of somebody who may approve. Null where that is not known.
    /// </summary>
    public string? OperatingSystemUser { get; init; }

    /// <summary>Who may approve and reject: everyone else is refused. Null accepts any name. Without signatures a name proves nothing.</summary>
    public ImmutableArray<string>? Approvers { get; init; }

    /// <summary>Who has to agree to what, and when nothing may run.</summary>
    public ApprovalPolicy ApprovalPolicy { get; init; } = ApprovalPolicy.Default;

    /// <summary>How much one agent may ask for.</summary>
    public VolumeLimits Volume { get; init; } = VolumeLimits.Default;

    /// <summary>
    /// The agents that have an allowance each; all others share one, so that making up names gains nothing. Null: whoever opens
    /// sessions vouches for the names, and each has its own.
    /// </summary>
    public ImmutableArray<string>? DeclaredAgents { get; init; }

    /// <summary>The digest of everything that decides: recorded in the ledger, compared by every claim.</summary>
    public string Configuration { get; init; } = "code";

    /// <summary>
    /// Starts the executor where it runs in another process. Null: the caller runs <see cref="Engine.RunExecutorAsync"/> itself.
    /// Called again while a request waits, so it must be cheap when an executor is running already.
    /// </summary>
    public Action? StartExecutor { get; init; }

    /// <summary>
    /// Waits until no process that an effect started is alive; false when some still is after a bounded wait. Recovery asks
    /// before it writes a stage down as in doubt.
    /// </summary>
    public Func<IdempotencyKey, CancellationToken, Task<bool>> StageProcessesGone { get; init; } = (_, _) => Task.FromResult(true);

    /// <summary>Where probes and previews start: the pool, so that one that blocks cannot escape its bound. Only a simulation sets another.</summary>
    internal TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;

    /// <summary>What decides, to be recorded.</summary>
    internal Governing Governing => new()
    {
        Configuration = Configuration,
        Policy = GoverningPolicy ?? JsonObject.Of(
            ("approval", ApprovalPolicy.Json),
            ("approvers", Approvers is { } names ? new JsonArray(names.Select(static name => (JsonValue)name)) : JsonNull.Instance),
            ("policy", Policy.Json.Without("action_registry")),
            ("unsigned", AllowUnsignedApprovals),
            ("witnesses", Witnesses?.Json ?? (JsonValue)JsonNull.Instance)),
        IsLocked = ApprovalPolicy.Governance.Mode == GovernanceMode.Locked,
        LogKey = LogKey,
        SignersDigest = Signers?.Digest ?? Sha256Digest.Zero,
        AllowedSigners = Signers?.AllowedSigners ?? default,
        Revoked = Signers?.Revoked ?? default,
    };

    /// <summary>Why these options cannot make an engine; null where they can.</summary>
    internal string? Fault()
    {
        (string Name, TimeSpan Value, TimeSpan Low, TimeSpan High)[] spans =
        [
            (nameof(ProposalLifetime), ProposalLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(90)),
            (nameof(ApprovalLifetime), ApprovalLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(90)),
            (nameof(CheckTimeout), CheckTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)),
        ];
        foreach (var (name, value, low, high) in spans)
        {
            if (value < low || value > high)
            {
                return $"{name} is {value}; it must lie between {low} and {high}";
            }
        }

        if (Witnesses is not null && Anchor is null)
        {
            // without an anchor there is no signed checkpoint to give them: the requirement could only be forgotten
            return $"{nameof(Witnesses)} is set and {nameof(Anchor)} is not; witnesses are given the checkpoint that stands there";
        }

        return Volume.Fault() ?? Witnesses?.Fault();
    }
}
