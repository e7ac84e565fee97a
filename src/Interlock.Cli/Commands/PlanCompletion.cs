using System.CommandLine.Completions;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Ledger;

namespace Interlock.Cli.Commands;

/// <summary>
/// The ids that a shell offers for a plan. It only looks: where there is no ledger, or it cannot be read, or it takes too long, there is
/// nothing to offer, and nothing is said of it in the middle of somebody's line.
/// </summary>
internal static class PlanCompletion
{
    private const int Most = 50;

    /// <summary>A person who pressed TAB waits no longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The newest plans whose id starts with what was typed.</summary>
    /// <param name="context">What was typed.</param>
    /// <param name="config">What <c>--config</c> names.</param>
    /// <param name="status">The status of the plans that a command is for; null for all.</param>
    /// <param name="around">Where the command runs.</param>
    public static IEnumerable<CompletionItem> Of(CompletionContext context, string? config, string? status, Surroundings around)
    {
        if (!context.WordToComplete.All(static unit => char.IsAsciiHexDigitLower(unit) || unit == '-')
            || ConfigurationLoader.Place(config, around.Environment, around.WorkingDirectory).Place is not { } place)
        {
            return [];
        }

        var query = new PlanQuery { Status = status, IdPrefix = context.WordToComplete.Length == 0 ? null : context.WordToComplete, Limit = Most };

        // a completion is asked for without await; on another thread the wait has an end whatever the file system does
        var asked = Task.Run(() => AskAsync(place.Folder, query, around.Clock));
        try
        {
            return asked.WaitAsync(Patience, around.Clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            // no suggestion is better than a shell that hangs
            return [];
        }
    }

    private static async Task<IReadOnlyList<CompletionItem>> AskAsync(string folder, PlanQuery query, TimeProvider clock)
    {
        if (!(await Installation.OpenLedgerForReadingAsync(folder, clock, CancellationToken.None)).TryGet(out var ledger, out _))
        {
            return [];
        }

        await using (ledger.Store)
        {
            return (await ledger.Store.ListPlansAsync(query, CancellationToken.None)).TryGet(out var page, out _)
                ? [.. page.Rows.Select(static row => new CompletionItem(row.Plan.ToString()))]
                : [];
        }
    }
}
