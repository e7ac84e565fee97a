namespace Interlock.Tests.Faults.Kills;

/// <summary>
/// What is said or done follows the sync of what it stands on: the entry's bytes went into the log of the database, everything that
/// the same thread wrote there was synced, and only then came the words or the effect.
/// </summary>
internal static class SyncRule
{
    /// <param name="trace">What was seen.</param>
    /// <param name="entry">Whether these bytes hold the entry that is acknowledged or acted on.</param>
    /// <param name="consequence">Whether a call says or does it; the first one counts.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Fault(SyncTrace trace, Predicate<string> entry, Predicate<SyncTrace.Call> consequence)
    {
        if (trace.Calls.FirstOrDefault(call => consequence(call)) is not { } after)
        {
            return "nothing was said or done";
        }

        if (trace.Calls.FirstOrDefault(call => call.IsWrite && IsLedger(call.Path) && entry(call.Arguments)) is not { } written)
        {
            return "the entry was never written to the ledger";
        }

        if (written.Start > after.Start)
        {
            return $"line {after.Start} came before the entry was written at line {written.Start}";
        }

        // a transaction is many writes, and counts only with its last
        var last = trace.Calls.Last(call => call.IsWrite && call.Thread == written.Thread && call.Path == written.Path && call.Start < after.Start);
        var sync = trace.Calls.FirstOrDefault(call => call is { IsSync: true, Succeeded: true } && call.Path == written.Path && call.Start > last.End);
        return sync is null ? $"`{written.Path}` was never synced after line {last.End}"
            : sync.End >= after.Start ? $"line {after.Start} came before the sync that ended at line {sync.End}"
            : null;
    }

    /// <summary>A folder that was made is on the disk when the folder above it is synced, before anything in it is acknowledged.</summary>
    /// <param name="trace">What was seen.</param>
    /// <param name="folder">The new folder.</param>
    /// <param name="consequence">Whether a call acknowledges what lies in it.</param>
    public static string? FolderFault(SyncTrace trace, string folder, Predicate<SyncTrace.Call> consequence)
    {
        var made = trace.Calls.FirstOrDefault(call => call is { Name: "mkdir" or "mkdirat", Succeeded: true } && call.Arguments.Contains($"\"{folder}\"", StringComparison.Ordinal));
        var after = trace.Calls.FirstOrDefault(call => consequence(call));
        if (made is null || after is null)
        {
            return $"`{folder}` was not made, or nothing was said";
        }

        var above = Path.GetDirectoryName(folder);
        return trace.Calls.Any(call => call is { IsSync: true, Succeeded: true } && call.Path == above && call.Start > made.End && call.End < after.Start)
            ? null
            : $"`{above}` was not synced between lines {made.End} and {after.Start}";
    }

    private static bool IsLedger(string path) => path.EndsWith(".db-wal", StringComparison.Ordinal) || path.EndsWith(".db", StringComparison.Ordinal);
}
