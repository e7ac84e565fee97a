using Interlock.Canonical;
using Interlock.Execution;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Policies;

namespace Interlock;

/// <summary>What the sessions of one engine share.</summary>
internal sealed class EngineParts(EngineOptions options, PlanValidator validator, Sha256Digest instance)
{
    public EngineOptions Options { get; } = options;

    public ILedgerStore Store => Options.Store;

    public TimeProvider Clock => Options.Clock;

    public PlanValidator Validator { get; } = validator;

    public Sha256Digest Instance { get; } = instance;

    public PlanReader Plans { get; } = new(options.Store, options.Limits.Reading);

    public PlanDecisions Decisions { get; } = new(options.Store, options.Clock);

    public CheckRunner Checks { get; } = new(options.Catalog, options.CheckTimeout, options.Clock);
}
