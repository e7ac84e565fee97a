using System.Collections.Immutable;

namespace Interlock.Ledger;

/// <summary>
/// The deciding half of a store, without its storage: whether an append may happen and which entries it makes. A store calls
/// it inside its transaction, writes what it answers, and commits. Every store decides alike because none decides by itself.
/// See <c>docs/spec/ledger.md</c>, compare-and-append.
/// </summary>
public static class CompareAndAppend
{
    /// <summary>Decides one append. Nothing is written here: <see cref="AppendAnswer.Appended"/> is true once it is committed.</summary>
    /// <param name="append">The append.</param>
    /// <param name="last">The last entry as stored; null where the ledger is empty.</param>
    /// <param name="now">The appender's clock.</param>
    /// <param name="versionOf">How many entries a stream holds, inside the same transaction.</param>
    /// <returns>Appended, Conflict or Refused.</returns>
    /// <exception cref="ArgumentException">The append has no event, or erases what none of them names: the caller's mistake.</exception>
    public static AppendAnswer Decide(Append append, LedgerEntry? last, DateTimeOffset now, Func<StreamId, long> versionOf)
    {
        if (append.Events.IsDefaultOrEmpty)
        {
            throw new ArgumentException("an append holds at least one event", nameof(append));
        }

        if (append.Erases.Any(digest => !append.Events.Any(one => one.Text(EventKinds.KindField) == EventKinds.Erased && one.Text("digest") == digest.ToString())))
        {
            throw new ArgumentException("what an append erases, one of its events says", nameof(append));
        }

        foreach (var read in append.Reads)
        {
            var actual = read.Stream == StreamId.Ledger ? (last?.Head ?? ChainHead.Empty).Size : versionOf(read.Stream);
            if (actual != read.Version)
            {
                return new AppendAnswer.Conflict(read, actual);
            }
        }

        if (append.RefuseClockBehind && last is not null && now < last.At)
        {
            return new AppendAnswer.Refused(Refusal.Of(
                RefusalCode.ClockBehind,
                $"the clock says {now.UtcDateTime:s}Z but the ledger's last entry is of {last.At.UtcDateTime:s}Z; set the clock right"));
        }

        if (append.RefuseFrom is { } end && now >= end)
        {
            return new AppendAnswer.Refused(Refusal.Of(
                RefusalCode.Expired,
                $"it could be written only before {UtcTime.Format(end)}, and the clock says {UtcTime.Format(now)}; ask the agent to propose the plan again"));
        }

        var head = last?.Head ?? ChainHead.Empty;
        var entries = ImmutableArray.CreateBuilder<LedgerEntry>(append.Events.Length);
        foreach (var @event in append.Events)
        {
            if (!LedgerEntry.Next(head, now, @event).TryGet(out var entry, out var refusal))
            {
                return new AppendAnswer.Refused(refusal);
            }

            entries.Add(entry);
            head = entry.Head;
        }

        return new AppendAnswer.Appended(entries.MoveToImmutable());
    }
}
