using System.CommandLine;
using System.Globalization;
using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Cli.Commands;

/// <summary><c>list</c>: the plans, newest first.</summary>
internal static class ListCommand
{
    private const int ShortId = 8;
    private const int MostRows = 1_000;

    public static Command Create(Grammar grammar)
    {
        var status = new Option<string?>("--status") { Description = "only plans with this status", HelpName = "STATUS" };
        status.AcceptOnlyFromAmong([.. PlanStatusWords.All]);
        var limit = new Option<int>("--limit") { Description = "how many at the most, 1 to 1000", DefaultValueFactory = _ => 50 };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }]
                && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostRows))
            {
                result.AddError($"`--limit` is a number from 1 to {MostRows}");
            }
        });
        var cursor = new Option<string?>("--cursor") { Description = "go on where an earlier list ended (its `next`)" };
        var json = Grammar.Json();
        return grammar.Command(
            "list",
            "list plans, newest first",
            run => run.LookAsync((ledger, place) =>
                RunAsync(run, ledger, place, run.Value(status), run.Value(limit), run.Value(cursor), run.Value(json))),
            status,
            limit,
            cursor,
            json);
    }

    private static async Task<int> RunAsync(
        Invocation run, ILedgerStore ledger, DataPlace place, string? status, int limit, string? cursor, bool json)
    {
        long? before = null;
        if (cursor is not null)
        {
            if (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            {
                return run.Refuse(Refusal.Of(RefusalCode.Malformed, "not a cursor; pass the `next` of an earlier list, or leave it out"));
            }

            before = seq;
        }

        var query = new PlanQuery { Status = status, Limit = limit, Before = before };
        if (!(await ledger.ListPlansAsync(query, run.Stop)).TryGet(out var page, out var refusal))
        {
            return run.Refuse(refusal);
        }

        if (json)
        {
            run.Answer(Json(page));
        }
        else if (page.Rows.IsEmpty)
        {
            run.Answer(Page.For(run.Around).Line(
                0, 2, new Part($"{(status is null ? "no plans yet" : $"no plans that are {status}")} in {place}", Ink.Dim)));
        }
        else
        {
            run.Answer(Table(page, Page.For(run.Around), run.Around.OutputIsTerminal));
        }

        return Exit.Success;
    }

    private static JsonObject Json(PlanPage page) => JsonObject.Of(
        ("count", page.Rows.Length),
        ("plans", new JsonArray(page.Rows.Select(row => (JsonValue)JsonObject.Of(
            ("plan_id", row.Plan.ToString()), ("status", row.Status), ("intent", row.Intent), ("agent", row.Agent))))),
        ("next", page.Next is { } next ? next.ToString(CultureInfo.InvariantCulture) : JsonNull.Instance));

    private static Page Table(PlanPage page, Page lines, bool onScreen)
    {
        // programs get whole ids; people type prefixes
        var ids = page.Rows.Select(row => row.Plan.ToString()).ToArray();
        var length = onScreen && ids.Select(id => id[..ShortId]).Distinct(StringComparer.Ordinal).Count() == ids.Length ? ShortId : 36;
        var agents = Math.Min(16, page.Rows.Max(row => row.Agent.Length));
        var room = lines.Width - length - 2 - 9 - 2 - agents - 2;
        foreach (var (row, id) in page.Rows.Zip(ids))
        {
            var agent = Escape.Line(row.Agent).PadRight(agents);
            var intent = Escape.Line(row.Intent);
            if (room >= 20)
            {
                lines.Line(
                    0,
                    lines.Width - room,
                    new Part(id[..length], Ink.Bold),
                    new Part("  "),
                    new Part(row.Status.PadRight(9), Of(row.Status)),
                    new Part("  "),
                    new Part(agent, Ink.Dim),
                    new Part("  "),
                    new Part(onScreen ? Cut(intent, room) : intent));
            }
            else
            {
                lines.Line(0, 2, new Part(id[..length], Ink.Bold), new Part("  "), new Part(row.Status, Of(row.Status)));
                lines.Line(2, 0, new Part(agent.TrimEnd(), Ink.Dim), new Part(": "), new Part(intent));
            }
        }

        return page.Next is { } next
            ? lines.Line(0, 2, new Part(string.Create(CultureInfo.InvariantCulture, $"there are more: --cursor {next}"), Ink.Dim))
            : lines;
    }

    internal static Ink Of(string status) => status switch
    {
        "proposed" => Ink.Caution,
        "approved" or "executed" => Ink.Good,
        "halted" or "rejected" => Ink.Bad,
        _ => Ink.Plain,
    };

    private static string Cut(string text, int room) =>
        text.Length <= room ? text : text[..(char.IsHighSurrogate(text[room - 2]) ? room - 2 : room - 1)] + "…";
}
