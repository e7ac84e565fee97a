using System.Globalization;
using Interlock.Canonical;
using Interlock.Ledger;

namespace Interlock.Cli.Terminal;

/// <summary>Entries of the ledger, for people and for programs.</summary>
internal static class LedgerLines
{
    private const int LongestValue = 120;
    private const int ShortId = 8;
    private const int Hang = 7;

    /// <summary>What is wider is a pipe.</summary>
    private const int WidestScreen = 1_000;

    /// <summary>The entry as the exported log holds it: <c>{event, hash, prev, seq, ts}</c>.</summary>
    public static JsonObject Json(LedgerEntry entry) => JsonObject.Of(
        ("event", entry.Event),
        ("hash", entry.Hash.ToString()),
        ("prev", entry.Prev.ToString()),
        ("seq", entry.Seq),
        ("ts", UtcTime.Format(entry.At)));

    /// <summary>
    /// One line: place, time, kind, plan, and the event's other fields. A screen gets the fields below, and of the plan as much
    /// as people type.
    /// </summary>
    public static Page Write(Page page, LedgerEntry entry, DateTimeOffset now)
    {
        var onScreen = page.Width <= WidestScreen;
        var plan = entry.Event.Text(EventKinds.PlanField);
        var fields = Fields(entry.Event);
        page.Line(
            0,
            Hang,
            new Part(entry.Seq.ToString(CultureInfo.InvariantCulture).PadLeft(5), Ink.Dim),
            $"  {Moment.Exact(entry.At)}",
            new Part(onScreen ? "" : $" ({Moment.Relative(entry.At, now)})", Ink.Dim),
            "  ",
            new Part(Escape.Line(entry.Kind), Of(entry.Kind)),
            plan is null ? "" : $"  {Escape.Line(onScreen ? plan[..Math.Min(plan.Length, ShortId)] : plan, 64)}",
            new Part(onScreen ? "" : fields, Ink.Dim));
        return onScreen && fields.Length > 0 ? page.Line(Hang, 2, new Part(fields.TrimStart(), Ink.Dim)) : page;
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
        EventKinds.Halt or EventKinds.ReleaseRefused or EventKinds.PreexecReject or EventKinds.ProposeRejected or EventKinds.RefusedAgain
            or EventKinds.Rejected or EventKinds.Stopped => Ink.Bad,
        EventKinds.Proposed or EventKinds.StageIntent or EventKinds.Recovered or EventKinds.Erased => Ink.Caution,
        _ => Ink.Plain,
    };
}
