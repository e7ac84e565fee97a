using System.Collections.Concurrent;
using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Release;

/// <summary>
/// Folds the entries of a chain as they come, as the gate does, and judges those behind which a person has to stand on the other cores
/// meanwhile: to verify a signature costs ten times what to read its entry does.
/// </summary>
/// <param name="signatures">Judges an entry.</param>
/// <param name="known">How many entries at the beginning were judged before.</param>
internal sealed class AuditFold(EntrySignatures signatures, long known) : IDisposable
{
    /// <summary>After so many findings a ledger is beyond a list.</summary>
    private const int MaxFindings = 100;

    /// <summary>How many entries are handed over at once, so that the handing over costs little beside the judging.</summary>
    private const int Batch = 32;

    /// <summary>How many batches may wait to be judged: what bounds the memory that they take.</summary>
    private const int MaxWaiting = 128;

    private readonly LedgerState state = new();
    private readonly BlockingCollection<List<(LedgerEntry Entry, StateBefore Before)>> waiting = new(MaxWaiting);
    private readonly ConcurrentQueue<(long Seq, string Finding)> findings = [];
    private readonly CancellationTokenSource failed = new();
    private List<(LedgerEntry Entry, StateBefore Before)> batch = new(Batch);
    private Task judging = Task.CompletedTask;
    private bool ended;

    /// <summary>How many entries were handed over to be judged.</summary>
    public long Judged { get; private set; }

    /// <summary>Starts to judge what is handed over.</summary>
    public void Start() => judging = Task.Run(JudgeAsync);

    /// <summary>Takes the next entry; waits while too many are to be judged.</summary>
    /// <param name="entry">The entry, which follows from the one before.</param>
    /// <param name="leaf">Its hash in the tree.</param>
    /// <exception cref="OperationCanceledException">A judge failed; <see cref="FinishAsync"/> says of what.</exception>
    public void Take(LedgerEntry entry, Sha256Digest leaf)
    {
        if (ended || findings.Count >= MaxFindings)
        {
            return;
        }

        if (entry.Seq >= known && EntrySignatures.Judges(entry) && state.Before(entry) is { } before)
        {
            Judged++;
            batch.Add((entry, before));
            if (batch.Count == Batch)
            {
                HandOver();
            }
        }

        if (state.Apply(entry, leaf) is { } illegal)
        {
            findings.Enqueue((entry.Seq, illegal.Message));
            ended = true;
        }
    }

    /// <summary>Waits until all are judged.</summary>
    /// <returns>What is wrong, for people, in the order of the ledger; empty where all is well.</returns>
    public async Task<ImmutableArray<string>> FinishAsync()
    {
        try
        {
            HandOver();
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            // a judge failed, and of what is said by waiting for it
        }

        waiting.CompleteAdding();
        await judging;
        return [.. findings.OrderBy(static one => one.Seq).Select(static one => one.Finding)];
    }

    public void Dispose()
    {
        waiting.Dispose();
        failed.Dispose();
    }

    private void HandOver()
    {
        waiting.Add(batch, failed.Token);
        batch = new(Batch);
    }

    private async Task JudgeAsync()
    {
        try
        {
            await Parallel.ForEachAsync(waiting.GetConsumingEnumerable(failed.Token), failed.Token, async (entries, stop) =>
            {
                foreach (var (entry, before) in entries)
                {
                    if (await signatures.FaultAsync(entry, before, stop) is { } fault)
                    {
                        findings.Enqueue((entry.Seq, fault.Message));
                    }
                }
            });
        }
        catch
        {
            // whoever hands over must not wait for a judge that is gone
            await failed.CancelAsync();
            throw;
        }
    }
}
