using System.Collections.Immutable;
using System.Globalization;
using Interlock.Approvals;
using Interlock.Canonical;

namespace Interlock.Policies;

/// <summary>
/// What has to be met before a plan that it matches is approved: so many people, each by an approval that is good enough. A rule
/// demands something at least; one that names no people means one of anyone.
/// </summary>
public sealed class ApprovalRule
{
    private const string Required = "required";
    private const string Optional = "optional";

    private static readonly ImmutableArray<string> Keys =
        ["assurance", "device_bound", "match", "min_review", "name", "reason", "require"];

    private static readonly ImmutableArray<string> Demanding = ["assurance", "device_bound", "min_review", "reason", "require"];

    private static readonly TimeSpan LongestReview = TimeSpan.FromHours(24);

    private ApprovalRule(string name, PlanMatch match, Requirement require)
    {
        Name = name;
        Match = match;
        Require = require;
    }

    /// <summary>What holds where no rule matches: one of anyone.</summary>
    public static ApprovalRule Default { get; } = new("default", PlanMatch.Every, Requirement.OneOfAnyone);

    /// <summary>Its name, for people: 1 to 64 printable characters, unique among the rules.</summary>
    public string Name { get; }

    /// <summary>The plans that it is about.</summary>
    public PlanMatch Match { get; }

    /// <summary>Who has to agree.</summary>
    public Requirement Require { get; }

    /// <summary>The least that must stand behind an approval for it to count here.</summary>
    public Assurance Assurance { get; private init; }

    /// <summary>Whether only keys count that cannot leave their authenticator.</summary>
    public bool DeviceBound { get; private init; }

    /// <summary>Whether an approval counts only with a reason.</summary>
    public bool ReasonRequired { get; private init; }

    /// <summary>How long a person must at least have had the plan before them: 0 to 24 hours.</summary>
    public TimeSpan MinReview { get; private init; }

    /// <summary>The rule as data, its defaults spelled out.</summary>
    public JsonObject Json => JsonObject.Of(
        ("assurance", Assurance.Word()),
        ("device_bound", DeviceBound ? Required : Optional),
        ("match", Match.Json),
        ("min_review", ShortDuration.Text(MinReview)),
        ("name", Name),
        ("reason", ReasonRequired ? Required : Optional),
        ("require", Require.ToString()));

    internal static Result<ApprovalRule> Parse(JsonObject json, string path, HashSet<string> taken, PeopleGroups groups, PolicyNames names)
    {
        if (PolicyField.Unknown(json, Keys, path) is { } unknown)
        {
            return unknown;
        }

        if (!PolicyField.Name(json, path, taken).TryGet(out var name, out var refusal))
        {
            return refusal;
        }

        if (!Demanding.Any(key => json[key] is not null))
        {
            return PolicyField.Fault(path, $"this rule demands nothing; add `require: 2 of GROUP`, or one of `{string.Join("`, `", Demanding)}`");
        }

        var require = Requirement.OneOfAnyone;
        if (!PlanMatch.Parse(json["match"], PolicyField.At(path, "match"), names).TryGet(out var match, out refusal)
            || (json["require"] is { } asked && !Requirement.Parse(asked, PolicyField.At(path, "require"), groups).TryGet(out require, out refusal))
            || !PolicyField.Word(json, "assurance", path, [.. AssuranceWords.All]).TryGet(out var assurance, out refusal)
            || !PolicyField.Word(json, "device_bound", path, Optional, Required).TryGet(out var bound, out refusal)
            || !PolicyField.Word(json, "reason", path, Optional, Required).TryGet(out var reason, out refusal)
            || !Review(json["min_review"], PolicyField.At(path, "min_review")).TryGet(out var review, out refusal))
        {
            return refusal;
        }

        return new ApprovalRule(name, match, require)
        {
            Assurance = AssuranceWords.Parse(assurance) ?? throw new InvalidOperationException("a word that was just checked"),
            DeviceBound = bound == Required,
            ReasonRequired = reason == Required,
            MinReview = review,
        };
    }

    private static Result<TimeSpan> Review(JsonValue? value, string path) =>
        value is null ? TimeSpan.Zero
        : value is JsonString { Value: var text } && ShortDuration.TryParse(text, out var review) && review <= LongestReview ? review
        : PolicyField.Fault(path, string.Create(CultureInfo.InvariantCulture, $"not a duration; write `30s` or `5m`, at most {ShortDuration.Text(LongestReview)}"));
}
