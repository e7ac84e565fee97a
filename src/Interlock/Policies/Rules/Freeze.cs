using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// A time in which the plans that it matches may not be claimed: <c>{name, match, when, reason}</c>. Pure: whoever asks brings the time.
/// </summary>
public sealed class Freeze
{
    private static readonly ImmutableArray<string> Keys = ["match", "name", "reason", "when"];

    private Freeze(string name, PlanMatch match, FreezeWindow when, string? reason)
    {
        Name = name;
        Match = match;
        When = when;
        Reason = reason;
        Json = JsonObject.Of(
            ("match", match.Json), ("name", name), ("reason", reason is null ? null : (JsonValue)reason), ("when", when.Json));
    }

    /// <summary>Its name, for people: unique among the freezes.</summary>
    public string Name { get; }

    /// <summary>The plans that it is about.</summary>
    public PlanMatch Match { get; }

    /// <summary>When.</summary>
    public FreezeWindow When { get; }

    /// <summary>Why, for people; null where nobody said.</summary>
    public string? Reason { get; }

    /// <summary>The freeze as data, its defaults spelled out.</summary>
    public JsonObject Json { get; }

    /// <summary>Whether it holds for a plan at a time.</summary>
    internal bool InForce(PlanFacts plan, DateTimeOffset now) => When.Holds(now) && Match.Matches(plan);

    internal static Result<Freeze> Parse(JsonObject json, string path, HashSet<string> taken, PolicyNames names)
    {
        if (PolicyField.Unknown(json, Keys, path) is { } unknown)
        {
            return unknown;
        }

        if (!PolicyField.Name(json, path, taken).TryGet(out var name, out var refusal)
            || !PlanMatch.Parse(json["match"], PolicyField.At(path, "match"), names).TryGet(out var match, out refusal)
            || !FreezeWindowParser.Parse(json["when"], PolicyField.At(path, "when")).TryGet(out var when, out refusal))
        {
            return refusal;
        }

        return json["reason"] is null or JsonString { Value: { Length: >= 1 and <= 500 } } && json.Text("reason") is var reason
            && (reason is null || reason == ShortText.Of(reason))
                ? new Freeze(name, match, when, reason)
                : PolicyField.Fault(PolicyField.At(path, "reason"), "not a line of 1 to 500 printable characters; say in one why nothing may run");
    }
}
