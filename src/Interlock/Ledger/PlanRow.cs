using System.Collections.Immutable;

namespace Interlock.Ledger;

/// <summary>
/// One line of a listing: a projection of a plan's stream. Stores keep it in the transaction that appends; nothing is
/// decided on it, and <c>fsck</c> rebuilds and compares it.
/// </summary>
/// <param name="Plan">The plan.</param>
/// <param name="Agent">The agent that proposed it.</param>
/// <param name="Intent">What the agent says it is for.</param>
/// <param name="Status">The public status word.</param>
/// <param name="ProposedSeq">The <c>seq</c> of its <c>proposed</c> entry: the order of listings.</param>
/// <param name="LastSeq">The <c>seq</c> of its newest entry.</param>
public sealed record PlanRow(PlanId Plan, string Agent, string Intent, string Status, long ProposedSeq, long LastSeq)
{
    /// <summary>The plan that an entry concerns, or null for an entry of another stream.</summary>
    /// <param name="entry">The entry.</param>
    public static PlanId? Concerns(LedgerEntry entry) =>
        entry.Streams[0].IsPlan && PlanId.TryParse(entry.Event.Text(EventKinds.PlanField), out var plan) ? plan : null;

    /// <summary>The row after an entry of the plan's stream, or null where the entry concerns no plan.</summary>
    /// <param name="row">The row before; null before <c>proposed</c>.</param>
    /// <param name="entry">The entry.</param>
    public static PlanRow? After(PlanRow? row, LedgerEntry entry)
    {
        if (entry.Kind == EventKinds.Proposed && PlanId.TryParse(entry.Event.Text(EventKinds.PlanField), out var plan))
        {
            return new PlanRow(
                plan,
                entry.Event.Text("agent") ?? string.Empty,
                entry.Event.Text("intent") ?? string.Empty,
                "proposed",
                entry.Seq,
                entry.Seq);
        }

        if (row is null)
        {
            return null;
        }

        var status = entry.Kind switch
        {
            EventKinds.Approved => "approved",
            EventKinds.Rejected or EventKinds.Withdrawn or EventKinds.Superseded => "rejected",
            EventKinds.Expired => "expired",
            EventKinds.ExecutionStart => "executing",
            EventKinds.Halt => "halted",
            EventKinds.ExecutionComplete => "executed",
            _ => row.Status,
        };
        return row with { Status = status, LastSeq = entry.Seq };
    }
}

/// <summary>Which rows of a listing are wanted.</summary>
public sealed record PlanQuery
{
    /// <summary>Only plans of this agent; null for all.</summary>
    public string? Agent { get; init; }

    /// <summary>Only plans with this public status word; null for all.</summary>
    public string? Status { get; init; }

    /// <summary>Only plans whose id starts with this; null for all.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Only plans proposed before this <c>seq</c>; null starts with the newest.</summary>
    public long? Before { get; init; }

    /// <summary>How many at the most, 1 to 1,000. Default 50.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>A part of a listing, newest first.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Next">What to pass as <see cref="PlanQuery.Before"/> for the next part; null where this is the last.</param>
public sealed record PlanPage(ImmutableArray<PlanRow> Rows, long? Next)
{
    /// <summary>Cuts a page from rows of which one more than the limit was asked for.</summary>
    /// <param name="rows">The rows, newest first; at most one more than the limit.</param>
    /// <param name="limit">How many the page may have.</param>
    public static PlanPage Of(ImmutableArray<PlanRow> rows, int limit) =>
        rows.Length > limit ? new PlanPage(rows[..limit], rows[limit - 1].ProposedSeq) : new PlanPage(rows, null);
}
