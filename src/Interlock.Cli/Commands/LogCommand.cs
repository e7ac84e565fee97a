using System.Collections.Immutable;
using System.CommandLine;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Terminal;
using Interlock.Ledger;

namespace Interlock.Cli.Commands;

/// <summary><c>log</c>: what the ledger holds about a plan, or its newest entries.</summary>
internal static class LogCommand
{
    private const int Newest = 50;

    public static Command Create(Grammar grammar)
    {
        var plan = grammar.Offering(new Argument<string?>("plan_id")
        {
            Description = "the plan (default: the newest entries of all)",
            Arity = ArgumentArity.ZeroOrOne,
        });
        var json = Grammar.Json();
        return grammar.Command(
            "log",
            "show the ledger's entries about a plan, or its newest ones",
            run => run.ReadAsync(rules: false, async opened =>
            {
                var read = run.Value(plan) is { } prefix ? await OfPlanAsync(run, opened, prefix) : await NewestAsync(run, opened);
                if (!read.TryGet(out var entries, out var refusal))
                {
                    return run.RefusePlan(refusal, opened.Configuration.Place);
                }

                if (run.Value(json))
                {
                    run.Answer(JsonObject.Of(
                        ("count", entries.Length), ("entries", new JsonArray(entries.Select(entry => (JsonValue)LedgerLines.Json(entry))))));
                    return Exit.Success;
                }

                var page = Page.For(run.Around);
                foreach (var entry in entries)
                {
                    LedgerLines.Write(page, entry, run.Now);
                }

                run.Answer(entries.IsEmpty ? page.Line(0, 2, new Part($"no entries yet in {opened.Configuration.Place}", Ink.Dim)) : page);
                return Exit.Success;
            }),
            plan,
            json);
    }

    private static async Task<Result<ImmutableArray<LedgerEntry>>> OfPlanAsync(Invocation run, Installation opened, string prefix)
    {
        if (!(await opened.Engine.ForPerson().FindAsync(prefix, run.Stop)).TryGet(out var id, out var refusal)
            || !(await opened.Store.ReadStreamAsync(StreamId.Plan(id), run.Stop)).TryGet(out var entries, out refusal))
        {
            return refusal;
        }

        return entries.IsEmpty
            ? Refusal.Of(RefusalCode.NotFound, $"there is no plan `{id}`; list the plans to see their ids")
            : entries;
    }

    private static async Task<Result<ImmutableArray<LedgerEntry>>> NewestAsync(Invocation run, Installation opened)
    {
        if (!(await opened.Store.HeadAsync(run.Stop)).TryGet(out var head, out var refusal)
            || !(await opened.Store.ReadAsync(Math.Max(0, head.Size - Newest), Newest, run.Stop)).TryGet(out var lines, out refusal))
        {
            return refusal;
        }

        var entries = ImmutableArray.CreateBuilder<LedgerEntry>(lines.Length);
        foreach (var line in lines)
        {
            if (!LedgerEntry.TryReadAlone(line, out var entry, out var error))
            {
                return LedgerRefusals.Broken(error);
            }

            entries.Add(entry);
        }

        return entries.ToImmutable();
    }
}
