using System.Collections.Immutable;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Execution;

/// <summary>
/// Writes the entries of one run and holds the fold that they make. What must not be lost is appended without a
/// cancellation and again after an unknown outcome; what must not happen behind somebody's back is compared.
/// </summary>
internal sealed class RunJournal(ILedgerStore store, TimeProvider clock)
{
    private const int Attempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private PlanRecord? plan;

    /// <summary>The plan as its stream stands.</summary>
    public PlanRecord Plan => plan ?? throw new InvalidOperationException("the run has not been claimed");

    /// <summary>Takes the plan over from a fold, for recovery.</summary>
    public void TakeOver(PlanRecord record) => plan = record;

    /// <summary>One compared append: it is made as asked or not at all, and the answer says which.</summary>
    public async Task<AppendAnswer> CompareAndAppendAsync(Append append, PlanRecord before)
    {
        var answer = await store.AppendReadingAgainAsync(append, CancellationToken.None);
        if (answer is AppendAnswer.Appended appended)
        {
            Fold(before, appended.Entries);
        }

        return answer;
    }

    /// <summary>
    /// Records what has already happened. It compares the plan's own stream, which nobody else may write to while the plan
    /// executes, so that an append repeated after an unknown outcome cannot stand twice.
    /// </summary>
    public async Task<Refusal?> RecordAsync(JsonObject @event, ReadOnlyMemory<byte> blob = default)
    {
        Refusal? last = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var answer = await store.AppendReadingAgainAsync(
                new Append
                {
                    Reads = [new StreamVersion(StreamId.Plan(Plan.Id), Plan.Version)],
                    Events = [@event],
                    Blobs = blob.IsEmpty ? [] : [blob],
                },
                CancellationToken.None);
            switch (answer)
            {
                case AppendAnswer.Appended appended:
                    Fold(Plan, appended.Entries);
                    return null;
                case AppendAnswer.Conflict:
                    return await ReadBackAsync(@event);
                case AppendAnswer.Refused refused when refused.Refusal.Code == RefusalCode.TooLarge:
                    // no repetition makes it smaller
                    return refused.Refusal;
                case AppendAnswer.Refused refused:
                    last = refused.Refusal;
                    break;
                case AppendAnswer.OutcomeUnknown unknown:
                    last = unknown.Refusal;
                    break;
            }

            await Task.Delay(Pause * (attempt + 1), clock, CancellationToken.None);
        }

        return last;
    }

    /// <summary>Reads the stream again: after a conflict the event is either there, written by the attempt before, or it is not.</summary>
    public async Task<Refusal?> ReadBackAsync(JsonObject expected)
    {
        if (!(await store.ReadStreamAsync(StreamId.Plan(Plan.Id), CancellationToken.None)).TryGet(out var entries, out var refusal)
            || !PlanLifecycle.Fold(entries).TryGet(out var read, out refusal))
        {
            return refusal;
        }

        plan = read;
        return CanonicalJson.Hash(entries[^1].Event) == CanonicalJson.Hash(expected)
            ? null
            : Refusal.Of(RefusalCode.Busy, $"another process wrote `{entries[^1].Kind}` for plan `{read.Id}` while it was executing");
    }

    private void Fold(PlanRecord before, ImmutableArray<LedgerEntry> entries) =>
        plan = PlanLifecycle.Fold(before, entries).TryGet(out var next, out var refusal)
            ? next
            : throw new InvalidOperationException($"an entry was appended that the lifecycle refuses: {refusal.Message}");
}
