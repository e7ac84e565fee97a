using System.Text.Json;

namespace Interlock.Tests.Faults.Kills;

/// <summary>
/// What has to be true of a ledger and of the world after any number of kills and one recovery. It reads the exported log with
/// nothing of the product, so that both cannot be wrong in the same way.
/// </summary>
internal static class KillOracle
{
    /// <param name="log">The lines of the exported log.</param>
    /// <param name="effects">The lines that stages left behind: a name and the idempotency key.</param>
    /// <param name="acknowledged">What was said.</param>
    /// <returns>What does not hold; nothing where all does.</returns>
    public static IReadOnlyList<string> Faults(
        IReadOnlyList<string> log, IReadOnlyList<string> effects, IReadOnlyCollection<Acknowledged> acknowledged)
    {
        var events = log.Select(Event).ToList();
        var keys = effects.Select(line => line.Split(' ')[^1]).ToList();
        return [.. Lost(events, acknowledged), .. Repeated(keys), .. Effects(events, keys), .. Runs(events)];
    }

    private static IEnumerable<string> Lost(List<Happened> events, IReadOnlyCollection<Acknowledged> acknowledged)
    {
        var held = events.Select(happened => (happened.Plan, happened.Kind)).ToHashSet();
        return acknowledged
            .Where(said => !held.Contains((said.Plan, KindOf(said.Status))))
            .Select(said => $"lost: plan {said.Plan} was said to be {said.Status}, and the ledger has no `{KindOf(said.Status)}` of it");
    }

    private static IEnumerable<string> Repeated(List<string> keys) => keys
        .GroupBy(key => key, StringComparer.Ordinal)
        .Where(same => same.Count() > 1)
        .Select(same => $"repeated: the effect of key {same.Key} is there {same.Count()} times");

    private static IEnumerable<string> Effects(List<Happened> events, List<string> keys)
    {
        var done = keys.ToHashSet(StringComparer.Ordinal);
        var intents = new Dictionary<string, Happened>(StringComparer.Ordinal);
        var approved = new HashSet<string>(StringComparer.Ordinal);
        foreach (var happened in events)
        {
            switch (happened.Kind)
            {
                case "approved":
                    approved.Add(happened.Plan);
                    break;
                case "stage-intent" when !approved.Contains(happened.Plan):
                    yield return $"unapproved: plan {happened.Plan} has an intent and no approval before it";
                    break;
                case "stage-intent" when !intents.TryAdd(happened.Key, happened):
                    yield return $"repeated: the intent of key {happened.Key} is there twice";
                    break;
                case "stage-outcome" when !intents.ContainsKey(happened.Key):
                    yield return $"unintended: an outcome of key {happened.Key} has no intent before it";
                    break;
                case "stage-outcome" when happened.Outcome == "succeeded" && !done.Contains(happened.Key):
                    yield return $"untrue: key {happened.Key} is said to have succeeded, and its effect is not there";
                    break;
                case "stage-outcome" when happened.Outcome == "not_dispatched" && done.Contains(happened.Key):
                    yield return $"untrue: key {happened.Key} is said not to have been dispatched, and its effect is there";
                    break;
            }
        }

        foreach (var key in done.Where(key => !intents.ContainsKey(key)))
        {
            yield return $"unintended: the effect of key {key} has no intent";
        }
    }

    private static IEnumerable<string> Runs(List<Happened> events)
    {
        foreach (var plan in events.Where(happened => happened.Plan.Length > 0).GroupBy(happened => happened.Plan, StringComparer.Ordinal))
        {
            var starts = plan.Count(happened => happened.Kind == "execution-start");
            var ends = plan.Count(happened => happened.Kind is "execution-complete" or "halt");
            if (starts > 1 || ends != starts)
            {
                yield return $"open: plan {plan.Key} was started {starts} times and ended {ends} times";
            }

            // an intent without an outcome is what a kill leaves: nobody knows, and nothing else may be said
            var open = plan.Count(happened => happened.Kind == "stage-intent") - plan.Count(happened => happened.Kind == "stage-outcome");
            if (open != 0 && !plan.Any(happened => happened is { Kind: "halt", Halt: "in_doubt" }))
            {
                yield return $"untold: plan {plan.Key} has an intent without an outcome, and is not in doubt";
            }
        }
    }

    private static string KindOf(string status) => status switch
    {
        "executed" => "execution-complete",
        "halted" => "halt",
        _ => status,
    };

    private static Happened Event(string line)
    {
        using var json = JsonDocument.Parse(line);
        var @event = json.RootElement.GetProperty("event");
        return new Happened(
            Text(@event, "kind"), Text(@event, "plan_id"), Text(@event, "idempotency_key"), Text(@event, "outcome"), Text(@event, "halt_code"));
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? string.Empty : string.Empty;

    private sealed record Happened(string Kind, string Plan, string Key, string Outcome, string Halt);
}
