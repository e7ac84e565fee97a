using System.Collections.Concurrent;
using System.Collections.Immutable;
using Interlock.Ledger;
using Microsoft.Data.Sqlite;

namespace Interlock.Storage;

/// <summary>
/// The one writer of a process: a thread of its own that puts every append that waits into one transaction, so that they
/// share a sync to disk. Each is compared on its own, after those before it, and gets its own answer.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>How many appends share a commit at the most; bounds how long the first one waits for the last.</summary>
    private const int MaxBatch = 256;

    private readonly string path;
    private readonly TimeProvider clock;
    private readonly SqliteOptions options;
    private readonly GrowthSignal growth;
    private readonly BlockingCollection<object> queue = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WriteTurn turn;
    private readonly FreeSpace space;
    private readonly SqliteTip tip;
    private SqliteSession? session;
    private bool outcomeUnknown;

    public SqliteWriter(string path, TimeProvider clock, SqliteOptions options, SqliteSession session, GrowthSignal growth)
    {
        this.path = path;
        this.clock = clock;
        this.options = options;
        this.session = session;
        this.growth = growth;
        turn = new WriteTurn(options.BusyTimeout);
        space = new FreeSpace(path, options);
        tip = new SqliteTip(options.Anchor);
        new Thread(Loop) { IsBackground = true, Name = "ledger writer" }.Start();
    }

    public void Enqueue(PendingAppend append) => queue.Add(append);

    /// <summary>Closes the connection, opens it anew and reads the head; then appends are taken again.</summary>
    public Task<Result<ChainHead>> ReopenAsync()
    {
        var reopen = new TaskCompletionSource<Result<ChainHead>>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(reopen);
        return reopen.Task;
    }

    /// <summary>Takes nothing more, finishes what waits and closes the connection.</summary>
    public Task StopAsync()
    {
        queue.CompleteAdding();
        return ended.Task;
    }

    public void Dispose()
    {
        session?.Dispose();
        queue.Dispose();
        turn.Dispose();
    }

    private void Loop()
    {
        object? next = null;
        while (next is not null || queue.TryTake(out next, Timeout.Infinite))
        {
            if (next is TaskCompletionSource<Result<ChainHead>> reopen)
            {
                next = null;
                reopen.SetResult(Reopen());
                continue;
            }

            var batch = new List<PendingAppend>();
            while (next is PendingAppend append)
            {
                batch.Add(append);
                next = null;
                _ = batch.Count < MaxBatch && queue.TryTake(out next);
            }

            Run(batch);
        }

        ended.SetResult();
    }

    private void Run(List<PendingAppend> batch)
    {
        if (outcomeUnknown)
        {
            Answer(batch, new AppendAnswer.Refused(LedgerRefusals.ReadAgainFirst));
            return;
        }

        MakeRoom(batch);
        try
        {
            session ??= SqliteSession.Open(path, options);
            if (!turn.Take(session))
            {
                Answer(batch, new AppendAnswer.Refused(SqliteRefusals.Busy(path, options)));
                return;
            }
        }
        catch (SqliteException error)
        {
            Answer(batch, new AppendAnswer.Refused(SqliteRefusals.Of(path, options, error)));
            return;
        }

        try
        {
            Write(session, batch);
        }
        catch (SqliteException error)
        {
            // not a commit: this transaction has written nothing and never will
            Abandon(session);
            if (batch.Count == 1)
            {
                if (error.SqliteErrorCode == SqliteCode.Full && !batch[0].Append.CanWait && space.Release())
                {
                    // the room was gone before it could be used: a step more, until it fits or there is no more
                    Run(batch);
                    return;
                }

                Answer(batch, new AppendAnswer.Refused(SqliteRefusals.Of(path, options, error)));
                return;
            }

            // one that cannot be written must not take its neighbours with it
            batch.ForEach(append => Run([append]));
        }
        catch (Exception bug) when (bug is not SqliteException)
        {
            // whoever waits gets it; the writer lives on for the others
            Abandon(session);
            batch.ForEach(append => append.Fail(bug));
        }
    }

    private void MakeRoom(List<PendingAppend> batch)
    {
        var urgent = batch.Where(append => !append.Append.CanWait).ToList();
        if (urgent.Count > 0)
        {
            space.ForWriting(urgent.Sum(append => append.Append.Blobs.IsDefault ? 0 : append.Append.Blobs.Sum(blob => (long)blob.Length)));
        }
    }

    private void Write(SqliteSession open, List<PendingAppend> batch)
    {
        var head = open.HasMoved ? SqliteRefusals.Moved(path) : tip.Read(open);
        if (!head.TryGet(out var stored, out var refusal))
        {
            Abandon(open);
            Answer(batch, new AppendAnswer.Refused(refusal));
            return;
        }

        // once for all of them: a batch is small against any floor
        var waits = batch.Exists(append => append.Append.CanWait) ? space.Refusal() : null;
        LedgerSchema.Upgrade(open);
        var newest = stored.Entry;
        var tree = tip.Continue();
        var versions = new StreamVersions(open);
        var answers = new List<(PendingAppend Append, AppendAnswer Answer)>(batch.Count);
        foreach (var append in batch.Where(append => append.TryTake()))
        {
            if (waits is not null && append.Append.CanWait)
            {
                answers.Add((append, new AppendAnswer.Refused(waits)));
                continue;
            }

            AppendAnswer answer;
            try
            {
                answer = CompareAndAppend.Decide(append.Append, newest, clock.GetUtcNow(), versions.Of);
            }
            catch (ArgumentException mistake)
            {
                append.Fail(mistake);
                continue;
            }

            if (answer is AppendAnswer.Appended appended)
            {
                SqliteRows.Keep(open, versions, append.Append, appended.Entries);
                Grow(open, tree, appended.Entries);
                newest = appended.Entries[^1];
            }

            answers.Add((append, answer));
        }

        Commit(open, ReferenceEquals(stored.Entry, newest) ? null : newest, tree, answers);
    }

    private void Commit(
        SqliteSession open,
        LedgerEntry? newest,
        Frontier tree,
        List<(PendingAppend Append, AppendAnswer Answer)> answers)
    {
        if (newest is null)
        {
            Abandon(open);
            answers.ForEach(pair => pair.Append.Complete(pair.Answer));
            return;
        }

        try
        {
            options.CommitFault?.Invoke(CommitMoment.Before);
            open.Execute("COMMIT");
            options.CommitFault?.Invoke(CommitMoment.After);
        }
        catch (SqliteException error) when (NothingWritten(open, error))
        {
            // the frame that would have made it a commit did not fit, or the lock was not to be had: surely not written
            throw;
        }
        catch (SqliteException error)
        {
            LeaveUnknown(open, SqliteRefusals.Unknown(path, error), answers);
            return;
        }

        tip.Take(newest, tree);
        if (Anchor(open) is { } cause)
        {
            // commit, sign, anchor, and only then answer: nobody may act on what a copy put back could make undone
            LeaveUnknown(open, LedgerRefusals.NotAnchored(cause), answers);
            return;
        }

        if (answers.Exists(static pair => pair.Answer is AppendAnswer.Appended && !pair.Append.Append.Erases.IsEmpty))
        {
            CutLog(open);
        }

        growth.Tell(answers.SelectMany(pair => pair.Answer is AppendAnswer.Appended appended ? appended.Entries : []));
        answers.ForEach(pair => pair.Append.Complete(pair.Answer));
    }

    /// <summary>Has the committed head anchored. Nothing may be thrown from here: the caller would take it for a transaction that failed.</summary>
    private Refusal? Anchor(SqliteSession open)
    {
        try
        {
            return tip.Anchor(open);
        }
        catch (SqliteException error)
        {
            return SqliteRefusals.Of(path, options, error);
        }
    }

    /// <summary>
    /// Takes nothing more until somebody reads again. The connection is closed at once: a transaction left open would lock every other
    /// process out until then.
    /// </summary>
    private void LeaveUnknown(SqliteSession open, Refusal refusal, List<(PendingAppend Append, AppendAnswer Answer)> answers)
    {
        outcomeUnknown = true;
        open.Dispose();
        session = null;
        var unknown = new AppendAnswer.OutcomeUnknown(refusal);
        answers.ForEach(pair => pair.Append.Complete(pair.Answer is AppendAnswer.Appended ? unknown : pair.Answer));
    }

    /// <summary>
    /// Carries the log over into the file and cuts it, so that what was erased does not stay readable there. As good as it gets: while
    /// another process reads an older state SQLite keeps the log, and a later checkpoint overwrites it.
    /// </summary>
    private static void CutLog(SqliteSession open)
    {
        try
        {
            open.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // the entry and the deletion are committed; the pages follow with the next checkpoint
        }
    }

    private static void Grow(SqliteSession open, Frontier tree, ImmutableArray<LedgerEntry> entries)
    {
        var completed = new List<TreeBlock>();
        foreach (var entry in entries)
        {
            tree.Append(TreeHash.Leaf(entry.Line.Span), completed);
        }

        SqliteTree.Put(open, completed);
    }

    /// <summary>Whether a failed commit is known to have had no effect. In doubt, no.</summary>
    private static bool NothingWritten(SqliteSession open, SqliteException error) =>
        (error.SqliteErrorCode == SqliteCode.Full || SqliteCode.IsBusy(error)) && open.TryRollback();

    private Result<ChainHead> Reopen()
    {
        session?.Dispose();
        session = null;
        try
        {
            session = SqliteSession.Open(path, options);

            // what was known to be committed is still held against the file: it may be another one by now
            if (!tip.Read(session).TryGet(out var stored, out var refusal))
            {
                return refusal;
            }

            // what was committed and not anchored is anchored now, or stays unanswered
            if (stored.Entry is not null && tip.Anchor(session) is { } cause)
            {
                return cause;
            }

            outcomeUnknown = false;
            return stored.Entry?.Head ?? ChainHead.Empty;
        }
        catch (SqliteException error)
        {
            return SqliteRefusals.Of(path, options, error);
        }
    }

    /// <summary>Rolls back; a connection that cannot even do that is closed and opened again by the next append.</summary>
    private void Abandon(SqliteSession open)
    {
        if (!open.TryRollback())
        {
            open.Dispose();
            session = null;
        }
    }

    private static void Answer(List<PendingAppend> batch, AppendAnswer answer)
    {
        foreach (var append in batch.Where(append => append.TryTake()))
        {
            append.Complete(answer);
        }
    }
}
