using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Interlock.Adapters.Supervision;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Policies;
using Interlock.Sessions;
using Interlock.Signing.Signers;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>
/// One installation, opened: its configuration, its data folder, its ledger, its engine. The one place where the parts are put
/// together.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    /// <summary>Recovery waits so long for the processes of a stage whose engine died; their supervisor ends them well before.</summary>
    private static readonly TimeSpan StageEnd = TimeSpan.FromSeconds(10);

    private readonly DetachedExecutor? executor;
    private readonly LogAnchor? log;

    private Installation(
        InterlockConfiguration configuration,
        Engine engine,
        ILedgerStore store,
        DataFolder? folder,
        DetachedExecutor? executor,
        LogAnchor? log = null)
    {
        this.executor = executor;
        this.log = log;
        Configuration = configuration;
        Engine = engine;
        Store = store;
        Folder = folder;
    }

    public InterlockConfiguration Configuration { get; }

    public Engine Engine { get; }

    /// <summary>Whose signatures count; null where nobody is registered.</summary>
    public ISignatureVerifier? Signers { get; private init; }

    /// <summary>The ledger. Opened for reading it is only read.</summary>
    public ILedgerStore Store { get; }

    /// <summary>The data folder; null where it was opened for reading and is not there yet.</summary>
    public DataFolder? Folder { get; }

    /// <summary>Reads the configuration; every fault of it is the caller's to show.</summary>
    public static bool TryConfigure(
        Surroundings surroundings,
        string? path,
        [NotNullWhen(true)] out InterlockConfiguration? configuration,
        out ImmutableArray<ConfigurationError> errors) =>
        ConfigurationLoader
            .Load(path, surroundings.Environment, surroundings.WorkingDirectory, surroundings.Supervisor, surroundings.Clock)
            .TryGet(out configuration, out errors);

    /// <summary>Whether anything has been written yet.</summary>
    public static bool HasLedger(InterlockConfiguration configuration) => File.Exists(Path.Combine(configuration.DataFolder, "ledger.db"));

    /// <summary>
    /// Opens over an empty ledger in memory: what is refused there is refused where nothing has been written yet, and leaves
    /// neither a folder nor a file.
    /// </summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "store and engine become the installation's, which disposes of them")]
    public static async Task<Result<Installation>> OpenInMemoryAsync(InterlockConfiguration configuration, CancellationToken cancellationToken)
    {
        if (!OptionsOf(configuration, new MemoryLedgerStore(configuration.Clock)).TryGet(out var options, out var refusal))
        {
            return refusal;
        }

        return (await Engine.OpenAsync(options, cancellationToken)).TryGet(out var engine, out refusal)
            ? new Installation(configuration, engine, options.Store, folder: null, executor: null) { Signers = options.Signers }
            : refusal;
    }

    /// <summary>Opens for deciding and executing. Makes what is missing, and records the configuration where it changed.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "store and engine become the installation's, which disposes of them")]
    public static async Task<Result<Installation>> OpenAsync(
        InterlockConfiguration configuration, Surroundings surroundings, CancellationToken cancellationToken)
    {
        LogAnchor? log = null;
        if (configuration.Log is { } place && !LogAnchor.Open(place).TryGet(out log, out var refusal))
        {
            return refusal;
        }

        if (!DataFolder.Open(configuration.DataFolder).TryGet(out var folder, out refusal)
            || !(await folder.OpenLedgerAsync(configuration.Clock, Room(configuration) with { Anchor = log?.Anchor }, cancellationToken))
                .TryGet(out var store, out refusal))
        {
            log?.Dispose();
            return refusal;
        }

        var executor = new DetachedExecutor(configuration, folder, surroundings);
        if (!OptionsOf(configuration, store).TryGet(out var options, out refusal))
        {
            await store.DisposeAsync();
            log?.Dispose();
            return refusal;
        }

        WitnessOptions? witnesses = null;
        if (configuration.Witnesses is { } places && !ConfiguredWitnesses.Open(places, configuration.File, surroundings).TryGet(out witnesses, out refusal))
        {
            await store.DisposeAsync();
            log?.Dispose();
            return refusal;
        }

        options = options with
        {
            Witnesses = witnesses,
            OperatingSystemUser = surroundings.UserName,
            StartExecutor = executor.Start,
            Anchor = log?.Anchor,

            // where processes cannot be found by their mark, waiting would be for ever: the stage is in doubt all the same
            StageProcessesGone = (key, stop) => OperatingSystem.IsLinux()
                ? StageProcesses.WaitUntilGoneAsync(key, configuration.StageFolder, StageEnd, configuration.Clock, stop)
                : Task.FromResult(true),
        };
        if (!(await Engine.OpenAsync(options, cancellationToken)).TryGet(out var engine, out refusal))
        {
            await store.DisposeAsync();
            log?.Dispose();
            return refusal;
        }

        return new Installation(configuration, engine, store, folder, executor, log) { Signers = options.Signers };
    }

    /// <summary>
    /// Opens for looking. Nothing is made and nothing is written: a ledger that is not there is shown as an empty one.
    /// </summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="rules">Whether plans are to be validated; without, the policy and the catalog stay out of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "store and engine become the installation's, which disposes of them")]
    public static async Task<Result<Installation>> OpenForReadingAsync(
        InterlockConfiguration configuration, bool rules, CancellationToken cancellationToken)
    {
        if (!(await OpenLedgerForReadingAsync(configuration.DataFolder, configuration.Clock, cancellationToken))
            .TryGet(out var read, out var refusal))
        {
            return refusal;
        }

        var (store, folder) = read;
        var options = new EngineOptions
        {
            Store = store,
            Policy = Policy.Empty,
            Clock = configuration.Clock,
            ReadSigners = RegisteredSigners.ReadArchived,
        };
        if ((rules && !OptionsOf(configuration, store).TryGet(out options, out refusal))
            || !(await Engine.OpenForReadingAsync(options, cancellationToken)).TryGet(out var engine, out refusal))
        {
            await store.DisposeAsync();
            return refusal;
        }

        return new Installation(configuration, engine, store, folder, executor: null) { Signers = options.Signers };
    }

    /// <summary>The ledger alone, for looking; one that is not there is an empty one, without a folder.</summary>
    /// <param name="path">The data folder, absolute.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "the store is the caller's, who disposes of it")]
    public static async Task<Result<ReadLedger>> OpenLedgerForReadingAsync(
        string path, TimeProvider clock, CancellationToken cancellationToken)
    {
        DataFolder? folder = null;
        if (Directory.Exists(path))
        {
            if (!DataFolder.Open(path).TryGet(out folder, out var refusal))
            {
                return refusal;
            }

            if (File.Exists(folder.LedgerPath))
            {
                return (await folder.OpenLedgerAsync(clock, null, cancellationToken)).TryGet(out var ledger, out refusal)
                    ? new ReadLedger(ledger, folder)
                    : refusal;
            }
        }

        return new ReadLedger(new MemoryLedgerStore(clock), folder);
    }

    /// <summary>Begins the ledger where there is none yet, and answers the digest of its first entry, to be pinned.</summary>
    public static Task<Result<Sha256Digest>> BeginAsync(InterlockConfiguration configuration, CancellationToken cancellationToken) =>
        WithLedgerAsync(
            configuration,
            async store => OptionsOf(configuration, store).TryGet(out var options, out var refusal)
                ? await Engine.BeginAsync(options, cancellationToken)
                : refusal,
            cancellationToken);

    /// <summary>Anchors what the ledger holds, also what was appended without the anchor.</summary>
    public static Task<Result<ChainHead>> AnchorAsync(InterlockConfiguration configuration, CancellationToken cancellationToken) =>
        WithLedgerAsync(configuration, store => store.ReopenAsync(cancellationToken), cancellationToken);

    private static async Task<Result<T>> WithLedgerAsync<T>(
        InterlockConfiguration configuration, Func<ILedgerStore, Task<Result<T>>> act, CancellationToken cancellationToken)
        where T : notnull
    {
        LogAnchor? log = null;
        if (configuration.Log is { } place && !LogAnchor.Open(place).TryGet(out log, out var refusal))
        {
            return refusal;
        }

        using (log)
        {
            if (!DataFolder.Open(configuration.DataFolder).TryGet(out var folder, out refusal)
                || !(await folder.OpenLedgerAsync(configuration.Clock, Room(configuration) with { Anchor = log?.Anchor }, cancellationToken))
                    .TryGet(out var store, out refusal))
            {
                return refusal;
            }

            await using (store)
            {
                return await act(store);
            }
        }
    }

    /// <summary>
    /// Opens for a recovery: without the anchor, which is the one that does not agree. Nothing may be decided through it but that, and opening
    /// records nothing. The caller holds the executor lock.
    /// </summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "store and engine become the installation's, which disposes of them")]
    public static async Task<Result<Installation>> OpenForRecoveryAsync(
        InterlockConfiguration configuration, DataFolder folder, CancellationToken cancellationToken)
    {
        if (!(await folder.OpenLedgerAsync(configuration.Clock, Room(configuration), cancellationToken)).TryGet(out var store, out var refusal))
        {
            return refusal;
        }

        if (!OptionsOf(configuration, store).TryGet(out var options, out refusal)
            || !(await Engine.OpenForRecoveryAsync(options, cancellationToken)).TryGet(out var engine, out refusal))
        {
            await store.DisposeAsync();
            return refusal;
        }

        return new Installation(configuration, engine, store, folder, executor: null) { Signers = options.Signers };
    }

    /// <summary>Starts an executor where none runs. Nothing where this installation was opened for reading.</summary>
    public void StartExecutor() => executor?.Start();

    /// <summary>What an engine is made of, with those whose signatures count. Their files are read anew each time: a key is revoked at once.</summary>
    private static Result<EngineOptions> OptionsOf(InterlockConfiguration configuration, ILedgerStore store)
    {
        SignerSet? signers = null;
        if (configuration.Signers is { } files && !RegisteredSigners.Read(files).TryGet(out signers, out var refusal))
        {
            return refusal;
        }

        if (GenesisFile.Pinned(configuration, out var genesis) is { } unreadable)
        {
            return unreadable;
        }

        return configuration.ToEngineOptions(store) with
        {
            Signers = signers,
            ReadSigners = RegisteredSigners.ReadArchived,
            PinnedGenesis = genesis,
        };
    }

    private static SqliteOptions Room(InterlockConfiguration configuration) =>
        new() { FreeSpaceFloor = configuration.SpaceFloor, ReserveBytes = configuration.SpaceReserve };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        log?.Dispose();
    }
}

/// <summary>A ledger that is only read.</summary>
/// <param name="Store">The ledger.</param>
/// <param name="Folder">Its data folder; null where it is not there yet.</param>
internal sealed record ReadLedger(ILedgerStore Store, DataFolder? Folder);
