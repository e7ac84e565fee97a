using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>Reads <c>when</c> of a freeze.</summary>
internal static partial class FreezeWindowParser
{
    /// <summary>How a date with its time is written.</summary>
    public const string DateLayout = "yyyy-MM-dd'T'HH:mm";

    private static readonly ImmutableArray<string> Keys = ["days", "from", "to", "zone"];

    private static readonly ImmutableArray<(string Word, DayOfWeek Day)> Week =
    [
        ("mon", DayOfWeek.Monday), ("tue", DayOfWeek.Tuesday), ("wed", DayOfWeek.Wednesday), ("thu", DayOfWeek.Thursday),
        ("fri", DayOfWeek.Friday), ("sat", DayOfWeek.Saturday), ("sun", DayOfWeek.Sunday),
    ];

    /// <summary>The words for days, from Monday on.</summary>
    public static IEnumerable<string> WordsOf(ImmutableSortedSet<DayOfWeek> days) =>
        Week.Where(one => days.Contains(one.Day)).Select(static one => one.Word);

    /// <summary>A time of day as it is written.</summary>
    public static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}");

    public static Result<FreezeWindow> Parse(JsonValue? value, string path)
    {
        const string Mend = "write `{days: [fri], from: \"16:00\", to: \"24:00\", zone: Europe/Berlin}`, or dates as in "
            + "`{from: \"2026-12-20T00:00\", to: \"2027-01-05T00:00\", zone: Europe/Berlin}`";
        if (value is not JsonObject json)
        {
            return PolicyField.Fault(path, $"says no time; {Mend}");
        }

        if (PolicyField.Unknown(json, Keys, path) is { } unknown)
        {
            return unknown;
        }

        if (json.Text("from") is not { } from || json.Text("to") is not { } to)
        {
            return PolicyField.Fault(path, $"`from` and `to` are both needed, as text in quotes; {Mend}");
        }

        if (!ReadZone(json["zone"], PolicyField.At(path, "zone")).TryGet(out var zone, out var refusal))
        {
            return refusal;
        }

        return from.Contains('T', StringComparison.Ordinal) && json["days"] is null
            ? ReadDates(from, to, zone, path)
            : ReadWeekly(json, from, to, zone, path);
    }

    private static Result<FreezeWindow> ReadDates(string from, string to, TimeZoneInfo zone, string path)
    {
        if (!TryDate(from, out var begins))
        {
            return PolicyField.Fault(PolicyField.At(path, "from"), "not a date with its time; write it as `2026-12-20T00:00`");
        }

        if (!TryDate(to, out var ends))
        {
            return PolicyField.Fault(PolicyField.At(path, "to"), "not a date with its time; write it as `2027-01-05T00:00`");
        }

        return begins < ends
            ? new FreezeWindow.Once(begins, ends, zone)
            : PolicyField.Fault(PolicyField.At(path, "to"), "ends before it begins; swap the two, or mend the year");
    }

    private static Result<FreezeWindow> ReadWeekly(JsonObject json, string from, string to, TimeZoneInfo zone, string path)
    {
        if (!TryTime(from, out var begins) || begins == TimeSpan.FromHours(24))
        {
            return PolicyField.Fault(PolicyField.At(path, "from"), "not a time of day; write it as `16:00`, from 00:00 to 23:59");
        }

        if (!TryTime(to, out var ends) || ends == TimeSpan.Zero)
        {
            return PolicyField.Fault(PolicyField.At(path, "to"), "not a time of day at which something can end; write it as `18:00`, from 00:01 to 24:00");
        }

        if (begins == ends)
        {
            return PolicyField.Fault(PolicyField.At(path, "to"), "ends when it begins; write `from: \"00:00\", to: \"24:00\"` for whole days");
        }

        if (!PolicyField.Names(json, "days", path, DayFault).TryGet(out var words, out var refusal))
        {
            return refusal;
        }

        var days = Week.Where(one => words.IsEmpty || words.Contains(one.Word)).Select(static one => one.Day).ToImmutableSortedSet();
        return new FreezeWindow.Weekly(days, begins, ends, zone);
    }

    private static string? DayFault(string word) =>
        Week.Any(one => one.Word == word)
            ? null
            : $"{SafeText.Quote(word)} is no day; write `{string.Join("`, `", Week.Select(static one => one.Word))}`";

    private static bool TryDate(string text, out DateTime at) =>
        DateTime.TryParseExact(text, DateLayout, CultureInfo.InvariantCulture, DateTimeStyles.None, out at) && at.Year is >= 2000 and < 2200;

    private static bool TryTime(string text, out TimeSpan time)
    {
        var match = TimeOfDay().Match(text);
        time = match.Success
            ? new TimeSpan(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture), 0)
            : default;
        return match.Success && time <= TimeSpan.FromHours(24);
    }

    private static Result<TimeZoneInfo> ReadZone(JsonValue? value, string path)
    {
        if (value is not JsonString { Value: var id })
        {
            return PolicyField.Fault(path, "a freeze needs the time zone of its clock; add `zone: Europe/Berlin`");
        }

        // names of the database's own files are no zones, and those under `right/` count leap seconds
        if (ZoneName().IsMatch(id)
            && id is not ("localtime" or "posixrules" or "Factory" or "Local")
            && !id.StartsWith("posix/", StringComparison.Ordinal) && !id.StartsWith("right/", StringComparison.Ordinal)
            && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
        {
            return zone;
        }

        var known = TimeZoneInfo.GetSystemTimeZones().Select(static one => one.Id).ToList();
        return PolicyField.Fault(
            path,
            known.Count <= 1
                ? "there is no database of time zones on this machine; install `tzdata`, or write `UTC`"
                : $"there is no time zone {SafeText.Quote(id)}; {Spelling.Question(id, known)}name one of the IANA database, such as `Europe/Berlin` or `UTC`");
    }

    [GeneratedRegex(@"^([0-2][0-9]):([0-5][0-9])\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeOfDay();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,31}){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneName();
}
