using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Cli.Terminal;

/// <summary>Entries of the ledger, for people and for programs.</summary>
internal static class LedgerLines
{
    private const int LongestValue = 120;

    /// <summary>The entry as the exported log holds it: <c>{event, hash, prev, seq, ts}</c>.</summary>
    public static JsonObject Json(LedgerEntry entry) => JsonObject.Of(
        ("event", entry.Event),
        ("hash", entry.Hash.ToString()),
        ("prev", entry.Prev.ToString()),
        ("seq", entry.Seq),
        ("ts", UtcTime.Format(entry.At)));

    /// <summary>One line: place, time, kind, plan, and the event's other fields.</summary>
    public static Page Write(Page page, LedgerEntry entry, DateTimeOffset now)
    {
        var plan = entry.Event.Text(EventKinds.PlanField);
        return page.Line(
            0,
            4,
            new Part(entry.Seq.ToString(CultureInfo.InvariantCulture).PadLeft(5), Ink.Dim),
            $"  {Moment.Exact(entry.At)}",
            new Part($" ({Moment.Relative(entry.At, now)})", Ink.Dim),
            "  ",
            new Part(Escape.Line(entry.Kind), Of(entry.Kind)),
            plan is null ? "" : $"  {Escape.Line(plan, 64)}",
            new Part(Fields(entry.Event), Ink.Dim));
    }

    private static string Fields(JsonObject @event) => string.Concat(@event.Members
        .Where(member => member.Name is not (EventKinds.KindField or EventKinds.PlanField or "nonce"))
        .Select(member => $"  {Escape.Line(member.Name)}={Value(member.Value)}"));

    private static string Value(JsonValue value)
    {
        // digests are there to be compared by programs; the eye needs to tell them apart
        if (value is JsonString { Value.Length: 64 } digest && Sha256Digest.TryParse(digest.Value, out _))
        {
            return digest.Value[..12] + "…";
        }

        return Escape.Line(JsonText.Compact(value), LongestValue);
    }

    private static Ink Of(string kind) => kind switch
    {
        EventKinds.Approved or EventKinds.StageCommitted or EventKinds.ExecutionComplete => Ink.Good,
        EventKinds.Halt or EventKinds.ReleaseRefused or EventKinds.PreexecReject or EventKinds.ProposeRejected or EventKinds.Rejected
            or EventKinds.Stopped => Ink.Bad,
        EventKinds.Proposed or EventKinds.StageIntent => Ink.Caution,
        _ => Ink.Plain,
    };
}
