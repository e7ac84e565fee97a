using System.Collections.Immutable;
using System.Globalization;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// When a freeze holds, by the clock on a wall of its time zone. Closed: <see cref="Weekly"/> or <see cref="Once"/>. An instant is
/// frozen exactly where its local time lies in the window. So an hour that the clock shows twice is frozen twice, and a window that the
/// clock skips holds at no time; to shift such a window by the hour was rejected, since nobody who reads the wall would expect it.
/// </summary>
public abstract class FreezeWindow
{
    /// <summary>No transition of a zone moves its clock further than this from UTC, in either direction.</summary>
    private static readonly TimeSpan AroundTheWorld = TimeSpan.FromHours(26);

    private FreezeWindow(TimeZoneInfo zone) => Zone = zone;

    /// <summary>How far <see cref="NextChange"/> looks at a weekly window: two weeks and a day, since a change of the clock may swallow one.</summary>
    public static TimeSpan Horizon { get; } = TimeSpan.FromDays(15);

    /// <summary>The time zone, of the IANA database.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The window as data, its defaults spelled out.</summary>
    public abstract JsonObject Json { get; }

    /// <summary>Whether an instant is frozen.</summary>
    /// <param name="now">The instant.</param>
    public bool Holds(DateTimeOffset now) => Contains(TimeZoneInfo.ConvertTime(now, Zone).DateTime);

    /// <summary>The first instant after one at which it begins or ends; null where it does neither within <see cref="Horizon"/>, or ever again.</summary>
    /// <param name="now">The instant.</param>
    public DateTimeOffset? NextChange(DateTimeOffset now)
    {
        var holds = Holds(now);
        foreach (var at in Edges(TimeZoneInfo.ConvertTime(now, Zone).DateTime).SelectMany(Instants).Where(at => at > now).Order())
        {
            if (Holds(at) != holds)
            {
                return at.ToUniversalTime();
            }
        }

        return null;
    }

    /// <summary>In words: <c>fri, sat from 16:00 to 24:00 (Europe/Berlin)</c>.</summary>
    public abstract override string ToString();

    private protected abstract bool Contains(DateTime local);

    /// <summary>The local times at which it begins or ends, from a day before one.</summary>
    private protected abstract IEnumerable<DateTime> Edges(DateTime local);

    /// <summary>The instants at which a local time may be passed: under either offset, and the transition that skips it.</summary>
    private IEnumerable<DateTimeOffset> Instants(DateTime local)
    {
        var utc = new DateTimeOffset(local, TimeSpan.Zero);
        var (before, after) = (utc - AroundTheWorld, utc + AroundTheWorld);
        yield return utc - Zone.GetUtcOffset(before);
        if (Zone.GetUtcOffset(before) == Zone.GetUtcOffset(after))
        {
            yield break;
        }

        yield return utc - Zone.GetUtcOffset(after);

        // a base library that keeps its transitions to itself leaves halving
        var old = Zone.GetUtcOffset(before);
        while (after - before > TimeSpan.FromTicks(1))
        {
            var middle = before + ((after - before) / 2);
            (before, after) = Zone.GetUtcOffset(middle) == old ? (middle, after) : (before, middle);
        }

        yield return after;
    }

    /// <summary>Some days of each week, between two times of day.</summary>
    public sealed class Weekly : FreezeWindow
    {
        internal Weekly(ImmutableSortedSet<DayOfWeek> days, TimeSpan from, TimeSpan to, TimeZoneInfo zone)
            : base(zone)
        {
            Days = days;
            From = from;
            To = to;
        }

        /// <summary>The days on which it begins.</summary>
        public ImmutableSortedSet<DayOfWeek> Days { get; }

        /// <summary>The time of day at which it begins.</summary>
        public TimeSpan From { get; }

        /// <summary>The time of day before which it ends, up to 24:00; on the day after, where it is less than <see cref="From"/>.</summary>
        public TimeSpan To { get; }

        /// <inheritdoc/>
        public override JsonObject Json => JsonObject.Of(
            ("days", new JsonArray(FreezeWindowParser.WordsOf(Days).Select(static day => (JsonValue)day))),
            ("from", FreezeWindowParser.Text(From)),
            ("to", FreezeWindowParser.Text(To)),
            ("zone", Zone.Id));

        private bool IsOverMidnight => To < From;

        /// <inheritdoc/>
        public override string ToString() =>
            $"{string.Join(", ", FreezeWindowParser.WordsOf(Days))} from {FreezeWindowParser.Text(From)} to {FreezeWindowParser.Text(To)}"
            + $"{(IsOverMidnight ? " of the next day" : "")} ({Zone.Id})";

        private protected override bool Contains(DateTime local)
        {
            var (day, time) = (local.DayOfWeek, local.TimeOfDay);
            return IsOverMidnight
                ? (time >= From && Days.Contains(day)) || (time < To && Days.Contains(local.AddDays(-1).DayOfWeek))
                : time >= From && time < To && Days.Contains(day);
        }

        private protected override IEnumerable<DateTime> Edges(DateTime local) =>
            from day in Enumerable.Range(-1, (int)Horizon.TotalDays + 2)
            from time in (TimeSpan[])[From, To]
            select local.Date.AddDays(day) + time;
    }

    /// <summary>One time, between two dates with their times.</summary>
    public sealed class Once : FreezeWindow
    {
        internal Once(DateTime from, DateTime to, TimeZoneInfo zone)
            : base(zone)
        {
            From = from;
            To = to;
        }

        /// <summary>The local time at which it begins.</summary>
        public DateTime From { get; }

        /// <summary>The local time before which it ends.</summary>
        public DateTime To { get; }

        /// <inheritdoc/>
        public override JsonObject Json => JsonObject.Of(("from", Text(From)), ("to", Text(To)), ("zone", Zone.Id));

        /// <inheritdoc/>
        public override string ToString() => $"from {Text(From)} to {Text(To)} ({Zone.Id})";

        private protected override bool Contains(DateTime local) => local >= From && local < To;

        private protected override IEnumerable<DateTime> Edges(DateTime local) => [From, To];

        private static string Text(DateTime at) => at.ToString(FreezeWindowParser.DateLayout, CultureInfo.InvariantCulture);
    }
}
