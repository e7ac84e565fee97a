using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Execution;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>What the sessions of one engine share.</summary>
internal sealed class EngineParts(EngineOptions options, PlanValidator validator, Sha256Digest instance)
{
    public EngineOptions Options { get; } = options;

    public ILedgerStore Store => Options.Store;

    public TimeProvider Clock => Options.Clock;

    public PlanValidator Validator { get; } = validator;

    public Sha256Digest Instance { get; } = instance;

    public Governing Governing { get; } = options.Governing;

    public EntrySignatures Signatures { get; } = new(options.Store.ReadBlobAsync, new PastRules(options.Store.ReadBlobAsync, options.ReadSigners));

    /// <summary>The state that is believed. The engine asks for it first, when it is made.</summary>
    public VerifiedLedger Ledger => field ??= new VerifiedLedger(Store, Options.Anchor, Signatures, Options.PinnedGenesis);

    /// <summary>Judges changes of what decides by the rules that were in force before them.</summary>
    public GovernanceSignatures Changes => Signatures.Changes;

    public ApprovalDecision Rules { get; } = new(options.ApprovalPolicy, ApprovalDecision.PeopleOf(options.Signers, options.Approvers));

    public PlanReader Plans { get; } = new(options.Store, options.Limits.ReadOptions);

    public PlanDecisions Decisions { get; } = new(options.Store, options.Clock);

    public AgentAllowances Allowances { get; } = new(options);

    public AgentTurns Turns { get; } = new();

    public RefusalTally Refusals { get; } = new(options.Store, options.Clock, options.Volume.Coalesce);

    public ProbeAllowances Probes { get; } = new(options.Clock);

    public CheckRunner Checks { get; } = new(options.Catalog, options.CheckTimeout, options.Clock, options.Scheduler);

    /// <summary>Who answers for an agent: who is named, or whoever runs it where that is somebody who may approve.</summary>
    public string? OwnerOf(Agent agent) => SeparationOfDuties.OwnerOf(
        agent.Owner, Options.OperatingSystemUser, ApprovalDecision.PeopleOf(Options.Signers, Options.Approvers));

    /// <summary>What the executor's role works with, over one verified fold.</summary>
    public ExecutionParts ForExecutor(VerifiedLedger ledger, Witnessing? witnessing) => new()
    {
        Store = Store,
        Ledger = ledger,
        Gate = new ReleaseGate(
            ledger,
            Plans,
            Validator,
            Options.Catalog,
            new CountersignatureCheck(Store, Options.Signers, Options.AllowUnsignedApprovals),
            Signatures,
            new RulesThen(Options.ApprovalPolicy, Options.AllowUnsignedApprovals, Options.Signers),
            Rules,
            Governing,
            Clock).EvaluateAsync,
        Plans = Plans,
        Decisions = Decisions,
        Checks = Checks,
        Governing = Governing,
        HaltsOnDrift = Options.ApprovalPolicy.Drift == DriftRule.Halt,
        Witnessing = witnessing,
        StageProcessesGone = Options.StageProcessesGone,
        Clock = Clock,
    };
}
