using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>
/// The ledger in one SQLite file: write-ahead log, a sync to disk at every commit, any number of processes. One thread of a
/// process writes; readers have connections of their own and wait for nobody.
/// </summary>
public sealed class SqliteLedgerStore : ILedgerStore
{
    private readonly TimeProvider clock;
    private readonly SqliteOptions options;
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly GrowthSignal growth = new();
    private readonly VerifiedLines verified = new();
    private int disposed;

    private SqliteLedgerStore(string path, TimeProvider clock, SqliteOptions options, SqliteSession session)
    {
        this.clock = clock;
        this.options = options;
        readers = new SqliteReaders(path, options);
        writer = new SqliteWriter(path, clock, options, session, growth);
    }

    /// <summary>
    /// Opens a ledger, or makes one: the file with mode 0600, its folder, where absent, with mode 0700.
    /// </summary>
    /// <param name="path">The database file.</param>
    /// <param name="clock">Gives each entry its time.</param>
    /// <param name="options">How to wait and grow; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// The store, or why it cannot be opened: no rights, not a database, another program's, a newer version, an altered schema.
    /// </returns>
    public static Task<Result<SqliteLedgerStore>> OpenAsync(
        string path,
        TimeProvider clock,
        SqliteOptions? options,
        CancellationToken cancellationToken)
    {
        options ??= new SqliteOptions();
        ArgumentOutOfRangeException.ThrowIfNotEqual(
            options.BusyTimeout >= TimeSpan.Zero && options.BusyTimeout <= TimeSpan.FromHours(1), true, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.ReserveBytes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ReserveBytes, options.FreeSpaceFloor, nameof(options));
        return Task.Run(() => Open(Path.GetFullPath(path), clock, options), cancellationToken);
    }

    /// <summary>
    /// Loads and compiles what opening takes, on a database of nobody: meant to run on another thread while a configuration is read.
    /// </summary>
    public static void WarmUp()
    {
        using var session = SqliteSession.Open(":memory:", new SqliteOptions());
        _ = session.Number("SELECT count(*) FROM sqlite_schema WHERE name=$1", "entries");
    }

    /// <inheritdoc/>
    public async Task<AppendAnswer> AppendAsync(Append append, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        cancellationToken.ThrowIfCancellationRequested();
        using var pending = new PendingAppend(append, cancellationToken);
        writer.Enqueue(pending);
        return await pending.Answer;
    }

    /// <inheritdoc/>
    public Task<Result<ChainHead>> HeadAsync(CancellationToken cancellationToken) => ReadWithAsync(session => SqliteReads.Head(session, verified), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<ImmutableArray<ReadOnlyMemory<byte>>>> ReadAsync(
        long fromSeq,
        int limit,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSeq);
        ArgumentOutOfRangeException.ThrowIfNotEqual(limit is >= 1 and <= 10_000, true, nameof(limit));
        return ReadWithAsync(session => SqliteReads.Lines(session, fromSeq, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<ImmutableArray<Sha256Digest>>> ReadTileAsync(TreeTile tile, CancellationToken cancellationToken) =>
        ReadWithAsync(session => SqliteTree.Tile(session, tile), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<ImmutableArray<LedgerEntry>>> ReadStreamAsync(StreamVersion seen, CancellationToken cancellationToken) =>
        ReadWithAsync(session => SqliteReads.Stream(session, verified, seen), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<ReadOnlyMemory<byte>>> ReadBlobAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        ReadWithAsync(session => SqliteReads.Blob(session, verified, digest), cancellationToken);

    /// <inheritdoc/>
    public Task<Result<PlanPage>> ListPlansAsync(PlanQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Limit is >= 1 and <= 1_000, true, nameof(query));
        return ReadWithAsync(session => SqliteRows.List(session, query), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> WaitAsync(long size, TimeSpan bound, CancellationToken cancellationToken) =>
        WaitAsync(
            null,
            session => SqliteReads.Head(session, verified).TryGet(out var head, out var refusal) ? head.Size > size : refusal,
            bound,
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> WaitAsync(StreamVersion seen, TimeSpan bound, CancellationToken cancellationToken) =>
        WaitAsync(seen.Stream, session => SqliteRows.VersionOf(session, seen.Stream) > seen.Version, bound, cancellationToken);

    /// <inheritdoc/>
    public Task<Result<ChainHead>> ReopenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        readers.CloseIdle();
        return writer.ReopenAsync().WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Result<StoreCheck>> CheckAsync(EntryVisitor? visit, CancellationToken cancellationToken)
    {
        // what SQLite says of its pages is asked beside the tables that one core reads, not beside the lines, which keep all of them busy
        var looking = Task.FromResult<Result<ImmutableArray<string>>>(ImmutableArray<string>.Empty);
        void Look() => looking = Task.Run(() => ReadWithAsync(SqliteStructure.Check, cancellationToken), cancellationToken);
        Result<StoreCheck> check;
        Result<ImmutableArray<string>> structure;
        try
        {
            check = await Task.Run(
                () => ReadWithAsync(session => SqliteCheck.Run(session, visit, Look, cancellationToken), cancellationToken), cancellationToken);
        }
        finally
        {
            // whoever hears of it may close the store
            structure = await looking;
        }

        return !check.TryGet(out var stored, out var refusal) || !structure.TryGet(out var faults, out refusal) ? refusal
            : stored with { Findings = [.. stored.Findings, .. faults] };
    }

    /// <inheritdoc/>
    public Task<Result<Sha256Digest>> ContentsAsync(CancellationToken cancellationToken) =>
        Task.Run(() => ReadWithAsync<Sha256Digest>(session => SqliteContents.Read(session, visitor: null, cancellationToken), cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await writer.StopAsync();
        writer.Dispose();
        readers.Dispose();
    }

    private static Result<SqliteLedgerStore> Open(string path, TimeProvider clock, SqliteOptions options)
    {
        if (PrivateFiles.TryCreate(path) is { } denied)
        {
            return denied;
        }

        var space = new FreeSpace(path, options);
        space.ForOpening();
        SqliteSession? session = null;
        try
        {
            session = SqliteSession.Open(path, options);
            if ((LedgerSchema.Prepare(session, path) ?? (options.Anchor is { } anchor ? SqliteTip.Check(session, anchor) : null)) is { } refusal)
            {
                return refusal;
            }

            space.MakeReserve();
            var store = new SqliteLedgerStore(path, clock, options, session);
            session = null;
            return store;
        }
        catch (SqliteException error)
        {
            return SqliteRefusals.Of(path, options, error);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>
    /// Reads on the caller's thread: a read waits for no writer and takes microseconds, a fraction of what handing it to another thread
    /// takes. Only what reads the whole file takes longer.
    /// </summary>
    private Task<Result<T>> ReadWithAsync<T>(Func<SqliteSession, Result<T>> read, CancellationToken cancellationToken)
        where T : notnull
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<Result<T>>(cancellationToken)
            : Task.FromResult(readers.Read(read));
    }

    private async Task<bool> WaitAsync(
        StreamId? stream, Func<SqliteSession, Result<bool>> hasGrown, TimeSpan bound, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource(bound, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellationToken);
        while (true)
        {
            // listening before looking: an append between the two is then heard
            using var listener = growth.Listen(stream);
            if ((await ReadWithAsync(hasGrown, cancellationToken)).TryGet(out var grown, out _) && grown)
            {
                return true;
            }

            try
            {
                // this process signals at once; others are found by looking, on real time: they do not share our clock
                await listener.Heard.WaitAsync(options.PollInterval, either.Token);
                return true;
            }
            catch (TimeoutException)
            {
                // time to look again
                continue;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // the bound ran out: an answer, not a fault
                return false;
            }
        }
    }
}
