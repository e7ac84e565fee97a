using Interlock.Policies;
using static Interlock.Tests.Policies.RuleSamples;

namespace Interlock.Tests.Policies;

public sealed class FreezeTests
{
    [Theory]
    [InlineData("2026-06-12T13:59:59Z", false)]
    [InlineData("2026-06-12T14:00:00Z", true)]
    [InlineData("2026-06-12T21:59:59Z", true)]
    [InlineData("2026-06-12T22:00:00Z", false)]
    [InlineData("2026-06-13T14:00:00Z", false)]
    public void A_weekly_freeze_goes_by_the_wall_of_its_zone(string now, bool frozen) =>
        Assert.Equal(frozen, Holds("{'days': ['fri'], 'from': '16:00', 'to': '24:00', 'zone': 'Europe/Berlin'}", now));

    [Theory]
    [InlineData("2026-06-12T21:59:00Z", false)]
    [InlineData("2026-06-12T22:00:00Z", true)]
    [InlineData("2026-06-13T05:59:00Z", true)]
    [InlineData("2026-06-13T06:00:00Z", false)]
    [InlineData("2026-06-13T22:00:00Z", false)]
    [InlineData("2026-06-12T05:00:00Z", false)]
    public void A_window_over_midnight_belongs_to_the_day_on_which_it_begins(string now, bool frozen) =>
        Assert.Equal(frozen, Holds("{'days': ['fri'], 'from': '22:00', 'to': '06:00', 'zone': 'UTC'}", now));

    [Theory]
    [InlineData("2026-12-19T22:59:59Z", false)]
    [InlineData("2026-12-19T23:00:00Z", true)]
    [InlineData("2027-01-04T22:59:59Z", true)]
    [InlineData("2027-01-04T23:00:00Z", false)]
    public void A_freeze_between_two_dates_ends_before_the_second(string now, bool frozen) =>
        Assert.Equal(frozen, Holds("{'from': '2026-12-20T00:00', 'to': '2027-01-05T00:00', 'zone': 'Europe/Berlin'}", now));

    [Fact]
    public void An_hour_that_the_clock_shows_twice_is_frozen_twice()
    {
        const string When = "{'from': '02:15', 'to': '02:45', 'zone': 'Europe/Berlin'}";

        // 25 October 2026: at 01:00 UTC three o'clock becomes two
        Assert.True(Holds(When, "2026-10-25T00:20:00Z"));
        Assert.False(Holds(When, "2026-10-25T00:50:00Z"));
        Assert.True(Holds(When, "2026-10-25T01:20:00Z"));
        Assert.Equal("2026-10-25T00:45", Next(When, "2026-10-25T00:20:00Z"));
        Assert.Equal("2026-10-25T01:15", Next(When, "2026-10-25T00:50:00Z"));
    }

    [Fact]
    public void A_window_that_the_clock_skips_holds_at_no_time_and_one_that_it_cuts_ends_with_the_jump()
    {
        // 29 March 2026: at 01:00 UTC two o'clock becomes three
        Assert.Equal("2026-03-30T00:15", Next("{'from': '02:15', 'to': '02:45', 'zone': 'Europe/Berlin'}", "2026-03-28T12:00:00Z"));
        Assert.Equal("2026-03-29T01:00", Next("{'from': '01:30', 'to': '02:30', 'zone': 'Europe/Berlin'}", "2026-03-29T00:45:00Z"));
        Assert.Equal("2026-03-29T01:00", Next("{'from': '02:30', 'to': '03:30', 'zone': 'Europe/Berlin'}", "2026-03-29T00:45:00Z"));
    }

    [Fact]
    public void A_freeze_that_never_ends_and_one_that_is_over_have_no_next_change()
    {
        Assert.Null(Next("{'from': '00:00', 'to': '24:00', 'zone': 'UTC'}", "2026-03-29T00:45:00Z"));
        Assert.Null(Next("{'from': '2026-01-01T00:00', 'to': '2026-01-02T00:00', 'zone': 'UTC'}", "2026-03-29T00:45:00Z"));
        Assert.Equal("2036-01-01T00:00", Next("{'from': '2036-01-01T00:00', 'to': '2036-01-02T00:00', 'zone': 'UTC'}", "2026-03-29T00:45:00Z"));
    }

    [Fact]
    public void A_freeze_is_about_the_plans_that_it_matches()
    {
        var policy = Policy(
            "'freezes': [{'name': 'a', 'match': {'action': 'deploy'}, 'when': {'from': '10:00', 'to': '11:00', 'zone': 'UTC'}}, "
            + "{'name': 'b', 'match': {'target': {'id': 'db*'}}, 'when': {'from': '08:00', 'to': '18:00', 'zone': 'UTC'}, 'reason': 'the database moves'}]");
        var now = DateTimeOffset.Parse("2026-06-12T10:30:00Z");

        Assert.Equal(["a"], InForce(Plan(Stage("deploy"))));
        Assert.Equal(["a", "b"], InForce(Plan(Stage("deploy", false, "service:db1"))));
        Assert.Empty(InForce(Plan(Stage("look"))));
        Assert.Equal("the database moves", policy.Freezes[1].Reason);

        IEnumerable<string> InForce(PlanFacts plan) => policy.Freezes.Where(freeze => freeze.InForce(plan, now)).Select(freeze => freeze.Name);
    }

    [Theory]
    [InlineData("'when': 1", "freezes/0/when", "says no time; write `{days:")]
    [InlineData("'when': {'from': '10:00', 'zone': 'UTC'}", "freezes/0/when", "`from` and `to` are both needed, as text in quotes; write")]
    [InlineData("'when': {'from': 600, 'to': '11:00', 'zone': 'UTC'}", "freezes/0/when", "`from` and `to` are both needed, as text in quotes; write")]
    [InlineData("'when': {'from': '10:00', 'to': '11:00'}", "freezes/0/when/zone", "a freeze needs the time zone of its clock; add `zone: Europe/Berlin`")]
    [InlineData("'when': {'from': '10:00', 'to': '11:00', 'zone': 'Europe/Berln'}", "freezes/0/when/zone", "there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`? name one of the IANA database, such as `Europe/Berlin` or `UTC`")]
    [InlineData("'when': {'from': '10:00', 'to': '11:00', 'zone': '../../etc/passwd'}", "freezes/0/when/zone", "there is no time zone `../../etc/passwd`; name one")]
    [InlineData("'when': {'from': '10:00', 'to': '11:00', 'zone': 'right/UTC'}", "freezes/0/when/zone", "there is no time zone `right/UTC`; ")]
    [InlineData("'when': {'from': '10:00', 'to': '11:00', 'zone': 'localtime'}", "freezes/0/when/zone", "there is no time zone `localtime`; ")]
    [InlineData("'when': {'from': '9:00', 'to': '11:00', 'zone': 'UTC'}", "freezes/0/when/from", "not a time of day; write it as `16:00`, from 00:00 to 23:59")]
    [InlineData("'when': {'from': '24:00', 'to': '11:00', 'zone': 'UTC'}", "freezes/0/when/from", "not a time of day; write it as `16:00`, from 00:00 to 23:59")]
    [InlineData("'when': {'from': '10:00', 'to': '24:01', 'zone': 'UTC'}", "freezes/0/when/to", "not a time of day at which something can end; write it as `18:00`, from 00:01 to 24:00")]
    [InlineData("'when': {'from': '10:00', 'to': '10:00', 'zone': 'UTC'}", "freezes/0/when/to", "ends when it begins; write `from: \"00:00\", to: \"24:00\"` for whole days")]
    [InlineData("'when': {'days': ['friday'], 'from': '10:00', 'to': '11:00', 'zone': 'UTC'}", "freezes/0/when/days/0", "`friday` is no day; write `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`")]
    [InlineData("'when': {'from': '2026-02-30T00:00', 'to': '2026-03-01T00:00', 'zone': 'UTC'}", "freezes/0/when/from", "not a date with its time; write it as `2026-12-20T00:00`")]
    [InlineData("'when': {'from': '2026-02-20T00:00', 'to': '11:00', 'zone': 'UTC'}", "freezes/0/when/to", "not a date with its time; write it as `2027-01-05T00:00`")]
    [InlineData("'when': {'from': '2026-02-20T00:00', 'to': '2026-02-20T00:00', 'zone': 'UTC'}", "freezes/0/when/to", "ends before it begins; swap the two, or mend the year")]
    [InlineData("'reason': '', 'when': {'from': '10:00', 'to': '11:00', 'zone': 'UTC'}", "freezes/0/reason", "not a line of 1 to 500 printable characters; say in one why nothing may run")]
    public void A_fault_is_named_with_its_path_and_its_mend(string text, string path, string message)
    {
        var fault = Fault($"'freezes': [{{'name': 'f', {text}}}]");
        Assert.Equal(path, fault.Path);
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    internal static FreezeWindow Window(string when) =>
        Policy($"'freezes': [{{'name': 'f', 'when': {when}}}]").Freezes[0].When;

    private static bool Holds(string when, string now) => Window(when).Holds(DateTimeOffset.Parse(now));

    private static string? Next(string when, string now) =>
        Window(when).NextChange(DateTimeOffset.Parse(now))?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm");
}
