using Interlock.Canonical;
using Interlock.Execution;
using Interlock.Ledger;
using Interlock.Policies;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>
/// The composition of the core over one ledger. It hands out sessions: what an <see cref="AgentSession"/> cannot do, no code
/// that holds only one can do; approval is on the <see cref="ReviewSession"/> alone.
/// </summary>
public sealed class Engine : IAsyncDisposable
{
    private readonly EngineParts parts;
    private readonly Witnessing? witnessing;

    private Engine(EngineParts parts)
    {
        this.parts = parts;
        witnessing = parts.Options is { Witnesses: { } witnesses, Anchor: { } anchor } ? new Witnessing(parts.Ledger, anchor, witnesses, parts.Clock) : null;
    }

    /// <summary>The digest of the ledger's genesis entry, the first half of an <see cref="InstanceId"/>: names this ledger for ever.</summary>
    public Sha256Digest Instance => parts.Instance;

    /// <summary>Opens an engine: writes the genesis entry into an empty ledger, and the configuration's digest where it changed.</summary>
    /// <param name="options">What the engine is made of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<Result<Engine>> OpenAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        // the store compared already where it is the one that advances the anchor; whoever made it otherwise is held to it here
        if (options.Anchor is { } anchor && await options.Store.CheckAnchorAsync(anchor, cancellationToken) is { } unanchored)
        {
            return unanchored;
        }

        if (await LockedStart.FaultAsync(options, cancellationToken) is { } unpinned)
        {
            return unpinned;
        }

        var recorded = await Governance.RecordAsync(options.Store, options.Governing, options.Random, cancellationToken);
        return recorded.TryGet(out var governance, out var refusal)
            ? new Engine(new EngineParts(options, new PlanValidator(options.Policy, options.Catalog, options.Limits), governance.Instance.Genesis))
            : refusal;
    }

    /// <summary>
    /// Begins a ledger, so that its first entry can be pinned: the one opening that a locked governance allows before that. A ledger that
    /// has entries is left as it is.
    /// </summary>
    /// <param name="options">What the engine is made of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The digest of the first entry.</returns>
    public static async Task<Result<Sha256Digest>> BeginAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        var recorded = await Governance.ReadAsync(options.Store, cancellationToken);
        if (!recorded.TryGet(out _, out var refusal) && refusal.Code == RefusalCode.NotFound)
        {
            recorded = LockedStart.LockFault(options) is { } cannot
                ? cannot
                : await Governance.RecordAsync(options.Store, options.Governing, options.Random, cancellationToken);
        }

        return recorded.TryGet(out var governance, out refusal) ? governance.Instance.Genesis : refusal;
    }

    /// <summary>
    /// Opens an engine that only looks: it writes neither a genesis entry nor the configuration's digest, and every operation
    /// of its sessions that would write is refused. <see cref="Instance"/> is zeros while the ledger is empty.
    /// </summary>
    /// <param name="options">What the engine is made of.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<Result<Engine>> OpenForReadingAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        var read = await options.Store.ReadStreamAsync(StreamId.Governance, cancellationToken);
        if (!read.TryGet(out var governance, out var refusal))
        {
            return refusal;
        }

        var reading = options with { Store = new ReadingLedgerStore(options.Store), StartExecutor = null };
        var instance = governance is [var genesis, ..] ? genesis.Hash : Sha256Digest.Zero;
        return new Engine(new EngineParts(reading, new PlanValidator(options.Policy, options.Catalog, options.Limits), instance));
    }

    /// <summary>
    /// Opens an engine over a ledger that disagrees with its anchor, for <see cref="ForRecovery"/> alone. Nothing is written: a configuration
    /// that changed is recorded together with whoever signs the recovery.
    /// </summary>
    /// <param name="options">What the engine is made of, without an anchor.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<Result<Engine>> OpenForRecoveryAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        if (await LockedStart.FaultAsync(options, cancellationToken) is { } unpinned)
        {
            return unpinned;
        }

        // that there is nothing to recover is for the session to say
        return (await Governance.ReadAsync(options.Store, cancellationToken)).TryGet(out var governance, out var refusal) || refusal.Code == RefusalCode.NotFound
            ? new Engine(new EngineParts(
                options, new PlanValidator(options.Policy, options.Catalog, options.Limits), governance?.Instance.Genesis ?? Sha256Digest.Zero))
            : refusal;
    }

    /// <summary>What one agent may do.</summary>
    /// <param name="agent">The agent.</param>
    public AgentSession ForAgent(Agent agent) => new(parts, agent);

    /// <summary>What a person may do.</summary>
    public ReviewSession ForPerson() => new(parts);

    /// <summary>What those may do who decide by which rules, and with whose keys, the others decide.</summary>
    public GovernanceSession ForGovernance() => new(parts);

    /// <summary>What whoever put a ledger back from a copy may do; see <see cref="OpenForRecoveryAsync"/>.</summary>
    public RecoverySession ForRecovery() => new(parts);

    /// <summary>Erases blobs.</summary>
    public ErasureSession ForErasure() => new(parts);

    /// <summary>Verifies the whole chain, and every signature on which the release gate relies.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why nothing would be released from this ledger; null where something would.</returns>
    public async Task<Refusal?> VerifyAsync(CancellationToken cancellationToken) =>
        (await parts.Ledger.ReadAsync(static state => state.Head, cancellationToken)).TryGet(out _, out var refusal) ? null : refusal;

    /// <summary>
    /// Takes the executor's role: recovers, expires what is overdue, runs what was asked for. Only the holder of the data
    /// folder's executor lock calls it; one call at a time.
    /// </summary>
    /// <param name="idle">Ends after so long without work; <see cref="Timeout.InfiniteTimeSpan"/> never does.</param>
    /// <param name="shutdown">Finishes the stages under way, records and halts their plans, then ends.</param>
    /// <returns>Null after an orderly end; why it could not go on otherwise.</returns>
    public Task<Refusal?> RunExecutorAsync(TimeSpan idle, CancellationToken shutdown) =>
        new PlanExecutor(parts.ForExecutor(parts.Ledger, witnessing)).RunAsync(idle, shutdown);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // what was counted and not written yet goes first: it needs the store
        await parts.Refusals.DisposeAsync();
        witnessing?.Dispose();
        parts.Ledger.Dispose();
        await parts.Store.DisposeAsync();
    }
}
