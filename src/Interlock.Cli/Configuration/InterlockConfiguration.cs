using System.Collections.Immutable;
using Interlock.Actions;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Sessions;

namespace Interlock.Cli.Configuration;

/// <summary>A configuration that was read and found whole. Immutable.</summary>
internal sealed record InterlockConfiguration
{
    /// <summary>How long a proposal waits where nothing else is said.</summary>
    public static readonly TimeSpan DefaultProposalLifetime = TimeSpan.FromHours(24);

    /// <summary>How long an approval holds where nothing else is said.</summary>
    public static readonly TimeSpan DefaultApprovalLifetime = TimeSpan.FromHours(1);

    /// <summary>The longest wait for one check where nothing else is said.</summary>
    public static readonly TimeSpan DefaultCheckTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The free space below which nothing new is taken, in bytes, where nothing else is said.</summary>
    public const long DefaultSpaceFloor = 64L << 20;

    /// <summary>What is set aside for decisions, outcomes and stops, in bytes, where nothing else is said.</summary>
    public const long DefaultSpaceReserve = 16L << 20;

    /// <summary>The absolute path of the file; null where there is none and the safe default holds.</summary>
    public required string? File { get; init; }

    /// <summary>A label for people; decides nothing.</summary>
    public string? Instance { get; init; }

    /// <summary>The absolute path of the data folder.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the data is, and which file says so.</summary>
    public DataPlace Place => new(DataFolder, File);

    /// <summary>The folder of the records of stages under way.</summary>
    public string StageFolder => StagesIn(DataFolder);

    /// <summary>How the ledger's checkpoints are signed and anchored; null where nothing is.</summary>
    public LogPlace? Log { get; init; }

    /// <summary>Who outside has to hold each claim; null for nobody.</summary>
    public WitnessPlaces? Witnesses { get; init; }

    /// <summary>Whether an approval without a signature counts.</summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>The agents by name.</summary>
    public ImmutableSortedDictionary<string, Agent> Agents { get; init; } =
        ImmutableSortedDictionary.Create<string, Agent>(StringComparer.Ordinal);

    /// <summary>Who may approve and reject, in ordinal order; null accepts any name.</summary>
    public ImmutableArray<string>? Approvers { get; init; }

    /// <summary>The files that say whose key is whose; null where the configuration names none.</summary>
    public SignerFiles? Signers { get; init; }

    /// <summary>Who has to agree to what, and when nothing may run.</summary>
    public ApprovalPolicy Approval { get; init; } = ApprovalPolicy.Default;

    /// <summary>The absolute path of the file that pins the digest of the ledger's first entry; null where none is named.</summary>
    public string? GenesisFile { get; init; }

    public TimeSpan ProposalLifetime { get; init; } = DefaultProposalLifetime;

    public TimeSpan ApprovalLifetime { get; init; } = DefaultApprovalLifetime;

    public TimeSpan CheckTimeout { get; init; } = DefaultCheckTimeout;

    public PlanLimits Limits { get; init; } = PlanLimits.Default;

    /// <summary>How often one agent may ask. Decides nothing about a plan, so it is no part of the digest.</summary>
    public VolumeLimits Volume { get; init; } = VolumeLimits.Default;

    /// <summary>The free space below which nothing new is taken, in bytes. No part of the digest.</summary>
    public long SpaceFloor { get; init; } = DefaultSpaceFloor;

    /// <summary>What is set aside for decisions, outcomes and stops, in bytes. No part of the digest.</summary>
    public long SpaceReserve { get; init; } = DefaultSpaceReserve;

    public Policy Policy { get; init; } = Policy.Empty;

    public Catalog Catalog { get; init; } = Catalog.Empty;

    /// <summary>References to secrets, by their paths in the file. Never a value.</summary>
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// The digest of everything that decides. A process whose digest is not the newest one in the ledger may not claim a plan.
    /// The label and the data folder decide nothing, so that moving an installation leaves the digest alone.
    /// </summary>
    public Sha256Digest Digest => CanonicalJson.Hash(Deciding());

    /// <summary>
    /// The digest of everything that decides but for the definitions of actions and probes: what an approval is bound to. The
    /// definitions that a plan uses are bound by themselves, so that a new action elsewhere in the file voids no approval.
    /// </summary>
    public Sha256Digest PolicyDigest => CanonicalJson.Hash(Ruling());

    /// <summary>The folder of the records of stages under way, in a data folder.</summary>
    public static string StagesIn(string dataFolder) => Path.Combine(dataFolder, "stages");

    /// <summary>The agent of a name.</summary>
    /// <param name="name">The name; null where none was given, which is enough where there is only one.</param>
    public Result<Agent> AgentNamed(string? name)
    {
        if (Agents.IsEmpty)
        {
            return Agent.TryCreate(name ?? "agent", owner: null, out var unlisted)
                ? unlisted
                : Refusal.Of(RefusalCode.Malformed, "an agent's name is 1 to 64 ASCII letters, digits, points, underscores and hyphens");
        }

        if (name is null)
        {
            return Agents.Count == 1
                ? Agents.Values.First()
                : Refusal.Of(RefusalCode.Malformed, $"several agents are configured; name one with `--agent`: {Quoted(Agents.Keys)}");
        }

        return Agents.TryGetValue(name, out var agent)
            ? agent
            : Refusal.Of(
                RefusalCode.NotFound,
                $"no agent `{Plain.Text(name, 64)}` is configured; {Spelling.Mend(name, [.. Agents.Keys])}, or add it under `agents`");
    }

    /// <summary>What an engine over a ledger is made of. Where the executor runs is the caller's to add.</summary>
    /// <param name="store">The ledger.</param>
    public EngineOptions ToEngineOptions(ILedgerStore store) => new()
    {
        Store = store,
        Policy = Policy,
        Catalog = Catalog,
        Limits = Limits,
        Clock = Clock,
        ProposalLifetime = ProposalLifetime,
        ApprovalLifetime = ApprovalLifetime,
        CheckTimeout = CheckTimeout,
        AllowUnsignedApprovals = AllowUnsigned,
        Approvers = Approvers,
        ApprovalPolicy = Approval,
        Configuration = Digest.ToString(),
        GoverningPolicy = Ruling(),
        LogKey = Log?.Public.ToString(),
        Volume = Volume,
        DeclaredAgents = [.. Agents.Keys],
    };

    /// <summary>Everything that decides, defaults spelled out: a default that changes changes the digest.</summary>
    private JsonObject Deciding() => Ruling()
        .With("actions", JsonObject.Of(Catalog.Actions.Select(static action => new JsonMember(action.Key, action.Value.Definition))))
        .With("policy", Policy.Json)
        .With("probes", JsonObject.Of(Catalog.Probes.Select(static probe => new JsonMember(probe.Key, probe.Value.Definition))));

    /// <summary>The same without what actions and probes are, their names in the policy's registry included.</summary>
    private JsonObject Ruling() => JsonObject.Of(
        ("version", 1),
        ("agents", JsonObject.Of(Agents.Select(static agent => new JsonMember(
            agent.Key, JsonObject.Of(("owner", agent.Value.Owner is { } owner ? owner : JsonNull.Instance)))))),
        ("approval", Approval.Json),
        ("approvers", Approvers is { } names ? new JsonArray(names.Select(static name => (JsonValue)name)) : Signers?.Written ?? (JsonValue)JsonNull.Instance),
        ("lifetimes", JsonObject.Of(("approval", Milliseconds(ApprovalLifetime)), ("proposal", Milliseconds(ProposalLifetime)))),
        ("limits", JsonObject.Of(
            ("bytes", Limits.MaxBytes),
            ("check_timeout", Milliseconds(CheckTimeout)),
            ("depth", Limits.MaxDepth),
            ("stages", Limits.MaxStages))),
        ("log", Log is { } log ? log.Public.ToString() : JsonNull.Instance),
        ("places", Places()),
        ("policy", Policy.Json.Without("action_registry")),
        ("unsigned", AllowUnsigned),
        ("witnesses", Witnesses is { } witnesses ? witnesses.Json : JsonNull.Instance));

    /// <summary>
    /// Where ledger and anchor are, as far as that decides: under a locked governance whoever writes the file could else point to an older
    /// checkpoint, which anybody may have, and put back the ledger of that time.
    /// </summary>
    private JsonObject? Places() => Approval.Governance.Mode == GovernanceMode.Locked
        ? JsonObject.Of(("anchor", Log?.AnchorFile is { } anchor ? anchor : JsonNull.Instance), ("data", DataFolder))
        : null;

    private static long Milliseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(static name => $"`{name}`"));
}
